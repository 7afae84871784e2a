// A page with a policy of its own asks another server, which the manifest's permissions name.
// @app web
// @peer
// @frames
const peer = await connectPeer();
const { port } = await peer({ do: "web", as: "web" });
const own = await new Promise((done) => chrome.app.window.create("window.html", done));
const page = own.contentWindow;
await until(() => page.document.readyState === "complete" && page.document.body, 8000);
for (const name of ["self", "server", "default", "all", "none", "other", "bare", "scheme", "two"]) {
  const frame = page.document.createElement("iframe");
  frame.src = name + ".html";
  page.document.body.append(frame);
  await until(() => frame.contentWindow.ask !== undefined, 8000);
  note(name, [await frame.contentWindow.ask(`http://127.0.0.1:${port}/web/x`), await frame.contentWindow.ask("page.js")]);
}
