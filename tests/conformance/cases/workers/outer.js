"use strict";
const inner = typeof Worker === "function" ? new Worker("inner.js", { name: "inside" }) : { postMessage() {} };
inner.onmessage = ({ data }) => postMessage(data);
inner.onerror = (event) => {
  event.preventDefault();
  postMessage(["error", event.message.replace("Uncaught ", ""), event.filename.replace(/^.*\//, ""), event.lineno]);
};
const attempt = (code) => {
  try {
    return String(code());
  } catch (error) {
    return error.name;
  }
};
onmessage = ({ data }) => {
  if (data !== "attempts") return inner.postMessage(data);
  postMessage({
    kinds: ["WebSocket", "XMLHttpRequest", "fetch", "importScripts", "chrome", "document", "localStorage", "sessionStorage", "alert", "requestAnimationFrame"].map((name) => name + " " + typeof self[name]),
    "a WebSocket of another scheme": attempt(() => new WebSocket("ftp://127.0.0.1/")),
    "no WebSocket": attempt(() => new WebSocket()),
    "kinds of WebSocket": [WebSocket.CONNECTING, WebSocket.prototype.OPEN, WebSocket.CLOSED, WebSocket.name],
    "the global": [self instanceof EventTarget, self.constructor.name],
  });
};
