"""Looks at an app without running it: what it is, what it may reach, which APIs it uses, what to fix."""

from ._apis import Api, Status, find_api, supported_names
from ._inspect import inspect_app
from ._report import ApiUse, Level, Problem, Report, Spot, Verdict

__all__ = [
    "Api",
    "ApiUse",
    "Level",
    "Problem",
    "Report",
    "Spot",
    "Status",
    "Verdict",
    "find_api",
    "inspect_app",
    "supported_names",
]
