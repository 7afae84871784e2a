// The first script of every page of the app: makes `chrome`, complete, before the app's first line.

import { buildRealm, placeChrome } from "./binding/chrome.ts";
import { restoreProto } from "./binding/proto.ts";
import { findHub } from "./find_hub.ts";
import { presentWindow } from "./platform/app_window.ts";
import { HUB } from "./seam.ts";

// The app finds its own elements only, as before. Without a browser the hub is here, and nothing was put into the page.
if (!(HUB in globalThis)) document.currentScript?.remove();
restoreProto();
const hub = findHub(globalThis as unknown as Window);
if (hub === null) {
  console.error("homeport: this page is part of an app and works only inside it; start the app instead.");
} else {
  const realm = buildRealm(hub);
  placeChrome(globalThis, realm.chrome);
  presentWindow(realm);
  addEventListener("pagehide", function going(event) {
    if (hub.app.host === "browser" && !event.isTrusted) return; // the app's own event of that name
    removeEventListener("pagehide", going);
    if (hub.windows.background === globalThis) hub.suspend(); // browsers differ in which page goes first
    realm.detach();
  });
}
