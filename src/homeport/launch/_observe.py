"""Who looks at what an app does: the terminal always, the audit log and the learner when asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from homeport.engine import Observer, observers
from homeport.errors import UserError

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.audit import Learner
    from homeport.launch._options import LaunchOptions

#: Tells why the app ends.
TellEnd = Callable[[str], None]


@contextmanager
def observed(
    app: App, options: LaunchOptions, traffic: Observer, note: Callable[[str], None]
) -> Iterator[tuple[Observer, TellEnd]]:
    """The observer of one run, and whom to tell its end.

    Raises:
        UserError: the log or the learned policy cannot be written.
    """
    reasons = ["it failed"]
    with ExitStack() as stack:
        auditor = learner = None
        if options.learn is not None:
            learner = _learner(options.learn, options.engine.policy, note)
            stack.callback(learner.save)
        if options.audit_log is not None:
            from homeport.audit import AuditLog, Auditor

            auditor = Auditor(AuditLog(options.audit_log, on_trouble=note))
            stack.callback(auditor.close)
            stack.callback(lambda: auditor.ended(app, reasons[-1]))
            auditor.launched(app, pid=os.getpid(), host=options.host.value)
        both = observers(traffic, auditor, learner)
        yield (traffic if both is None else both), reasons.append


def _learner(path: Path, policy: Path | None, note: Callable[[str], None]) -> Learner:
    from homeport.audit import Learner

    if policy is not None and policy.resolve() == path.resolve():
        raise UserError("--learn and --policy name the same file. What it refuses could not be learned.")
    return Learner(path, on_trouble=note)
