"use strict"; const first = new XMLHttpRequest(); let before = "nothing";
// What it asks for at once is answered as what it asks for later.
try {
  first.open("GET", name.split(" ")[0] + "/echo", false);
  first.send();
  before = first.status;
} catch (error) {
  before = error.name;
}
importScripts("tries.js");
const about = [name.split(" ").length, location.pathname, location.hash, location.search, typeof chrome, (function () { return this === undefined; })(), before];
self.onmessage = ({ data }) => {
  if (data === "throw") throw new Error("mine");
  tries(...data).then((seen) => postMessage([["about", about], ...seen]));
};
if (typeof SharedWorkerGlobalScope !== "undefined") {
  self.onconnect = ({ ports: [port] }) => {
    port.onmessage = ({ data }) => tries(...data).then((seen) => port.postMessage([["about", about], ...seen]));
  };
}
