"""``chrome.app.runtime`` and ``chrome.app.window``: the app's start and its windows. Done in the page."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    BOOLEAN,
    INTEGER,
    NO_PERMISSION,
    OBJECT,
    STRING,
    Callback,
    Dictionary,
    Enum,
    Event,
    Function,
    Param,
    array,
    choice,
    instance,
    ref,
)

_NAME = "app.window"
_WINDOW = instance("AppWindow")
_SOURCES = (
    "app_launcher",
    "new_tab_page",
    "reload",
    "restart",
    "load_and_launch",
    "command_line",
    "file_handler",
    "url_handler",
    "system_tray",
    "about_page",
    "keyboard",
    "extensions_page",
    "management_api",
    "ephemeral_app",
    "background",
    "kiosk",
    "chrome_internal",
    "test",
    "installed_notification",
    "context_menu",
    "arc",
    "intent_url",
    "app_home_page",
    "focus_mode",
    "sparky",
    "untracked",
)


def _number(name: str, doc: str) -> Param:
    return Param(name, INTEGER, doc, optional=True)


def _flag(name: str, doc: str) -> Param:
    return Param(name, BOOLEAN, doc, optional=True)


def _text(name: str, doc: str) -> Param:
    return Param(name, STRING, doc, optional=True)


_PLACE = (
    _number("left", "Pixels from the screen's left edge."),
    _number("top", "Pixels from the screen's top edge."),
    _number("width", "Pixels across."),
    _number("height", "Pixels down."),
)
_LIMITS = (
    _number("minWidth", "The least width."),
    _number("minHeight", "The least height."),
    _number("maxWidth", "The greatest width."),
    _number("maxHeight", "The greatest height."),
)
_BOUNDS = ref(f"{_NAME}.BoundsSpecification")

_CREATE_OPTIONS = (
    _text("id", "The window's name; creating it again shows the one that is there."),
    Param("innerBounds", _BOUNDS, "Where its content is and how large.", optional=True),
    Param("outerBounds", _BOUNDS, "Where it is, frame included, and how large.", optional=True),
    _number("defaultWidth", "Of old: the width."),
    _number("defaultHeight", "Of old: the height."),
    _number("defaultLeft", "Of old: the left edge."),
    _number("defaultTop", "Of old: the top edge."),
    _number("width", "Of old: the width."),
    _number("height", "Of old: the height."),
    _number("left", "Of old: the left edge."),
    _number("top", "Of old: the top edge."),
    *_LIMITS,
    Param("type", ref(f"{_NAME}.WindowType"), "Of old: what kind of window.", optional=True),
    _flag("ime", "Whether it is an input method's."),
    _flag("showInShelf", "Whether it has an entry of its own among the running programs."),
    _text("icon", "A picture for that entry."),
    Param(
        "frame",
        choice(STRING, ref(f"{_NAME}.FrameOptions")),
        "`chrome`, `none`, or how the frame looks.",
        optional=True,
    ),
    Param("bounds", ref(f"{_NAME}.ContentBounds"), "Of old: where its content is.", optional=True),
    _flag("alphaEnabled", "Whether what is behind shows through."),
    Param("state", ref(f"{_NAME}.State"), "How it starts.", optional=True),
    _flag("hidden", "Whether it starts hidden."),
    _flag("resizable", "Whether the user may resize it. At first `true`."),
    _flag("singleton", "Of old: whether an id names one window."),
    _flag("alwaysOnTop", "Whether it stays above others."),
    _flag("focused", "Whether it gets the focus. At first `true`."),
    _flag("visibleOnAllWorkspaces", "Whether every workspace shows it."),
)

_WINDOW_FUNCTIONS = (
    Function(
        "create",
        (
            Param("url", STRING, "The page, inside the app."),
            Param("options", ref(f"{_NAME}.CreateWindowOptions"), "How the window is.", optional=True),
        ),
        Callback((Param("createdWindow", _WINDOW, "The new window."),), True, True),
        permission=NO_PERMISSION,
        doc="Opens a window. The callback runs before the page's own scripts are done.",
    ),
    Function(
        "current",
        (),
        None,
        permission=NO_PERMISSION,
        doc="The window that the caller is in; `null` in the background page.",
        returns=_WINDOW,
    ),
    Function(
        "getAll",
        (),
        None,
        permission=NO_PERMISSION,
        doc="Every window of the app.",
        returns=array(_WINDOW),
    ),
    Function(
        "get",
        (Param("id", STRING, "The window's name."),),
        None,
        permission=NO_PERMISSION,
        doc="The window of that name, or `null`.",
        returns=_WINDOW,
    ),
    Function(
        "canSetVisibleOnAllWorkspaces",
        (),
        None,
        permission=NO_PERMISSION,
        doc="Whether windows can be shown on every workspace.",
        returns=BOOLEAN,
    ),
)

APP_WINDOW = namespace(
    _NAME,
    doc="The app's windows.",
    requires=None,
    functions=_WINDOW_FUNCTIONS,
    events=tuple(
        Event(name, (), doc)
        for name, doc in (
            ("onBoundsChanged", "The window was moved or resized."),
            ("onClosed", "The window is closed."),
            ("onFullscreened", "The window fills the screen."),
            ("onMaximized", "The window is maximised."),
            ("onMinimized", "The window is minimised."),
            ("onRestored", "The window is as it was before."),
            ("onAlphaEnabledChanged", "Whether what is behind shows through has changed."),
        )
    ),
    dictionaries=(
        Dictionary("ContentBounds", _PLACE, "Where a window's content is, and how large."),
        Dictionary("BoundsSpecification", (*_PLACE, *_LIMITS), "Where a window is, and its limits."),
        Dictionary(
            "FrameOptions",
            (
                _text("type", "`chrome` or `none`."),
                _text("color", "The frame's colour, as `#rrggbb`."),
                _text("activeColor", "The frame's colour with the focus."),
                _text("inactiveColor", "The frame's colour without the focus."),
            ),
            "How a window's frame looks.",
        ),
        Dictionary("CreateWindowOptions", _CREATE_OPTIONS, "How a window is."),
    ),
    enums=(
        Enum("State", ("normal", "fullscreen", "maximized", "minimized"), "How a window shows."),
        Enum("WindowType", ("shell", "panel"), "Of old: what kind of window."),
    ),
)

APP_RUNTIME = namespace(
    "app.runtime",
    doc="The app's start.",
    requires=None,
    events=(
        Event(
            "onEmbedRequested",
            (Param("request", OBJECT, "Who asks."),),
            "Another app would like to show this one; here nobody does.",
        ),
        Event(
            "onLaunched",
            (Param("launchData", OBJECT, "How and with what the app was started.", optional=True),),
            "The app was started; most open a window now.",
        ),
        Event("onRestarted", (), "The app goes on after the program that runs it was restarted."),
    ),
    enums=(Enum("LaunchSource", _SOURCES, "From where the app was started."),),
)
