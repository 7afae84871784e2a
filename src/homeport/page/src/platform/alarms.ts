// chrome.alarms: they ring while the app runs. The daemon keeps them for the next page.

import type { Realm } from "../binding/realm.ts";
import type { HubSide, Reply } from "../seam.ts";
import type { Platform } from "./mod.ts";
import { answer } from "./shape.ts";

interface Info {
  when?: number;
  delayInMinutes?: number;
  periodInMinutes?: number;
  persistAcrossSessions?: boolean;
}

interface Alarm {
  name: string;
  persistAcrossSessions: boolean;
  scheduledTime: number;
  periodInMinutes?: number;
}

const MINUTE = 60_000;
/** Alarms go by the clock on the wall, which may be set, or go on while the machine sleeps: a look so often. */
const LOOK = MINUTE;
/** An alarm that rings more often than this is not kept anew each time. */
const WORTH_KEEPING = MINUTE;
const MOST = 500;
const LONGEST_NAME = 1024;
const unheard: Reply = { finish() {}, sent() {}, lost() {}, abandon() {} };

/** One clock for all frames: the hub outlives them. */
class Clock {
  readonly #alarms = new Map<string, Alarm>();
  readonly #timers = new Map<string, () => void>();

  #keeps = false;

  /** `kept` are the alarms that an earlier page was left with. */
  constructor(private readonly hub: HubSide, kept: readonly Alarm[]) {
    for (const alarm of kept) this.#set({ ...alarm });
  }

  create(name: string, info: Info): void {
    // Also if it would take the place of another.
    if (this.#alarms.size >= MOST) {
      throw new Error(`An extension cannot have more than ${MOST} active alarms.`);
    }
    if (info.when !== undefined && info.delayInMinutes !== undefined) {
      throw new Error("Cannot set both when and delayInMinutes.");
    }
    const delay = info.delayInMinutes ?? info.periodInMinutes;
    if (info.when === undefined && delay === undefined) {
      throw new Error("Must set at least one of when, delayInMinutes, or periodInMinutes.");
    }
    const { length } = new TextEncoder().encode(name);
    if (length > LONGEST_NAME) {
      throw new Error(`Alarm name size is ${length} bytes which exceeds the limit of ${LONGEST_NAME} bytes.`);
    }
    const alarm: Alarm = {
      name,
      persistAcrossSessions: info.persistAcrossSessions ?? true,
      scheduledTime: info.when ?? Date.now() + delay! * MINUTE,
    };
    if (info.periodInMinutes !== undefined) alarm.periodInMinutes = info.periodInMinutes;
    this.#set(alarm);
    this.#keep();
  }

  get(name: string): Alarm | undefined {
    return this.#alarms.get(name);
  }

  all(): Alarm[] {
    return [...this.#alarms.values()];
  }

  clear(name: string): boolean {
    const cleared = this.#forget(name);
    if (cleared) this.#keep();
    return cleared;
  }

  /** Once a turn, however many change in it. */
  #keep(): void {
    if (this.#keeps) return;
    this.#keeps = true;
    queueMicrotask(() => {
      this.#keeps = false;
      this.hub.call("alarms.keep", [this.all()], unheard);
    });
  }

  #forget(name: string): boolean {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    return this.#alarms.delete(name);
  }

  #set(alarm: Alarm): void {
    this.#forget(alarm.name);
    this.#alarms.set(alarm.name, alarm);
    this.#wait(alarm);
  }

  /** `most` is what was left by the clock that nobody sets: one that was put back makes no alarm late. */
  #wait(alarm: Alarm, most = Infinity): void {
    const left = Math.max(0, Math.min(most, alarm.scheduledTime - Date.now()));
    const look = () => left <= LOOK ? this.#due(alarm) : this.#wait(alarm, left - LOOK);
    this.#timers.set(alarm.name, this.hub.after(Math.min(left, LOOK), look));
  }

  #due(alarm: Alarm): void {
    if (alarm.periodInMinutes === undefined) this.clear(alarm.name);
    this.hub.emit("alarms.onAlarm", [{ ...alarm }]);
    if (alarm.periodInMinutes === undefined || this.#alarms.get(alarm.name) !== alarm) return;
    // A machine that slept rings once, not once for each time that it missed.
    const period = Math.max(alarm.periodInMinutes * MINUTE, 1000);
    const missed = Math.floor((Date.now() - alarm.scheduledTime) / period);
    alarm.scheduledTime += Math.max(0, missed + 1) * period;
    if (period >= WORTH_KEEPING) this.#keep();
    this.#wait(alarm);
  }
}

function clockOf(realm: Realm): Clock {
  const { hub, hub: { shared } } = realm;
  // An event page that was unloaded left its alarms in memory; else they are those that the daemon stored.
  const unloaded = (shared.get("keptAlarms") ?? []) as readonly Alarm[];
  const kept = unloaded.length > 0 ? unloaded : hub.app.alarms as readonly Alarm[];
  const clock = (shared.get("alarms") ?? new Clock(hub, kept)) as Clock;
  shared.set("alarms", clock);
  return clock;
}

export const alarms: Platform = {
  implement(realm) {
    const clock = clockOf(realm);
    return {
      "alarms.clear": answer(realm, ([name]) => clock.clear((name as string | null) ?? "")),
      "alarms.clearAll": answer(realm, () => {
        const all = clock.all();
        for (const alarm of all) clock.clear(alarm.name);
        return true;
      }),
      "alarms.create": answer(
        realm,
        ([name, info]) => clock.create((name as string | null) ?? "", info as Info),
      ),
      "alarms.get": answer(realm, ([name]) => clock.get((name as string | null) ?? "")),
      "alarms.getAll": answer(realm, () => clock.all()),
    };
  },
};
