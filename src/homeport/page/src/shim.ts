// The first script of every page of the app: makes `chrome`, complete, before the app's first line.

import { buildRealm, placeChrome } from "./binding/chrome.ts";
import { restoreProto } from "./binding/proto.ts";
import { findHub } from "./find_hub.ts";
import { presentWindow } from "./platform/app_window.ts";

restoreProto();
const hub = findHub(globalThis as unknown as Window);
if (hub === null) {
  console.error("homeport: this page is part of an app and works only inside it; start the app instead.");
} else {
  const realm = buildRealm(hub);
  placeChrome(globalThis, realm.chrome);
  presentWindow(realm);
  addEventListener("pagehide", () => {
    if (hub.windows.background === globalThis) hub.suspend(); // browsers differ in which page goes first
    realm.detach();
  }, { once: true });
}
