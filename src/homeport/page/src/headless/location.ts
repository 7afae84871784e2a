// `location` and `navigator` of a page that no browser shows.

/** The parts of `window.location` that can be read. Going elsewhere is not possible. */
export class PageLocation {
  readonly #url: () => string;

  constructor(url: () => string) {
    this.#url = url;
  }

  get href(): string {
    return this.#url();
  }
  set href(_: string) {
    // A Chrome App's pages cannot be navigated.
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
  get origin(): string {
    return `${this.protocol}//${this.host}`;
  }
  assign(): void {}
  replace(): void {}
  reload(): void {}
  toString(): string {
    return this.href;
  }
}

/** What apps ask `navigator`: who are you, which language, how many cores. */
export function makeNavigator(languages: readonly string[], os: string): Record<string, unknown> {
  const system = { win: "Windows NT 10.0; Win64; x64", mac: "Macintosh; Intel Mac OS X 10_15_7" }[os] ??
    "X11; Linux x86_64";
  const product = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
  return {
    appCodeName: "Mozilla",
    appName: "Netscape",
    appVersion: `5.0 (${system}) ${product}`,
    cookieEnabled: false,
    hardwareConcurrency: globalThis.navigator.hardwareConcurrency,
    language: languages[0] ?? "en-US",
    languages: Object.freeze([...languages]),
    maxTouchPoints: 0,
    onLine: true,
    platform: { win: "Win32", mac: "MacIntel" }[os] ?? "Linux x86_64",
    product: "Gecko",
    userAgent: `Mozilla/5.0 (${system}) ${product}`,
    vendor: "Google Inc.",
    webdriver: false,
  };
}
