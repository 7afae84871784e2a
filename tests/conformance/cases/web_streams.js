// XMLHttpRequest and fetch of another server: answers and bodies in parts, limits, and the end of it.
// @app web
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "web", as: "web" });
const base = "http://127.0.0.1:" + port, stranger = "http://localhost:" + port;
const shown = (value) => typeof value === "string"
  ? value.replaceAll(location.origin, "ORIGIN").replace(/chrome-extension:\/\/[a-p]{32}/g, "ORIGIN").replaceAll(base, "BASE").replaceAll(stranger, "STRANGER").replaceAll(encodeURIComponent(base), "BASE")
  : Array.isArray(value) ? value.map(shown) : value && typeof value === "object" && !(value instanceof ArrayBuffer) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shown(v)])) : value;
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
/** Reads `/parts`: what is there before its second half is sent. */
const parts = await new Promise((done) => {
  const xhr = new XMLHttpRequest(), seen = [];
  xhr.onprogress = () => {
    seen.push([xhr.readyState, xhr.responseText.length]);
    if (seen.length === 1) fetch(base + "/go");
  };
  xhr.onload = () => done([seen[0][0], seen[0][1] <= 5000, seen.at(-1)[1], xhr.responseText.length]);
  xhr.open("GET", base + "/parts");
  xhr.send();
});
note("in parts", parts);
const reader = (await fetch(base + "/parts")).body.getReader();
let read = 0;
while (read < 5000) read += (await reader.read()).value.length;
note("fetch: the first part", read);
await fetch(base + "/go");
note("fetch: the second part", new TextDecoder().decode((await reader.read()).value));
note("aborted while it waits", await request("GET", base + "/parts", { before: (xhr) => xhr.onprogress = () => xhr.abort() }));
note("a time limit", await request("GET", base + "/parts", { before: (xhr) => xhr.timeout = 300 }));
const controller = new AbortController();
const stopped = fetch(base + "/parts", { signal: controller.signal }).then((answer) => (controller.abort(), answer.text()));
note("fetch: aborted", await stopped.catch((error) => error.name));
const uploading = [];
await request("POST", base + "/echo", { body: new Uint8Array(100000), before: (xhr) => { for (const type of ["loadstart", "load", "loadend"]) xhr.upload.addEventListener(type, (event) => uploading.push([type, event.loaded, event.total])); } });
note("upload", uploading);
const copy = (await fetch(new Request(base + "/echo", { method: "POST", body: "of a request" }))).clone();
note("fetch: a clone", shown([copy.url, copy.type, copy.headers.get("x-theirs"), (await copy.json()).body]));
