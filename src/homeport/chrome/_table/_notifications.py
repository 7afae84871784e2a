"""``chrome.notifications``. Done in the page."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    BINARY,
    BOOLEAN,
    INTEGER,
    NO_PERMISSION,
    NUMBER,
    OBJECT,
    STRING,
    Callback,
    Dictionary,
    Enum,
    Event,
    Function,
    Param,
    Type,
    array,
    ref,
)

_NAME = "notifications"
_ID = Param("notificationId", STRING, "The notification.")
_OPTIONS = Param("options", ref(f"{_NAME}.NotificationOptions"), "What it shows.")
_BITMAP = ref(f"{_NAME}.NotificationBitmap")


def _maybe(name: str, type_: Type, doc: str) -> Param:
    return Param(name, type_, doc, optional=True)


_OPTION_PARAMS = (
    _maybe("type", ref(f"{_NAME}.TemplateType"), "Its form; needed to create one."),
    _maybe("iconUrl", STRING, "A picture; needed to create one."),
    _maybe("iconBitmap", _BITMAP, "The picture as pixels."),
    _maybe("appIconMaskUrl", STRING, "The app's sign, in one colour."),
    _maybe("appIconMaskBitmap", _BITMAP, "The sign as pixels."),
    _maybe("title", STRING, "The heading; needed to create one."),
    _maybe("message", STRING, "The text; needed to create one."),
    _maybe("contextMessage", STRING, "A second, lighter text."),
    _maybe("priority", INTEGER, "From -2 to 2."),
    _maybe("eventTime", NUMBER, "When it happened, in milliseconds since 1970."),
    _maybe("buttons", array(ref(f"{_NAME}.NotificationButton")), "Up to two."),
    _maybe("expandedMessage", STRING, "A longer text."),
    _maybe("imageUrl", STRING, "A large picture, for `image`."),
    _maybe("imageBitmap", _BITMAP, "The large picture as pixels."),
    _maybe("items", array(ref(f"{_NAME}.NotificationItem")), "Rows, for `list`."),
    _maybe("progress", INTEGER, "From 0 to 100, for `progress`."),
    _maybe("isClickable", BOOLEAN, "Of old; it always is."),
    _maybe("requireInteraction", BOOLEAN, "Whether it stays until the user acts."),
    _maybe("silent", BOOLEAN, "Whether it makes no sound."),
)

NOTIFICATIONS = namespace(
    _NAME,
    doc="Notes that the system shows.",
    requires="permission:notifications",
    functions=(
        Function(
            "create",
            (Param("notificationId", STRING, "Its name; made up when left out.", optional=True), _OPTIONS),
            Callback((_ID,), optional=True, promise=True),
            permission=NO_PERMISSION,
            doc="Shows a notification.",
        ),
        Function(
            "update",
            (_ID, _OPTIONS),
            Callback((Param("wasUpdated", BOOLEAN, "Whether there was one."),), True, True),
            permission=NO_PERMISSION,
            doc="Changes a notification.",
        ),
        Function(
            "clear",
            (_ID,),
            Callback((Param("wasCleared", BOOLEAN, "Whether there was one."),), True, True),
            permission=NO_PERMISSION,
            doc="Takes a notification away.",
        ),
        Function(
            "getAll",
            (),
            Callback((Param("notifications", OBJECT, "Their names as keys, each `true`."),), True, True),
            permission=NO_PERMISSION,
            doc="Every notification that shows.",
        ),
        Function(
            "getPermissionLevel",
            (),
            Callback((Param("level", ref(f"{_NAME}.PermissionLevel"), "The level."),), True, True),
            permission=NO_PERMISSION,
            doc="Whether the user lets the app show any.",
        ),
    ),
    events=(
        Event("onClosed", (_ID, Param("byUser", BOOLEAN, "By the user?")), "A notification went away."),
        Event("onClicked", (_ID,), "The user clicked a notification."),
        Event(
            "onButtonClicked",
            (_ID, Param("buttonIndex", INTEGER, "Which, from 0.")),
            "The user clicked a button of a notification.",
        ),
        Event(
            "onPermissionLevelChanged",
            (Param("level", ref(f"{_NAME}.PermissionLevel"), "The level."),),
            "The user lets the app show some now, or no longer.",
        ),
        Event("onShowSettings", (), "The user asks for the app's settings for notifications."),
    ),
    dictionaries=(
        Dictionary(
            "NotificationBitmap",
            (
                Param("width", INTEGER, "Pixels across."),
                Param("height", INTEGER, "Pixels down."),
                _maybe("data", BINARY, "Four bytes for each pixel: red, green, blue, alpha."),
            ),
            "A picture as pixels.",
        ),
        Dictionary(
            "NotificationItem",
            (Param("title", STRING, "The row's heading."), Param("message", STRING, "The row's text.")),
            "A row.",
        ),
        Dictionary(
            "NotificationButton",
            (Param("title", STRING, "Its text."), _maybe("iconUrl", STRING, "A picture.")),
            "A button.",
        ),
        Dictionary("NotificationOptions", _OPTION_PARAMS, "What a notification shows."),
    ),
    enums=(
        Enum("TemplateType", ("basic", "image", "list", "progress"), "A notification's form."),
        Enum("PermissionLevel", ("granted", "denied"), "Whether the user lets the app show any."),
    ),
)
