// Host permissions: the match patterns among an app's permissions, as `homeport.manifest` reads them. The daemon
// decides; here it is only known whom to ask.

const PATTERN = /^(\*|https?):\/\/(\*|(?:\*\.)?[^/*:[\]]+|\[[^/*[\]]+\])(?::(\*|\d+))?\//;

type Allows = (url: URL) => boolean;

/** Whether a manifest's permissions name an address; `null` if they name no server at all. */
export function hostPermissions(permissions: readonly unknown[]): Allows | null {
  const patterns = permissions.flatMap((each) => typeof each === "string" ? parse(each) ?? [] : []);
  return patterns.length === 0 ? null : (url) => patterns.some((allows) => allows(url));
}

function parse(text: string): Allows | null {
  if (text === "<all_urls>") return isWeb;
  const [, scheme, host, port = "*"] = PATTERN.exec(text.toLowerCase()) ?? [];
  if (scheme === undefined) return null;
  return (url) =>
    isWeb(url) && (scheme === "*" || url.protocol === scheme + ":") && fits(host!, url.hostname) &&
    (port === "*" || Number(port) === portOf(url));
}

function fits(host: string, hostname: string): boolean {
  if (host === "*" || host === hostname) return true;
  return host.startsWith("*.") && (hostname === host.slice(2) || hostname.endsWith(host.slice(1)));
}

function isWeb(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === "https:" ? 443 : 80));
}
