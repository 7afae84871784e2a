"use strict";
postMessage(["inner", name, typeof Worker, typeof chrome, location.pathname]);
onmessage = ({ data }) => {
  if (data === "throw") throw new Error("mine");
  if (data === "close") { postMessage("closing"); close(); return; }
  postMessage(["twice", data * 2]);
};
