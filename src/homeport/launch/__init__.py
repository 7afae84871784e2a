"""An app, launched: where it runs, what it may use, what its terminal says."""

from homeport.launch._choose import Choice, HostKind, choose, choose_host, has_browser, opens_windows
from homeport.launch._chrome_test import TestOptions, read_replies, run_tests
from homeport.launch._early import early_addresses
from homeport.launch._engine import EngineOptions, make_engine
from homeport.launch._launch import launch
from homeport.launch._options import LaunchOptions

__all__ = [
    "Choice",
    "EngineOptions",
    "HostKind",
    "LaunchOptions",
    "TestOptions",
    "choose",
    "choose_host",
    "early_addresses",
    "has_browser",
    "launch",
    "make_engine",
    "opens_windows",
    "read_replies",
    "run_tests",
]
