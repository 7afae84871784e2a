// What a page finds in a window that is made hidden: it has its size and its layout, before it is shown and after.
// @app desk @frames
const bounds = { innerBounds: { width: 320, height: 240 } };
const opened = await new Promise((resolve) => chrome.app.window.create("page.html", { ...bounds, id: "w", hidden: true }, resolve));
const page = opened.contentWindow, { document } = page;
if (document.readyState !== "complete") await new Promise((resolve) => page.addEventListener("load", resolve));
/** What the page can tell of how it looks. */
const look = () => ({
  size: page.innerWidth >= 320 && page.innerHeight >= 240,
  box: [document.querySelector("#box").offsetWidth * 2 === page.innerWidth, document.querySelector("#box").getBoundingClientRect().height],
  text: document.querySelector("ul").innerText,
  width: page.getComputedStyle(document.querySelector("#box")).width === page.innerWidth / 2 + "px",
  offsetParent: document.querySelector("#box").offsetParent?.tagName ?? null,
});
note("hidden", look());
document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: "three" }));
note("with one more line", look());
opened.show();
await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
note("shown", look());
opened.hide();
await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
note("hidden again", look());
