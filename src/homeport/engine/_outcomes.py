"""The outcomes that several functions share, each as Chromium words it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from homeport.net_errors import NetErrorCode, error_text

from ._interfaces import Outcome, SendInfo

if TYPE_CHECKING:
    from ._authorize import Decision

NOT_FOUND: Final = Outcome((), "Socket not found")
TCP_DENIED: Final = Outcome((), "Does not have permission")
UDP_DENIED: Final = Outcome((), "App does not have permission")
OVER_QUOTA: Final = Outcome((), "Exceeded write quota.")
#: What `create` answers when there are too many; Chromium has no answer of its own.
TOO_MANY: Final = Outcome((), error_text(NetErrorCode.INSUFFICIENT_RESOURCES))
ZERO: Final = Outcome((0,))


def failed(code: int, text: str | None = None) -> Outcome:
    """A result code with its text, as connect, listen, bind and the like give it."""
    return Outcome((int(code),), error_text(code) if text is None else text)


class Refused(Outcome):
    """What an app is told when it may not, and beside it the ``rule``, of which an app hears nothing."""

    rule: str


def _refused(outcome: Outcome, decision: Decision) -> Refused:
    refused = Refused(*outcome)
    refused.rule = decision.rule
    return refused


def denied(decision: Decision, by_manifest: Outcome) -> Refused:
    """What was refused: as Chromium words it for the manifest, by a code for the rules it does not have."""
    other = failed(NetErrorCode.NETWORK_ACCESS_DENIED)
    return _refused(by_manifest if decision.authority == "manifest" else other, decision)


def send_denied(decision: Decision, by_manifest: Outcome) -> Refused:
    """As :func:`denied`, for a send."""
    other = send_failed(NetErrorCode.NETWORK_ACCESS_DENIED)
    return _refused(by_manifest if decision.authority == "manifest" else other, decision)


def send_failed(code: int) -> Outcome:
    """A send that came to nothing."""
    return Outcome((SendInfo(int(code)),), error_text(code))


@lru_cache(maxsize=1024)
def sent(size: int) -> Outcome:
    """A send that was taken whole. Sizes repeat, so these are remembered."""
    return Outcome((SendInfo(0, size),))
