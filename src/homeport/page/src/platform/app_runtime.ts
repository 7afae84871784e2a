// chrome.app.runtime: the events that start an app.

import type { Platform } from "./mod.ts";
import { enumOf, namespace } from "./shape.ts";

const APP_RUNTIME = namespace({
  events: ["onEmbedRequested", "onLaunched", "onRestarted"],
  enums: {
    LaunchSource: enumOf(
      ...[
        "untracked",
        "app_launcher",
        "new_tab_page",
        "reload",
        "restart",
        "load_and_launch",
        "command_line",
      ],
      ...["file_handler", "url_handler", "system_tray", "about_page", "keyboard", "extensions_page"],
      ...["management_api", "ephemeral_app", "background", "kiosk", "chrome_internal", "test"],
      ...[
        "installed_notification",
        "context_menu",
        "arc",
        "intent_url",
        "app_home_page",
        "focus_mode",
        "sparky",
      ],
    ),
  },
});

export const appRuntime: Platform = {
  namespaces: { "app.runtime": APP_RUNTIME },
};
