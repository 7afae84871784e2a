// A window of an app stays on its page, whatever that tries: it is not loaded again, and no other takes its place.
// @app sockets
const open = async () => {
  const own = await new Promise((done) => chrome.app.window.create("page.html", done));
  await until(() => own.contentWindow.document.readyState === "complete" && own.contentWindow.loaded === 1, 8000);
  own.contentWindow.mark = "as it was";
  return own;
};
const own = await open();
const page = own.contentWindow;
/** Whether the page is still the one that was marked, and where it says that it is. */
const look = () => [page.mark || "loaded anew", page.document.title, page.location.pathname.split("/").pop() + page.location.search + page.location.hash];
const attempts = {
  "location.reload()": () => page.location.reload(),
  "location = its own address": () => { page.location = page.location.href; },
  "location = another page": () => { page.location = "other.html"; },
  "location.replace()": () => page.location.replace("other.html"),
  "a link to another page": () => page.document.getElementById("link").click(),
  "a form": () => page.document.getElementById("form").submit(),
  "a link to itself": () => page.document.getElementById("self").click(),
  "a link to another page for the top": () => page.document.getElementById("top").click(),
  "a link to another page for the parent": () => page.document.getElementById("parent").click(),
  "top.location": () => { page.top.location = "other.html"; },
  "parent.location": () => { page.parent.location.href = "other.html"; },
  "open() of another page": () => note("opened", page.open("other.html")),
  "open() of another page for the top": () => { page.open("other.html", "_top"); },
  "location.hash": () => { page.location.hash = "there"; },
  "a link within it": () => page.document.getElementById("place").click(),
};
for (const [label, attempt] of Object.entries(attempts)) {
  attempt();
  await quiet(label + ": nothing else", 500);
  note(label, look());
}
