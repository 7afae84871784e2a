"use strict";
globalThis.ran = true;
const here = chrome.app.window.current().id;
if (here === "first") {
  addEventListener("load", () => chrome.runtime.getBackgroundPage((background) => background.step("the window's own call is answered")));
}
