// The one queue of an app: every callback and every event, in the order in which the daemon caused them. A linked
// list, because what belongs to a paused socket is taken out and later put back in front.

/** Something for the app to hear. */
export abstract class Delivery {
  next: Delivery | null = null;

  /** Whether nothing of it is left to tell, which may only turn out once the promises of the last turn have run. */
  over(): boolean {
    return false;
  }

  /** Where to put this aside instead of delivering it now, or `null`. */
  aside(): DeliveryList | null {
    return null;
  }

  /** Tells the app. True when there is more of it: it is called again before anything else. Must not throw. */
  abstract deliver(): boolean;
}

export class DeliveryList {
  #first: Delivery | null = null;
  #last: Delivery | null = null;

  get empty(): boolean {
    return this.#first === null;
  }

  append(delivery: Delivery): void {
    delivery.next = null;
    if (this.#last === null) this.#first = delivery;
    else this.#last.next = delivery;
    this.#last = delivery;
  }

  prepend(delivery: Delivery): void {
    delivery.next = this.#first;
    this.#first = delivery;
    this.#last ??= delivery;
  }

  shift(): Delivery | null {
    const first = this.#first;
    if (first === null) return null;
    this.#first = first.next;
    if (this.#first === null) this.#last = null;
    return first;
  }

  /** Puts all of `other` in front of this list, in its order, and empties it. */
  takeInFront(other: DeliveryList): void {
    if (other.#last === null) return;
    other.#last.next = this.#first;
    this.#first = other.#first;
    this.#last ??= other.#last;
    other.#first = other.#last = null;
  }
}

/** Delivers the first thing that is not put aside; says whether there is more. */
export function deliverOne(list: DeliveryList): boolean {
  for (let delivery = list.shift(); delivery !== null; delivery = list.shift()) {
    if (delivery.over()) continue;
    const aside = delivery.aside();
    if (aside !== null) {
      aside.append(delivery);
      continue;
    }
    if (delivery.deliver()) list.prepend(delivery);
    return !list.empty;
  }
  return false;
}
