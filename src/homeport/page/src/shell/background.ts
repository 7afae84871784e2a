// The background page: a hidden frame of the shell, and the events that start an app once it has loaded.

import type { Hub } from "../hub/hub.ts";
import { isKiosk } from "../seam.ts";
import { offerLaunch } from "./closed.ts";
import { whenBody } from "./notice.ts";

/** How long an app may take for its first window before an empty tab says that there is none. */
const FIRST_WINDOW_PATIENCE = 2000;

/** Loads the background page; when its scripts have run, launches the app. */
export function startApp(hub: Hub): void {
  const { background } = hub.app;
  if (background === null) return launch(hub);
  const frame = document.createElement("iframe");
  frame.className = "homeport-background";
  frame.title = "background page";
  frame.addEventListener("load", () => launch(hub), { once: true });
  frame.src = `/${background}`;
  whenBody(() => document.body.append(frame));
}

function launch(hub: Hub): void {
  hub.loaded();
  hub.launch();
  if (!isKiosk(hub.app)) setTimeout(() => offerLaunch(hub), FIRST_WINDOW_PATIENCE);
}
