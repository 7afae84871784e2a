"""What Chromium knows of keys and permissions, as far as a packaged app's manifest can be wrong about them.

Recorded from Chromium 156 on Linux; what exists on ChromeOS only counts as known.
"""

from __future__ import annotations

import re

__all__ = ["KNOWN_KEYS", "KNOWN_PERMISSIONS", "has_parts", "key_warning", "permission_warning"]


def _words(text: str) -> list[str]:
    return text.split()


# Keys that a packaged app may have. Those that only other kinds may have follow.
KNOWN_KEYS = frozenset(
    _words("""
    app author automation bluetooth chrome_settings_overrides commands converted_from_user_script
    cross_origin_embedder_policy cross_origin_opener_policy current_locale default_locale description
    differential_fingerprint display_in_launcher display_in_new_tab_page event_rules externally_connectable
    file_handlers icons import key kiosk kiosk_enabled kiosk_only kiosk_secondary_apps manifest_version
    mime_types minimum_chrome_version name oauth2 offline_enabled optional_permissions permissions platforms
    replacement_web_app requirements sandbox short_name sockets storage update_url url_handlers usb_printers
    version version_name webview
    """)
)

_EXTENSIONS = "extensions"
_EXTENSIONS_LEGACY = "extensions and legacy packaged apps"
_NOT_FOR_APPS = {
    **dict.fromkeys(
        _words("""
        action browser_action content_capabilities declarative_net_request host_permissions
        natively_connectable optional_host_permissions page_action side_panel trial_tokens
        """),
        _EXTENSIONS,
    ),
    **dict.fromkeys(
        _words("""
        chrome_url_overrides content_scripts devtools_page file_browser_handlers homepage_url incognito
        input_components omnibox options_ui tts_engine
        """),
        _EXTENSIONS_LEGACY,
    ),
    "about_page": "shared modules",
    "background": "extensions, legacy packaged apps, hosted apps, login screen extensions, "
    "and chromeos system extensions",
    "content_security_policy": "extensions, legacy packaged apps, and login screen extensions",
    "options_page": "extensions, legacy packaged apps, hosted apps, and chromeos system extensions",
    "web_accessible_resources": "extensions, legacy packaged apps, and hosted apps",
}

KNOWN_PERMISSIONS = frozenset(
    _words("""
    accessibilityFeatures.modify accessibilityFeatures.read alarms alwaysOnTopWindows app.window
    app.window.alpha app.window.alwaysOnTop app.window.fullscreen app.window.fullscreen.overrideEsc
    app.window.shape appview audio audioCapture background browser certificateProvider clipboard
    clipboardRead clipboardWrite commands contextMenus desktopCapture diagnostics dns documentScan
    enterprise.deviceAttributes enterprise.platformKeys experimental fileSystem fileSystem.directory
    fileSystem.requestFileSystem fileSystem.retainEntries fileSystem.write fileSystemProvider fullscreen gcm
    geolocation hid identity identity.email idle input login loginState mdns mediaGalleries
    mediaGalleries.allAutoDetected mediaGalleries.copyTo mediaGalleries.delete mediaGalleries.read
    nativeMessaging networking.onc notifications overrideEscFullscreen platformKeys pointerLock power
    printerProvider printing serial socket storage syncFileSystem system.cpu system.display system.memory
    system.network system.storage systemLog tts unlimitedStorage usb usbDevices videoCapture
    virtualKeyboard vpnProvider wallpaper webview
    """)
)

_PERMISSIONS_NOT_FOR_APPS = {
    **dict.fromkeys(
        _words("""
        declarativeContent declarativeNetRequest downloads downloads.open favicon offscreen processes
        readingList scripting search sidePanel tabGroups userScripts
        """),
        _EXTENSIONS,
    ),
    **dict.fromkeys(
        _words("""
        activeTab bookmarks browsingData contentSettings cookies debugger declarativeWebRequest
        fontSettings history management pageCapture privacy proxy sessions tabCapture tabs topSites
        ttsEngine webNavigation webRequest webRequestBlocking
        """),
        _EXTENSIONS_LEGACY,
    ),
}

_URL_PATTERN = re.compile(
    r"<all_urls>|(?:\*|https?|ftp|wss?)://(?:\*|(?:\*\.)?[^/*]+)/.*|file:///.*", re.DOTALL
)


def key_warning(key: str) -> str | None:
    """What Chromium says of a top-level key of a packaged app; None if it is fine."""
    if key in _NOT_FOR_APPS:
        return f"'{key}' is only allowed for {_NOT_FOR_APPS[key]}, but this is a packaged app."
    return None if key in KNOWN_KEYS else f"Unrecognized manifest key '{key}'."


def permission_warning(name: str) -> str | None:
    """What Chromium says of an item of ``permissions``; None if it is fine."""
    if name in _PERMISSIONS_NOT_FOR_APPS:
        allowed = _PERMISSIONS_NOT_FOR_APPS[name]
        return f"'{name}' is only allowed for {allowed}, but this is a packaged app."
    if name in KNOWN_PERMISSIONS or _URL_PATTERN.fullmatch(name):
        return None
    return f"Permission '{name}' is unknown or URL pattern is malformed."


def has_parts(name: str) -> bool:
    """Whether a permission may be an object with a list of its parts: ``{"fileSystem": ["write"]}``.

    Its own name need not be a permission: ``{"system": ["network"]}`` is ``system.network``.
    """
    return name == "mediaGalleries" or any(known.startswith(f"{name}.") for known in KNOWN_PERMISSIONS)
