"use strict";
const names = [], disconnects = [];
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  switch (message && message.answer) {
    case "now": reply("at once"); break;
    case "later": setTimeout(() => reply({ later: true }), 20); return true;
    case "forget": return true;
    case "twice": reply(1); reply(2); break;
    case "nothing": reply(); break;
    case "race": reply("first"); break;
    case "throw": throw new Error("from a listener");
    case "sender": reply(Object.fromEntries(Object.entries(sender).map(([k, v]) => [k, typeof v]).sort())); break;
    case "echo": reply({ value: message.value, has: "value" in message, type: Object.prototype.toString.call(message.value) }); break;
    case "disconnects": setTimeout(() => reply(disconnects), 30); return true;
    case "names": setTimeout(() => reply(names), 30); return true;
    case "none": break;
    default: reply({ got: message === undefined ? "undefined" : message });
  }
});
chrome.runtime.onMessage.addListener((message, sender, reply) => { if (message && message.answer === "race") reply("second"); });
chrome.runtime.onConnect.addListener((port) => {
  names.push(port.name);
  port.onDisconnect.addListener(() => disconnects.push(port.name));
  if (port.name === "talk") {
    port.postMessage({ welcome: port.name, sender: typeof port.sender });
    port.onMessage.addListener((m) => m === "hang up" ? port.disconnect() : port.postMessage({ back: m.n }));
  }
});
addEventListener("message", () => chrome.runtime.sendMessage("from the frame", () => chrome.runtime.lastError));
addEventListener("load", () => parent.postMessage("ready", "*"));
