// The shell page of a tab: gets the secret, connects, holds the hub, and loads the app's background page.

import { Hub } from "./hub/hub.ts";
import { BrowserTurns } from "./hub/turns.ts";
import { HUB, isKiosk } from "./seam.ts";
import { startApp } from "./shell/background.ts";
import { Clock } from "./shell/clock.ts";
import { endKiosk, offerLaunch } from "./shell/closed.ts";
import { hideNotice, showNotice } from "./shell/notice.ts";
import {
  forgetSecret,
  keepSecret,
  obtainSecret,
  surviveDiscard,
  takeWanted,
  wasHere,
} from "./shell/secret.ts";
import { Tabs } from "./shell/tabs.ts";
import { TabWindows } from "./shell/windows.ts";
import { shellStays } from "./platform/stays.ts";
import { readsInPlace } from "./wire/stream.ts";
import { webSocket } from "./wire/transport.ts";

/** How long to wait before asking whether to end another page: after a reload it is just going. */
const BUSY_PATIENCE = 500;
/** How long the daemon may be away before the page says so. */
const DROPPED_PATIENCE = 1500;

/** A tab that was about to go and is still there after this long stays. */
const STAYS = 3000;

/** Only Chromium has this, and only there a stream is the cheaper way down. */
const STREAMS = "userAgentData" in navigator && readsInPlace();

const START_AGAIN = "This app is not running. Start it again from where you started it.";

const WAITING =
  "Waiting for Homeport … If it does not run any more, start the app again from where you started it.";

const LOST =
  "Homeport does not answer any more, and the app's connections have ended. Start the app again from where you started it.";

/** For a page that has run: its Homeport has ended, and another one answers. */
const OUTLIVED =
  "Homeport was started again. The app runs in the tab that was opened then; this one belongs to the earlier run.";

const ELSEWHERE = "This app now runs in another page.";

const FAREWELLS: Readonly<Record<string, string>> = {
  unauthorized: START_AGAIN,
  version: "Homeport was updated. Reload this page.",
  "taken-over": ELSEWHERE,
  removed: "This app was removed from Homeport.",
  shutdown: "Homeport was stopped. Start the app again.",
};

async function main(): Promise<void> {
  shellStays();
  const tabs = new Tabs();
  const secret = await obtainSecret().catch(() => null);
  if (secret === null) return ended(tabs, START_AGAIN, ELSEWHERE);
  surviveDiscard(secret);
  const wanted = takeWanted();
  let started = false;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let turns: BrowserTurns;
  const hub = new Hub({
    secret,
    timers: new Clock(),
    turns: (work) => turns = new BrowserTurns(work),
    connect: () => webSocket({ host: location.host, secret, streams: STREAMS }, turns),
    events: {
      welcome(app) {
        document.title = String(app.manifest.name ?? "Homeport");
        document.documentElement.toggleAttribute("data-kiosk", isKiosk(app));
        tabs.runs(secret);
        if (started) return;
        started = true;
        hub.restored.then(() => startApp(hub));
      },
      busy() {
        const ask = () =>
          showNotice("This app already runs in another page.", {
            label: "Run it here",
            run: () => hub.link.takeover(),
          });
        if (wanted) hub.link.takeover();
        else patience = setTimeout(ask, BUSY_PATIENCE);
      },
      bye(code, reason) {
        clearTimeout(patience);
        if (code === "unauthorized") forgetSecret();
        if (code === "taken-over") dropPages();
        // One of another version knows no more of this page.
        const outlived = started && (code === "unauthorized" || code === "version");
        const text = outlived ? OUTLIVED : FAREWELLS[code] ?? reason;
        ended(tabs, text, outlived ? OUTLIVED : ELSEWHERE);
      },
      lost() {
        clearTimeout(patience);
        ended(tabs, LOST, ELSEWHERE);
      },
      connected(there) {
        clearTimeout(patience);
        if (there) hideNotice();
        else patience = setTimeout(() => showNotice(WAITING), DROPPED_PATIENCE);
      },
    },
  });
  hub.windows.host = new TabWindows(hub);
  hub.windows.changed = () => isKiosk(hub.app) ? endKiosk(hub) : offerLaunch(hub);
  Object.defineProperty(globalThis, HUB, { value: hub });
  // Firefox sends nothing any more once a page is being hidden, and closes its connection before that.
  addEventListener("beforeunload", () => {
    hub.suspend();
    hub.link.hold();
    setTimeout(() => {
      hub.stays();
      hub.link.release();
    }, STAYS);
  });
  addEventListener("pagehide", () => {
    hub.suspend();
    hub.link.bye();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("online", () => hub.link.probe());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") hub.link.probe();
  });
  hub.link.start();
}

/** Says that this tab does not run the app; if it was here before and runs in another tab, offers it again. */
function ended(tabs: Tabs, text: string, elsewhere: string): void {
  showNotice(text);
  if (!wasHere()) return;
  tabs.ended(() => showNotice(elsewhere, { label: "Run it here", run: () => comeBack(tabs) }));
}

/** The app runs elsewhere now: here it shall ask nobody anything any more. */
function dropPages(): void {
  for (const frame of document.querySelectorAll("iframe")) frame.remove();
}

async function comeBack(tabs: Tabs): Promise<void> {
  const secret = await tabs.ask();
  if (secret === null) return showNotice(START_AGAIN);
  keepSecret(secret, true);
  location.reload();
}

main();
