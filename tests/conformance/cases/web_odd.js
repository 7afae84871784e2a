// XMLHttpRequest and fetch of another server: long addresses, answers without a type or with an odd head, and an app that
// puts a class of its own in a web class's place.
// @app web
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "web", as: "web" });
const base = "http://127.0.0.1:" + port;
function request(url, make = () => new XMLHttpRequest()) {
  return new Promise((done) => {
    const xhr = make();
    xhr.onloadend = () => done(xhr);
    xhr.open("GET", url);
    xhr.send();
  });
}
const long = base + "/typed?as=text/plain&more=" + "a".repeat(7500);
note("a long address", [(await request(long)).status, (await fetch(long)).url.length - base.length]);
const plain = await request(base + "/untyped");
note("without a type", [plain.status, plain.responseXML?.documentElement.nodeName ?? null, plain.getResponseHeader("content-type")]);
note("fetch: without a type", (await (await fetch(base + "/untyped")).blob()).type);
for (const reason of ["a\x1bb", "a\x7fb"]) note("a reason with " + escape(reason), (await request(base + "/line?with=" + escape("200 " + reason))).status);
for (const status of ["101", "000", "999"]) note("a line with " + status, (await request(base + "/line?with=" + status + "%20Odd")).status);
note("moved to nowhere", [await request(base + "/line?with=302%20Found").then((xhr) => [xhr.status, xhr.response]), await fetch(base + "/line?with=302%20Found").then((answer) => [answer.status, answer.redirected])]);
const Native = XMLHttpRequest, { Request, Headers } = globalThis;
globalThis.XMLHttpRequest = function () {};
globalThis.Request = globalThis.Headers = function () { throw new Error("not the web's"); };
note("others in their place", [(await request(base + "/echo", () => new Native())).status, (await fetch(base + "/echo", { headers: { a: "b" } })).status]);
Object.assign(globalThis, { XMLHttpRequest: Native, Request, Headers });
class Mine extends XMLHttpRequest {}
note("one of a class of its own", (await request(base + "/echo", () => new Mine())).status);
