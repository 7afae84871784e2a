// Servers that do not answer keep nobody else waiting, but those who want the same server.
// @app web
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "web", as: "web", host: "0.0.0.0" });
const hosts = [2, 3, 4, 5, 6, 7, 8, 9].map((n) => "http://127.0.0." + n + ":" + port);
const stop = new AbortController();
const waiting = hosts.map((host) => fetch(host + "/never", { signal: stop.signal }).catch((error) => error.name));
const text = async (url) => (await (await fetch(url)).text()).length > 0;
const request = (url) => new Promise((done) => {
  const xhr = new XMLHttpRequest();
  xhr.onloadend = () => done([xhr.status, xhr.responseText]);
  xhr.open("GET", url);
  xhr.withCredentials = true;
  xhr.send();
});
note("another server", await text("http://127.0.0.1:" + port + "/allowed"));
note("the app's own file", await text("manifest.json"));
note("another page of one that does not answer", await text(hosts[0] + "/allowed"));
note("XMLHttpRequest with credentials", await request("http://127.0.0.1:" + port + "/allowed"));
stop.abort();
note("the others", await Promise.all(waiting));
