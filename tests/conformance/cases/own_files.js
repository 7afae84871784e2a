// The app's own files over fetch and XMLHttpRequest: every method reads.
// @app desk
const whole = (await (await fetch("case.js")).text()).length;
const size = (text) => text.length === whole ? "the whole" : text.length;
/** What becomes of a request by XMLHttpRequest. */
const request = (method, url, body) => new Promise((done) => {
  const xhr = new XMLHttpRequest(), heard = [];
  for (const type of ["load", "error", "abort", "timeout"]) xhr.addEventListener(type, () => heard.push(type));
  xhr.onloadend = () => done([...heard, xhr.status, xhr.statusText, xhr.readyState, size(xhr.response), xhr.getResponseHeader("content-type"), xhr.responseURL.replace(/^.*\//, "")]);
  xhr.open(method, url);
  xhr.send(body);
});
async function get(url, options) {
  try {
    const answer = await fetch(url, options);
    return [answer.status, answer.statusText, answer.ok, answer.type, answer.redirected, answer.headers.get("content-type"), answer.url.replace(/^.*\//, ""), size(await answer.text())];
  } catch (error) {
    return String(error.name);
  }
}
for (const method of ["GET", "get", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
  note("XMLHttpRequest: " + method, await request(method, "case.js"));
  note("fetch: " + method, await get("case.js", { method }));
  note("XMLHttpRequest: " + method + " of none", (await request(method, "nothing.txt")).slice(0, 5));
  note("fetch: " + method + " of none", await get("nothing.txt", { method }));
}
note("XMLHttpRequest: HEAD", await request("HEAD", "case.js"));
note("fetch: HEAD", await get("case.js", { method: "HEAD" }));
note("XMLHttpRequest: HEAD of none", (await request("HEAD", "nothing.txt")).slice(0, 5));
note("fetch: HEAD of none", await get("nothing.txt", { method: "HEAD" }));
note("XMLHttpRequest: POST of a text", await request("POST", "case.js", "text"));
note("XMLHttpRequest: POST of bytes", await request("POST", "case.js", new Uint8Array(100000)));
note("fetch: POST of JSON", await get("case.js", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } }));
note("a query and a fragment", await get("case.js?a=b#c"));
note("XMLHttpRequest: a query and a fragment", await request("GET", "case.js?a=b#c"));
for (const url of ["manifest.json", "toolkit.js", "%63ase.js", "CASE.JS", "case.js/", "a b", "case.js%00"]) note("fetch: " + url, ((a) => Array.isArray(a) ? [a[0], a[5]] : a)(await get(url)));
for (const [label, options] of Object.entries({ "If-None-Match": { headers: { "If-None-Match": '"x"' } }, "same-origin": { mode: "same-origin" }, "no-store": { cache: "no-store" } })) note("fetch: " + label, ((a) => [a[0], a.at(-1)])(await get("case.js", options)));
for (const type of ["", "text", "json", "arraybuffer", "blob", "document"]) {
  const xhr = new XMLHttpRequest();
  xhr.open("GET", "manifest.json");
  xhr.responseType = type;
  await new Promise((done) => { xhr.onloadend = done; xhr.send(); });
  note("responseType " + type, [xhr.status, Object.prototype.toString.call(xhr.response), xhr.response && xhr.response.type]);
}
