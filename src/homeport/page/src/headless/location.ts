// `location` and `navigator` of a page that no browser shows.

/** `window.location`. A Chrome App's pages cannot be navigated, but within themselves: to another `hash`. */
class Location {
  readonly #url: () => string;
  readonly #move: (url: string) => void;

  /** `move` is called with the page's address when its hash changes. */
  constructor(url: () => string, move: (url: string) => void) {
    this.#url = url;
    this.#move = move;
  }

  get href(): string {
    return this.#url();
  }
  set href(url: string) {
    this.assign(url);
  }
  get #parsed(): URL {
    return new URL(this.#url());
  }
  get protocol(): string {
    return this.#parsed.protocol;
  }
  get host(): string {
    return this.#parsed.host;
  }
  get hostname(): string {
    return this.#parsed.hostname;
  }
  get port(): string {
    return this.#parsed.port;
  }
  get pathname(): string {
    return this.#parsed.pathname;
  }
  get search(): string {
    return this.#parsed.search;
  }
  get hash(): string {
    return this.#parsed.hash;
  }
  set hash(hash: string) {
    const url = this.#parsed;
    url.hash = hash;
    if (url.href !== this.href) this.#move(url.href);
  }
  get origin(): string {
    return `${this.protocol}//${this.host}`;
  }
  assign(url: string): void {
    const there = new URL(url, this.href);
    const here = this.#parsed;
    const { hash } = there;
    there.hash = here.hash = "";
    if (there.href === here.href) this.hash = hash;
  }
  replace(url: string): void {
    this.assign(url);
  }
  reload(): void {}
  toString(): string {
    return this.href;
  }
  get [Symbol.toStringTag](): string {
    return "Location";
  }
}
export { Location as PageLocation };

const later = globalThis.setTimeout;

type Failed = ((error: { code: number; message: string }) => void) | undefined;

const notFound = (_: unknown, failed: Failed): void =>
  void later(() => failed?.({ code: 2, message: "There is no position without a browser." }));

/** `navigator.geolocation` of a machine that does not know where it is. */
const nowhere = {
  getCurrentPosition: notFound,
  watchPosition(found: unknown, failed: Failed): number {
    notFound(found, failed);
    return 1;
  },
  clearWatch(): void {},
};

class Navigator {
  get [Symbol.toStringTag](): string {
    return "Navigator";
  }
}

/** What apps ask `navigator`: who are you, which language, how many cores. */
export function makeNavigator(languages: readonly string[], os: string): object {
  const system = { win: "Windows NT 10.0; Win64; x64", mac: "Macintosh; Intel Mac OS X 10_15_7" }[os] ??
    "X11; Linux x86_64";
  const product = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
  return Object.assign(new Navigator(), {
    appCodeName: "Mozilla",
    appName: "Netscape",
    appVersion: `5.0 (${system}) ${product}`,
    cookieEnabled: false,
    geolocation: nowhere,
    getGamepads: () => [null, null, null, null],
    hardwareConcurrency: globalThis.navigator.hardwareConcurrency,
    language: languages[0] ?? "en-US",
    languages: Object.freeze([...languages]),
    javaEnabled: () => false,
    mimeTypes: [],
    plugins: [],
    sendBeacon: () => false,
    vibrate: () => false,
    maxTouchPoints: 0,
    onLine: true,
    platform: { win: "Win32", mac: "MacIntel" }[os] ?? "Linux x86_64",
    product: "Gecko",
    userAgent: `Mozilla/5.0 (${system}) ${product}`,
    vendor: "Google Inc.",
    webdriver: false,
  });
}

/** What old scripts measure by: when the page began, and how much memory it has. */
export function dressPerformance(): void {
  const { performance } = globalThis;
  const began = Math.floor(performance.timeOrigin);
  const steps = [
    "navigationStart",
    "fetchStart",
    "domainLookupStart",
    "domainLookupEnd",
    "connectStart",
    "connectEnd",
  ];
  const more = [
    "requestStart",
    "responseStart",
    "responseEnd",
    "domLoading",
    "domInteractive",
    "domComplete",
  ];
  const last = ["domContentLoadedEventStart", "domContentLoadedEventEnd", "loadEventStart", "loadEventEnd"];
  const values = {
    timing: Object.fromEntries([...steps, ...more, ...last].map((name) => [name, began])),
    navigation: { type: 0, redirectCount: 0 },
    memory: { jsHeapSizeLimit: 2 ** 32, totalJSHeapSize: 2 ** 24, usedJSHeapSize: 2 ** 24 },
  };
  for (const [name, value] of Object.entries(values)) {
    if (!(name in performance)) Object.defineProperty(performance, name, { value, configurable: true });
  }
}
