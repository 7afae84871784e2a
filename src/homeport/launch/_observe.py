"""Who looks at what apps do: the terminal always, the audit log and the learner when asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from homeport.engine import Observer, observers
from homeport.errors import UserError

if TYPE_CHECKING:
    from homeport.audit import Auditor, Learner
    from homeport.launch._options import LaunchOptions, Placed


class Observed(NamedTuple):
    """Who sees what the engine does, and whom to tell of an app's start and of its end with the reason."""

    observer: Observer
    launched: Callable[[Placed], None] = lambda _: None
    ended: Callable[[Placed, str], None] = lambda _placed, _reason: None


@contextmanager
def observed(options: LaunchOptions, traffic: Observer, note: Callable[[str], None]) -> Iterator[Observed]:
    """Who looks at one run of one or more apps.

    Raises:
        UserError: the log or the learned policy cannot be written.
    """
    with ExitStack() as stack:
        auditor = learner = None
        if options.learn is not None:
            learner = _learner(options.learn, options.engine.policy, note)
            stack.callback(learner.save)
        if options.audit_log is not None:
            from homeport.audit import AuditLog, Auditor

            auditor = Auditor(AuditLog(options.audit_log, on_trouble=note))
            stack.callback(auditor.close)
        both = observers(traffic, auditor, learner) or traffic
        yield Observed(both) if auditor is None else _with_log(both, auditor)


def _with_log(observer: Observer, auditor: Auditor) -> Observed:
    pid = os.getpid()
    return Observed(
        observer,
        lambda placed: auditor.launched(placed.app, pid=pid, host=placed.host.value),
        lambda placed, reason: auditor.ended(placed.app, reason),
    )


def _learner(path: Path, policy: Path | None, note: Callable[[str], None]) -> Learner:
    from homeport.audit import Learner

    if policy is not None and policy.resolve() == path.resolve():
        raise UserError("--learn and --policy name the same file. What it refuses could not be learned.")
    return Learner(path, on_trouble=note)
