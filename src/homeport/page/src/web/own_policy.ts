// A page's own policy, in a `meta` element: which servers it may connect to. What it does not allow is not asked of
// the daemon, so that the browser refuses it. The daemon has made it allow this site, see `homeport.server._own_policy`.

/** The sources of each of the page's policies; none where it has none. Read while the shim's script runs. */
export function ownPolicies(): string[][] {
  return JSON.parse(document.currentScript?.dataset.connect ?? "[]");
}

/** Whether all of them allow an address. */
export function permits(policies: readonly (readonly string[])[], url: URL): boolean {
  return policies.every((sources) => sources.some((source) => matches(source, url)));
}

const SCHEME = /^[a-z][a-z\d+.-]*:$/i;
const HOST = /^([a-z][a-z\d+.-]*:)\/\/(\*|(?:\*\.)?[\w.-]+)(?::(\d+|\*))?(\/[^?#]*)?$/i;

/** A host without a scheme would have that of the app's pages, which no server has. */
function matches(source: string, url: URL): boolean {
  if (source === "*") return url.protocol === "http:" || url.protocol === "https:";
  if (SCHEME.test(source)) return hasScheme(source, url);
  const [whole, scheme, host, port, path] = HOST.exec(source) ?? [];
  return whole !== undefined && hasScheme(scheme!, url) && hasHost(host!.toLowerCase(), url.hostname) &&
    hasPort(port, url) && hasPath(path, url.pathname);
}

function hasScheme(scheme: string, { protocol }: URL): boolean {
  const wanted = scheme.toLowerCase();
  return protocol === wanted || (wanted === "http:" && protocol === "https:");
}

function hasHost(wanted: string, host: string): boolean {
  return wanted === "*" || (wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted);
}

function hasPort(wanted: string | undefined, { protocol, port }: URL): boolean {
  const usual = protocol === "https:" ? "443" : "80";
  return wanted === "*" || (wanted ?? usual) === (port || usual);
}

function hasPath(wanted: string | undefined, path: string): boolean {
  if (wanted === undefined || wanted === "/") return true;
  return wanted.endsWith("/") ? path.startsWith(wanted) : path === wanted;
}
