// XMLHttpRequest and fetch of another server, which the manifest's permissions name, or do not.
// @app web
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "web", as: "web" });
const base = "http://127.0.0.1:" + port, stranger = "http://localhost:" + port;
const shown = (value) => typeof value === "string"
  ? value.replaceAll(location.origin, "ORIGIN").replace(/chrome-extension:\/\/[a-p]{32}/g, "ORIGIN").replaceAll(base, "BASE").replaceAll(stranger, "STRANGER").replaceAll(encodeURIComponent(base), "BASE").replaceAll(encodeURIComponent(stranger), "STRANGER")
  : Array.isArray(value) ? value.map(shown) : value && typeof value === "object" && !(value instanceof ArrayBuffer) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shown(v)])) : value;
/** What the server was asked, without what browsers say of themselves. */
async function asked() {
  const { asked } = await peer({ do: "asked", on: "web" });
  // The order of cookies, and a port in a query, say nothing.
  const header = ([name, value]) => [name, name === "cookie" ? value.split("; ").sort().join("; ") : value];
  return shown(asked.map((each) => ({ ...each, headers: each.headers.map(header) })));
}
/** An answer's body, and in short what the server was asked, which is shown by itself. */
const bodyOf = (value) => value instanceof Document ? value.documentElement.outerHTML : value instanceof Blob ? ["Blob", value.size, value.type] : typeof value !== "string" ? value : value.startsWith("{") ? "the echo" : value.length > 50 ? value.length : value;
const names = (headers) => headers.filter((name) => name !== "");
/** What becomes of a request by XMLHttpRequest. */
function request(method, url, { headers = {}, body = null, before = () => {}, args = [] } = {}) {
  return new Promise((done) => {
    const xhr = new XMLHttpRequest(), heard = [];
    for (const type of ["loadstart", "load", "error", "abort", "timeout"]) xhr.addEventListener(type, () => heard.push(type));
    xhr.onreadystatechange = () => heard.at(-1) !== xhr.readyState && heard.push(xhr.readyState);
    xhr.onloadend = () => done(shown([heard, xhr.status, xhr.statusText, xhr.readyState, bodyOf(xhr.response), xhr.responseURL, xhr.getResponseHeader("x-theirs"), names(xhr.getAllResponseHeaders().split("\r\n").map((line) => line.split(":")[0]))]));
    xhr.open(method, url, ...args);
    before(xhr);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.send(body);
  });
}
async function get(url, options) {
  try {
    const answer = await fetch(url, options);
    return shown([answer.status, answer.statusText, answer.ok, answer.type, answer.redirected, [...answer.headers.keys()], answer.url, bodyOf(await answer.text())]);
  } catch (error) {
    return error.name;
  }
}
async function both(what, method, url, options = {}) {
  note("XMLHttpRequest: " + what, await request(method, url, options));
  note("XMLHttpRequest: " + what + ": the server", await asked());
  note("fetch: " + what, await get(url, { method, ...(options.headers ? { headers: options.headers } : {}), ...(options.body ? { body: options.body } : {}), ...options.init }));
  note("fetch: " + what + ": the server", await asked());
}
for (const method of ["GET", "get", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "PROPFIND"]) await both(method, method, base + "/echo?q=1#part");
await both("own headers", "GET", base + "/echo", { headers: { "X-Mine": "1", Authorization: "Basic eA==", Range: "bytes=0-5", Accept: "text/x" } });
note("If-None-Match", (await request("GET", base + "/status/304", { headers: { "If-None-Match": '"x"' } })).slice(0, 4));
await asked();
await both("a text", "POST", base + "/echo", { body: "täxt" });
await both("JSON", "POST", base + "/echo", { body: "{}", headers: { "Content-Type": "application/json" } });
await both("bytes", "PUT", base + "/echo", { body: new Uint8Array(300000) });
await both("a form", "POST", base + "/echo", { body: new URLSearchParams({ a: "b c" }) });
for (const status of [200, 201, 204, 205, 304, 400, 401, 403, 404, 500, 503]) await both("status " + status, "GET", base + "/status/" + status);
for (const status of [301, 302, 303, 307, 308]) await both("moved by " + status, "POST", base + "/moved/" + status + "?to=/echo", { body: "b" });
await both("moved to a fragment", "GET", base + "/moved/302?to=/echo%23there");
await both("moved to a stranger", "GET", base + "/moved/302?to=" + encodeURIComponent(stranger + "/echo"));
await both("moved to a stranger who allows it", "GET", base + "/moved/302?to=" + encodeURIComponent(stranger + "/allowed"));
await both("moved without end", "GET", base + "/moved/302?to=/moved/302%3Fto=/moved/302");
await both("a stranger", "GET", stranger + "/echo");
await both("a stranger who allows it", "GET", stranger + "/allowed");
await both("a stranger who moves", "GET", stranger + "/moved/302?to=" + encodeURIComponent(base + "/echo"));
await both("packed", "GET", base + "/packed");
note("XMLHttpRequest: cut off", (await request("GET", base + "/cut"))[0].at(-1));
note("fetch: cut off", await get(base + "/cut"));
await asked();
note("XMLHttpRequest: no answer", await request("GET", base + "/reset"));
note("fetch: no answer", await get(base + "/reset"));
await asked();
await both("nobody there", "GET", "http://127.0.0.1:1/");
await both("a cookie is set", "GET", base + "/cookie");
await both("and sent back?", "GET", base + "/echo");
await both("and with credentials", "GET", base + "/echo", { before: (xhr) => xhr.withCredentials = true, init: { credentials: "include" } });
await both("set with credentials", "GET", base + "/cookie", { before: (xhr) => xhr.withCredentials = true, init: { credentials: "include" } });
await both("sent back?", "GET", base + "/echo");
await both("sent back with credentials", "GET", base + "/echo", { before: (xhr) => xhr.withCredentials = true, init: { credentials: "include" } });
await both("and omitted", "GET", base + "/echo", { init: { credentials: "omit" } });
for (const mode of ["cors", "no-cors", "same-origin"]) note("fetch: mode " + mode, [await get(base + "/echo", { mode }), (await asked()).length]);
for (const redirect of ["follow", "manual", "error"]) note("fetch: redirect " + redirect, [await get(base + "/moved/302?to=/allowed", { redirect }), (await asked()).length]);
for (const cache of ["no-store", "reload", "no-cache"]) note("fetch: cache " + cache, [(await get(base + "/allowed", { cache }))[0], await asked()]);
for (const type of ["", "text", "json", "arraybuffer", "blob", "document"]) note("responseType " + type, (await request("GET", base + "/typed?as=text/html", { before: (xhr) => xhr.responseType = type }))[4]);
note("XML", (await request("GET", base + "/typed?as=text/xml", { before: (xhr) => xhr.responseType = "document" }))[4]);
note("a charset", (await request("GET", base + "/typed?as=text/plain;charset=iso-8859-1&body=%C3%A4"))[4]);
note("overrideMimeType", (await request("GET", base + "/typed?as=text/plain&body=%C3%A4", { before: (xhr) => xhr.overrideMimeType("text/plain; charset=x-user-defined") }))[4]);
await both("a login that nobody gave", "GET", base + "/basic");
for (const kind of ["basic", "digest"]) {
  note(kind + ": a name and a password", [(await request("GET", base + "/" + kind, { args: [true, "name", "word"] })).slice(0, 5), (await asked()).length > 1]);
  note(kind + ": a wrong password", (await request("GET", base + "/" + kind + "?other", { args: [true, "name", "other"] })).slice(0, 5));
  note(kind + ": after it, none", (await request("GET", base + "/" + kind)).slice(0, 5));
  note(kind + ": with a body", (await request("POST", base + "/" + kind, { args: [true, "name", "word"], body: "b" })).slice(0, 5));
  note(kind + ": after it, none again", [(await request("GET", base + "/" + kind)).slice(0, 5), (await asked()).length > 0]);
}
note("a name and a password", [(await request("GET", base + "/echo", { args: [true, "name", "word"] })).slice(1, 4), await asked()]);
note("a name and a password in the address", [(await request("GET", base.replace("//", "//name:word@") + "/echo")).slice(1, 5), await asked()]);
note("fetch: a name and a password in the address", [await get(base.replace("//", "//name:word@") + "/echo"), await asked()]);
function sync(url, before = () => {}) {
  const xhr = new XMLHttpRequest();
  try {
    xhr.open("GET", url, false);
    before(xhr);
    xhr.send();
  } catch (error) {
    return shown(error.name + ": " + error.message);
  }
  return shown([xhr.status, xhr.response.length, xhr.responseURL]);
}
note("synchronous", sync(base + "/typed?as=text/plain"));
note("synchronous: nobody there", sync("http://127.0.0.1:1/"));
note("synchronous: a stranger", sync(stranger + "/echo"));
for (const [label, open] of Object.entries({ TRACE: (xhr) => xhr.open("TRACE", base), "a bad method": (xhr) => xhr.open("a b", base), "a bad address": (xhr) => xhr.open("GET", "http://["), "a header too early": (xhr) => xhr.setRequestHeader("a", "b"), "send too early": (xhr) => xhr.send(), "no arguments": (xhr) => xhr.open(), "a forbidden header": (xhr) => { xhr.open("GET", base); xhr.setRequestHeader("Cookie", "a=b"); } })) {
  try {
    open(new XMLHttpRequest());
    note("throws: " + label, "nothing");
  } catch (error) {
    note("throws: " + label, error.name);
  }
}
