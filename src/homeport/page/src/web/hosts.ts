// Host permissions: the match patterns among an app's permissions, as `homeport.manifest` reads them. The daemon
// decides; here it is only known whom to ask, and what `chrome.permissions` says.

const SCHEMES = ["http", "https"];
/** Other schemes that patterns may have; Homeport's pages ask by none of them. */
const OTHER_SCHEMES = ["file", "ftp", "chrome", "filesystem", "ws", "wss", "data", "urn", "uuid-in-package"];

/** A match pattern without its path, which means nothing in a permission. */
export interface HostPattern {
  readonly schemes: readonly string[];
  /** Empty for any host. */
  readonly host: string;
  /** Whether names below `host` are meant as well. */
  readonly subdomains: boolean;
  /** `null` for any port. */
  readonly port: number | null;
}

const EVERYWHERE: HostPattern = {
  schemes: [...SCHEMES, ...OTHER_SCHEMES],
  host: "",
  subdomains: true,
  port: null,
};

/** Reads a pattern; for what is none the text that says why. */
export function parseHostPattern(text: string): HostPattern | string {
  if (text === "<all_urls>") return EVERYWHERE;
  const colon = text.indexOf(":");
  if (colon < 0) return "Missing scheme separator.";
  const scheme = text.slice(0, colon);
  if (![...SCHEMES, ...OTHER_SCHEMES, "*"].includes(scheme)) return "Invalid scheme.";
  if (!text.startsWith("//", colon + 1)) return "Wrong scheme type.";
  const rest = text.slice(colon + 3);
  const slash = rest.indexOf("/");
  if (slash < 0) return "Empty path.";
  const schemes = scheme === "*" ? SCHEMES : [scheme];
  return scheme === "file" ? { ...EVERYWHERE, schemes } : parseAuthority(rest.slice(0, slash), schemes);
}

function parseAuthority(authority: string, schemes: readonly string[]): HostPattern | string {
  const [, name = "", digits = "*"] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority) ?? [];
  const port = digits === "*" ? null : /^\d+$/.test(digits) ? Number(digits) : NaN;
  if (port !== null && !(port <= 65535)) return "Invalid port.";
  if (name === "") return "Host can not be empty.";
  if (name === "*") return { schemes, host: "", subdomains: true, port };
  const subdomains = name.startsWith("*.");
  const host = subdomains ? name.slice(2) : name;
  return host.includes("*") ? "Invalid host wildcard." : { schemes, host: canonical(host), subdomains, port };
}

/** The one spelling of a host that addresses have. */
function canonical(host: string): string {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return host.toLowerCase();
  }
}

/** What a manifest's permissions say of servers. */
export class HostPermissions {
  /** The patterns as they are written. */
  readonly texts: readonly string[];
  readonly #patterns: readonly HostPattern[];

  constructor(permissions: readonly unknown[]) {
    const texts = permissions.filter((each): each is string => typeof each === "string");
    this.texts = texts.filter((text) => typeof parseHostPattern(text) !== "string");
    this.#patterns = this.texts.map((text) => parseHostPattern(text) as HostPattern);
  }

  /** Whether they name any server. */
  get any(): boolean {
    return this.#patterns.some((pattern) => SCHEMES.some((scheme) => pattern.schemes.includes(scheme)));
  }

  /** Whether they name the server of an address. */
  allows(url: URL): boolean {
    const scheme = url.protocol.slice(0, -1);
    if (!SCHEMES.includes(scheme)) return false;
    const port = Number(url.port || (scheme === "https" ? 443 : 80));
    return this.covers({ schemes: [scheme], host: url.hostname, subdomains: false, port });
  }

  /** Whether they name all that `wanted` names. */
  covers(wanted: HostPattern): boolean {
    return wanted.schemes.every((scheme) => this.#patterns.some((own) => coversAt(scheme, own, wanted)));
  }
}

function coversAt(scheme: string, own: HostPattern, wanted: HostPattern): boolean {
  return own.schemes.includes(scheme) && (own.port === null || own.port === wanted.port) &&
    coversHost(own, wanted);
}

function coversHost(own: HostPattern, wanted: HostPattern): boolean {
  if (own.host === "") return true;
  if (!own.subdomains) return own.host === wanted.host && !wanted.subdomains;
  return wanted.host === own.host || wanted.host.endsWith("." + own.host);
}
