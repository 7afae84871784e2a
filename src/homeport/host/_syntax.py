"""Asks the JavaScript runtime whether scripts compile. Nothing of them runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeport.errors import UserError

from ._runtime import Sandbox, bundle, command, environment, find_deno

__all__ = ["ScriptKind", "SyntaxFault", "syntax_faults"]

#: What a script is loaded as; ``either`` if that is not known.
ScriptKind: TypeAlias = Literal["classic", "module", "either"]

_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """What the runtime says of a script that does not compile. The line counts from 1."""

    line: int
    message: str


def syntax_faults(scripts: Sequence[tuple[ScriptKind, str]]) -> list[SyntaxFault | None]:
    """What is wrong with each script; ``None`` for one that compiles.

    Raises:
        UserError: there is no runtime, or it does not answer.
    """
    if not scripts:
        return []
    sandbox = Sandbox()
    arguments = command(find_deno(), bundle("check.js"), sandbox)
    question = json.dumps(scripts).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own command line
            arguments,
            input=question,
            capture_output=True,
            env=environment(sandbox),
            timeout=_PATIENCE,
            check=True,
        )
        return [answer and SyntaxFault(**answer) for answer in json.loads(done.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UserError(
            f"The JavaScript runtime does not say whether the scripts compile: {error}"
        ) from error
