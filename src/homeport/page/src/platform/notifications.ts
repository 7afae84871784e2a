// chrome.notifications over the web's Notification. Buttons and pictures are left out where the web has none.

import type { Implementation } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";
import { isImage } from "./images.ts";
import type { Platform } from "./mod.ts";
import { checkChange, checkNew, loadImages, type Options } from "./notification_options.ts";
import { answer } from "./shape.ts";

/** What the user does before browsers let a page ask for something. */
const GESTURES = ["click", "keydown"];

class Board {
  readonly #shown = new Map<string, { options: Options; notification: Notification | null }>();
  /** Whether the user is to be asked, as soon as browsers allow it. */
  #asks = false;

  constructor(private readonly emit: (event: string, args: unknown[]) => void) {}

  /** The user did something in a page of the app, which may ask now. */
  gesture(ask: () => Promise<NotificationPermission>): void {
    if (!this.#asks) return;
    this.#asks = false;
    void ask().then((level) => {
      if (level !== "granted") return;
      this.emit("notifications.onPermissionLevelChanged", [level]);
      for (const [id, { options }] of this.#shown) this.#show(id, options);
    });
  }

  create(id: string, options: Options): string {
    checkNew(id, options);
    this.#show(id, options);
    return id;
  }

  update(id: string, changes: Options): boolean {
    const shown = this.#shown.get(id);
    if (shown === undefined) return false;
    checkChange(changes, changes.type ?? shown.options.type);
    this.#show(id, { ...shown.options, ...changes });
    return true;
  }

  clear(id: string): boolean {
    const shown = this.#shown.get(id);
    if (shown === undefined) return false;
    this.#shown.delete(id);
    shown.notification?.close();
    this.emit("notifications.onClosed", [id, false]);
    return true;
  }

  ids(): Record<string, true> {
    return Object.fromEntries([...this.#shown.keys()].map((id) => [id, true]));
  }

  #show(id: string, options: Options): void {
    const entry: { options: Options; notification: Notification | null } = { options, notification: null };
    this.#shown.set(id, entry);
    if (typeof Notification === "undefined") return;
    if (Notification.permission === "granted") entry.notification = this.#notify(id, options);
    else this.#asks = Notification.permission === "default";
  }

  #notify(id: string, options: Options): Notification {
    const items = (options.items ?? []).map((item) => `${item.title} ${item.message}`);
    const progress = options.type === "progress" ? [`${options.progress ?? 0} %`] : [];
    const body = [options.message, ...items, ...progress, options.contextMessage].filter(Boolean).join("\n");
    const notification = new Notification(options.title!, {
      body,
      tag: id,
      icon: options.iconUrl!,
      requireInteraction: options.requireInteraction ?? false,
      silent: options.silent ?? null,
    });
    notification.addEventListener("click", () => this.emit("notifications.onClicked", [id]));
    notification.addEventListener("close", () => {
      if (this.#shown.get(id)?.notification !== notification) return;
      this.#shown.delete(id);
      this.emit("notifications.onClosed", [id, true]);
    });
    return notification;
  }
}

function boardOf(realm: Realm): Board {
  const { shared } = realm.hub;
  const hub = realm.hub;
  let board = shared.get("notifications") as Board | undefined;
  if (board === undefined) {
    board = new Board((event, args) => hub.emit(event, args));
    shared.set("notifications", board);
  }
  return board;
}

/** Does something with a notification once its pictures are there. */
function withImages(
  realm: Realm,
  act: (id: string | null, options: Options) => string | boolean,
): Implementation {
  const perform = answer(realm, ([id, options]) => act(id as string | null, options as Options));
  return async (args, reply) => {
    try {
      await loadImages(args[1] as Options, isImage);
    } catch (wrong) {
      return realm.hub.enqueue(() => reply.finish([], (wrong as Error).message));
    }
    perform(args, reply);
  };
}

export const notifications: Platform = {
  implement: (realm) => ({
    "notifications.clear": answer(realm, ([id]) => boardOf(realm).clear(id as string)),
    "notifications.create": withImages(realm, (id, options) => {
      return boardOf(realm).create(id || crypto.randomUUID(), options);
    }),
    "notifications.getAll": answer(realm, () => boardOf(realm).ids()),
    "notifications.getPermissionLevel": answer(
      realm,
      () =>
        typeof Notification !== "undefined" && Notification.permission === "granted" ? "granted" : "denied",
    ),
    "notifications.update": withImages(realm, (id, options) => boardOf(realm).update(id!, options)),
  }),
  start(realm) {
    if (realm.chrome.notifications === undefined || typeof Notification === "undefined") return;
    // Not kept by the board: who asks must be the page that the user is in.
    const asked = () => boardOf(realm).gesture(() => Notification.requestPermission());
    for (const gesture of GESTURES) addEventListener(gesture, asked, { capture: true, passive: true });
  },
};
