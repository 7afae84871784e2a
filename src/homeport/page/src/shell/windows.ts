// The app's windows in a tab: one fills it, more are frames that can be moved, sized and put away.

import type { Hub } from "../hub/hub.ts";
import type { Bounds, HostWindow, WindowEvents, WindowHost, WindowSpec } from "../seam.ts";
import { isKiosk } from "../seam.ts";
import { recall, remember } from "./memory.ts";
import { whenBody } from "./notice.ts";
import { Pane } from "./pane.ts";

/** Where windows with an id were last, for as long as the tab is there. */
const PLACES = "homeport.windows";

export class TabWindows implements WindowHost {
  readonly #panes = new Set<Pane>();
  readonly #hub: Hub;
  #highest = 10;

  constructor(hub: Hub) {
    this.#hub = hub;
    addEventListener("resize", () => this.#panes.forEach((pane) => pane.resized()));
  }

  open(spec: WindowSpec, events: WindowEvents): HostWindow {
    const bounds = { ...spec.bounds, ...placeOf(spec.id) };
    const kiosk = isKiosk(this.#hub.app);
    const state = kiosk ? "fullscreen" : spec.state;
    const pane = new Pane({ ...spec, bounds, state }, events, {
      kiosk,
      raise: (raised) => this.#raise(raised),
      shown: () => this.#arrange(),
      placed: keepPlace,
      removed: (gone) => {
        this.#panes.delete(gone);
        this.#arrange();
      },
    }, this.#panes.size);
    this.#panes.add(pane);
    whenBody(() => {
      document.body.append(pane.element);
      pane.begin();
      this.#arrange();
      if (!spec.hidden && spec.focused) pane.focus();
    });
    return pane;
  }

  /** A lone window is the tab; its title is the tab's. */
  #arrange(): void {
    const visible = [...this.#panes].filter((pane) => pane.visible);
    for (const pane of this.#panes) pane.setAlone(visible.length === 1 && pane.visible);
    const name = String(this.#hub.app.manifest.name ?? "Homeport");
    const top = visible.sort((a, b) => b.level - a.level)[0];
    document.title = top?.title || name;
  }

  #raise(pane: Pane): void {
    pane.level = ++this.#highest + (pane.onTop ? 1_000_000 : 0);
    this.#arrange();
  }
}

function places(): Record<string, Bounds> {
  return JSON.parse(recall(PLACES) ?? "{}");
}

function placeOf(id: string): Bounds | undefined {
  return id === "" ? undefined : places()[`#${id}`];
}

function keepPlace(id: string, bounds: Bounds): void {
  if (id !== "") remember(PLACES, JSON.stringify({ ...places(), [`#${id}`]: bounds }));
}
