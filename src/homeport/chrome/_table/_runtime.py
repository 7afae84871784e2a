"""``chrome.runtime`` and ``chrome.i18n``: what an app knows of itself, and messages within it. Done in
the page."""

from __future__ import annotations

from homeport.chrome._namespace import namespace
from homeport.chrome._schema import (
    ANY,
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
    instance,
    object_of,
    ref,
)

_PORT = instance("Port")
_DONE = Callback(optional=True, promise=True)
_NO_EXTENSION = "Only the app's own id can be reached."
_TLS_CHANNEL = Param("includeTlsChannelId", BOOLEAN, "Of no effect here.", optional=True)
_EXTENSION_ID = Param("extensionId", STRING, f"The app's id. {_NO_EXTENSION}", optional=True)
_PLATFORM = (
    Param("os", ref("runtime.PlatformOs"), "The operating system."),
    Param("arch", ref("runtime.PlatformArch"), "The processor."),
    Param("nacl_arch", ref("runtime.PlatformNaclArch"), "The processor, of old for Native Client."),
)

_RUNTIME_FUNCTIONS = (
    Function(
        "getBackgroundPage",
        (),
        Callback((Param("backgroundPage", instance("Window"), "Its `window`."),), True, True),
        permission=NO_PERMISSION,
        doc="The background page's `window`.",
    ),
    Function(
        "getManifest", (), None, permission=NO_PERMISSION, doc="The manifest, translated.", returns=OBJECT
    ),
    Function(
        "getURL",
        (Param("path", STRING, "A path inside the app."),),
        None,
        permission=NO_PERMISSION,
        doc="The whole address of a file of the app.",
        returns=STRING,
    ),
    Function("getVersion", (), None, permission=NO_PERMISSION, doc="The manifest's version.", returns=STRING),
    Function("reload", (), None, permission=NO_PERMISSION, doc="Loads the app anew."),
    Function(
        "requestUpdateCheck",
        (),
        Callback(
            (
                Param("status", ref("runtime.RequestUpdateCheckStatus"), "Always `no_update` here."),
                Param("details", OBJECT, "Its `version`; by promise both are in one object."),
            ),
            True,
            True,
        ),
        permission=NO_PERMISSION,
        doc="Asks for an update; there is none to be had here.",
    ),
    Function(
        "restart",
        (),
        None,
        permission=NO_PERMISSION,
        doc="Restarts a kiosk's device; here its app. Else of no effect.",
    ),
    Function(
        "restartAfterDelay",
        (Param("seconds", INTEGER, "When."),),
        _DONE,
        permission=NO_PERMISSION,
        doc="Restarts a kiosk's device; here its app. Else refused.",
    ),
    Function(
        "openOptionsPage", (), _DONE, permission=NO_PERMISSION, doc="Opens the options page; apps have none."
    ),
    Function(
        "setUninstallURL",
        (Param("url", STRING, "Where to go."),),
        _DONE,
        permission=NO_PERMISSION,
        doc="Names the page to show after removal; of no effect here.",
    ),
    Function(
        "connect",
        (
            _EXTENSION_ID,
            Param(
                "connectInfo",
                object_of(Param("name", STRING, "The port's name.", optional=True), _TLS_CHANNEL),
                "About the port.",
                optional=True,
            ),
        ),
        None,
        permission=NO_PERMISSION,
        doc="Opens a port to the app's other pages.",
        returns=_PORT,
    ),
    Function(
        "sendMessage",
        (
            _EXTENSION_ID,
            Param("message", ANY, "What JSON can carry."),
            Param("options", object_of(_TLS_CHANNEL), "Of no effect here.", optional=True),
        ),
        Callback((Param("response", ANY, "What a listener answered."),), True, True),
        permission=NO_PERMISSION,
        doc="Sends a message to the app's other pages.",
    ),
    Function(
        "getPlatformInfo",
        (),
        Callback((Param("platformInfo", ref("runtime.PlatformInfo"), "The machine."),), True, True),
        permission=NO_PERMISSION,
        doc="Tells what machine this is.",
    ),
    Function(
        "getPackageDirectoryEntry",
        (),
        Callback((Param("directoryEntry", instance("DirectoryEntry"), "The folder."),), True, True),
        permission=NO_PERMISSION,
        doc="The app's own folder, to read.",
    ),
)

_MESSAGE = (
    Param("message", ANY, "What was sent.", optional=True),
    Param("sender", OBJECT, "Who sent it."),
    Param("sendResponse", instance("function"), "Answers, once."),
)

RUNTIME = namespace(
    "runtime",
    doc="What an app knows of itself, and messages between its pages.",
    requires=None,
    functions=_RUNTIME_FUNCTIONS,
    events=(
        Event("onStartup", (), "The browser has started."),
        Event("onInstalled", (Param("details", OBJECT, "Why: its `reason`."),), "The app is new, or newer."),
        Event("onEnabled", (), "The app was turned on again."),
        Event("onSuspend", (), "The background page is about to go."),
        Event("onSuspendCanceled", (), "It stays after all."),
        Event("onUpdateAvailable", (Param("details", OBJECT, "Its `version`."),), "There is a newer app."),
        Event("onBrowserUpdateAvailable", (), "There is a newer browser."),
        Event("onConnect", (Param("port", _PORT, "The port."),), "Another page opened a port."),
        Event("onConnectExternal", (Param("port", _PORT, "The port."),), "Another app opened a port."),
        Event("onMessage", _MESSAGE, "Another page sent a message."),
        Event("onMessageExternal", _MESSAGE, "Another app sent a message."),
        Event("onRestartRequired", (Param("reason", STRING, "Why."),), "The device should restart."),
    ),
    dictionaries=(Dictionary("PlatformInfo", _PLATFORM, "What machine this is."),),
    enums=(
        Enum("PlatformOs", ("mac", "win", "android", "cros", "linux", "openbsd"), "Operating systems."),
        Enum(
            "PlatformArch",
            ("arm", "arm64", "x86-32", "x86-64", "mips", "mips64", "ppc64", "riscv64"),
            "Processors.",
        ),
        Enum(
            "PlatformNaclArch", ("arm", "x86-32", "x86-64", "mips", "mips64", "ppc64"), "Processors, of old."
        ),
        Enum(
            "RequestUpdateCheckStatus",
            ("throttled", "no_update", "update_available"),
            "What an update check said.",
        ),
        Enum(
            "OnInstalledReason",
            ("install", "update", "chrome_update", "shared_module_update"),
            "Why `onInstalled` came.",
        ),
        Enum("OnRestartRequiredReason", ("app_update", "os_update", "periodic"), "Why to restart."),
        Enum(
            "ContextType",
            ("TAB", "POPUP", "BACKGROUND", "OFFSCREEN_DOCUMENT", "SIDE_PANEL", "DEVELOPER_TOOLS"),
            "Where a page shows.",
        ),
    ),
)

I18N = namespace(
    "i18n",
    doc="The app's texts in the user's language.",
    requires=None,
    functions=(
        Function(
            "getMessage",
            (
                Param("messageName", STRING, "The text's name."),
                Param("substitutions", ANY, "A text or up to nine, for `$1` to `$9`.", optional=True),
                Param(
                    "options",
                    object_of(Param("escapeLt", BOOLEAN, "Whether to write `<` as `&lt;`.", optional=True)),
                    "How.",
                    optional=True,
                ),
            ),
            None,
            permission=NO_PERMISSION,
            doc="A text of the app; empty when there is none of that name.",
            returns=STRING,
        ),
        Function(
            "getAcceptLanguages",
            (),
            Callback((Param("languages", array(STRING), "Such as `en-US`."),), True, True),
            permission=NO_PERMISSION,
            doc="The languages that the user reads.",
        ),
        Function(
            "getUILanguage",
            (),
            None,
            permission=NO_PERMISSION,
            doc="The browser's own language.",
            returns=STRING,
        ),
        Function(
            "detectLanguage",
            (Param("text", STRING, "A text."),),
            Callback((Param("result", OBJECT, "The guesses."),), True, True),
            permission=NO_PERMISSION,
            doc="Guesses a text's language.",
        ),
    ),
)
