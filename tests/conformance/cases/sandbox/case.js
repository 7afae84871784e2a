// How a sandboxed page looks before it says anything itself.
// @app sandbox
// @frames
const window1 = await new Promise((done) => chrome.app.window.create("page.html", done));
const page = window1.contentWindow;
await until(() => page.told !== undefined, 8000);
for (const [what, value] of Object.entries(page.told)) note(what, value);
