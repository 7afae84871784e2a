// `sessionStorage` of a page: texts by name, for as long as the page is there.

class Storage {
  readonly #texts = new Map<string, string>();

  get length(): number {
    return this.#texts.size;
  }
  key(index: number): string | null {
    return [...this.#texts.keys()][index] ?? null;
  }
  getItem(name: string): string | null {
    return this.#texts.get(String(name)) ?? null;
  }
  setItem(name: string, text: string): void {
    this.#texts.set(String(name), String(text));
  }
  removeItem(name: string): void {
    this.#texts.delete(String(name));
  }
  clear(): void {
    this.#texts.clear();
  }
}

/** A new one, whose texts are its properties too. */
export function makeStorage(): Storage {
  const storage = new Storage();
  const methods = new Map<PropertyKey, unknown>();
  const own = (name: PropertyKey): name is string => typeof name === "string" && !(name in Storage.prototype);
  return new Proxy(storage, {
    get(_, name) {
      if (own(name)) return storage.getItem(name) ?? undefined;
      const value = Reflect.get(storage, name);
      if (typeof value !== "function" || value === Storage) return value;
      if (!methods.has(name)) methods.set(name, value.bind(storage));
      return methods.get(name);
    },
    set(_, name, value) {
      if (own(name)) storage.setItem(name, value);
      return true;
    },
    has: (_, name) => own(name) ? storage.getItem(name) !== null : Reflect.has(storage, name),
    deleteProperty(_, name) {
      if (own(name)) storage.removeItem(name);
      return true;
    },
    ownKeys: () => Array.from({ length: storage.length }, (_, index) => storage.key(index)!),
    getOwnPropertyDescriptor(_, name) {
      const value = own(name) ? storage.getItem(name) : null;
      return value === null ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
  });
}

Object.defineProperty(Storage.prototype, Symbol.toStringTag, { value: "Storage", configurable: true });
