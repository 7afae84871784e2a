// What old libraries, polyfills and the fakes of tests do to the objects of the language and the web: the API is unharmed.
// @app sockets
const { push } = Array.prototype, { defineProperty, getOwnPropertyDescriptor } = Object;
const later = setTimeout.bind(window), real = { Promise, Array };

/** A usual day of an app, with callbacks only; `done` is told what happened. */
function day(done) {
  const seen = [];
  const say = (what, ...values) => { seen[seen.length] = [what, ...values]; };
  const error = () => chrome.runtime.lastError ? chrome.runtime.lastError.message : null;
  const data = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
  const received = (info) => {
    if (info.socketId !== client) return;
    const view = new Uint8Array(info.data);
    say("onReceive", info.data instanceof ArrayBuffer, view[0], view[1], view[2], view.length);
    tcp.onReceive.removeListener(received);
    tcp.getInfo(987654, () => {
      say("getInfo of none", error());
      tcp.getSockets((sockets) => {
        let mine = null;
        for (let i = 0; i < sockets.length; i++) if (sockets[i].socketId === client) mine = sockets[i];
        say("getSockets", sockets instanceof real.Array, mine && mine.name, mine && mine.connected, mine && mine.bufferSize);
        chrome.storage.local.set({ list: [1, "two", { three: [null, true] }], text: "é" }, () => {
          say("storage.set", error());
          chrome.storage.local.get(["list", "text"], (items) => {
            say("storage.get", items.list.length, items.list[1], items.list[2].three[1], items.text);
            udp.create().then(function (made) {
              say("a promise", typeof made.socketId);
              udp.close(made.socketId, () => windows());
            });
          });
        });
      });
    });
  };
  const accepted = (info) => {
    if (info.socketId !== server) return;
    tcpServer.onAccept.removeListener(accepted);
    other = info.clientSocketId;
    both();
  };
  const both = () => {
    if (++there < 2) return;
    tcp.setPaused(other, false, () => tcp.send(client, data, (sent) => {
      say("send", sent.resultCode, sent.bytesSent);
      tcp.send(other, data, () => {});
    }));
  };
  const windows = () => chrome.app.window.create("window.html", { id: "day" + Math.random() }, (window) => {
    if (!window) return say("no window", error()), end();
    say("a window", typeof window.contentWindow);
    window.contentWindow.addEventListener("load", () => later(() => {
      let loaded = "";
      for (let i = 0; i < window.contentWindow.loaded.length; i++) loaded += window.contentWindow.loaded[i] + " ";
      say("its page", loaded);
      window.onClosed.addListener(() => { say("onClosed"); end(); });
      window.close();
    }, 0));
  });
  const ended = (info) => {
    if (info.socketId !== other) return;
    tcp.onReceiveError.removeListener(ended);
    say("onReceiveError", info.resultCode);
    tcp.close(other, () => tcpServer.close(server, () => { say("closed"); done(seen); }));
  };
  const end = () => tcp.close(client, () => {});
  let server, client, other, there = 0;
  tcp.onReceive.addListener(received);
  tcp.onReceiveError.addListener(ended);
  tcpServer.onAccept.addListener(accepted);
  tcpServer.create({ name: "s" }, (made) => {
    server = made.socketId;
    tcpServer.listen(server, "127.0.0.1", 0, (listened) => tcpServer.getInfo(server, (info) => {
      say("listen", listened, info.paused);
      tcp.create({ name: "c", bufferSize: 100 }, (made) => {
        client = made.socketId;
        tcp.connect(client, "127.0.0.1", info.localPort, (connected) => { say("connect", connected, error()); both(); });
      });
    }));
  });
}

/** The day with `members` put in the places of what is there: `[object, name, value]`. */
async function live(what, members) {
  const before = [];
  const put = () => {
    for (const [object, name, value, enumerable = true] of members) {
      push.call(before, [object, name, getOwnPropertyDescriptor(object, name)]);
      defineProperty(object, name, { value, writable: true, configurable: true, enumerable, __proto__: null });
    }
  };
  const back = () => {
    for (let i = before.length - 1; i >= 0; i--) {
      const [object, name, was] = before[i];
      if (was === undefined) delete object[name];
      else defineProperty(object, name, was);
    }
  };
  const seen = await new real.Promise((done) => {
    let over = false;
    const finish = (seen) => { if (!over) { over = true; back(); done(seen); } };
    later(() => finish(["it never ends"]), 8000);
    put();
    try {
      day(finish);
    } catch (error) {
      finish([String(error)]);
    }
  });
  note(what, seen.map((entry) => Array.isArray(entry) ? entry.join(" ") : entry));
}

const never = () => 0;
const array = Array.prototype;
const list = (value) => !value ? [] : Object.hasOwn(value, "length") ? array.slice.call(value) : [value];

await live("nothing changed", []);
await live("Prototype", [
  [Array, "from", list], [array, "entries", function () { return array.slice.call(this); }],
  [array, "reduce", function () { return this.length > 1 ? this : this[0]; }],
  [array, "first", function () { return this[0]; }], [array, "size", function () { return this.length; }],
  [Object, "keys", (object) => { const keys = []; for (const key in object) push.call(keys, key); return keys; }],
  [Object, "values", (object) => { const values = []; for (const key in object) push.call(values, object[key]); return values; }],
  [Function.prototype, "bind", function (self) { const f = this; return function () { return f.apply(self, arguments); }; }],
  [window, "Element", function Element() {}], [window, "Hash", function Hash() {}],
]);
await live("MooTools", [
  [window, "Event", function Event(event) { this.event = event; }], [window, "Request", function Request() {}],
  [window, "Element", function Element() {}], [window, "Window", function Window() {}], [window, "Document", function Document() {}],
  [window, "Class", function Class() {}], [window, "Hash", function Hash() {}], [Array, "from", list], [Array, "each", never],
  [Function, "from", (f) => () => f], [String, "from", String], [Number, "from", Number],
]);
await live("members of every object", [
  [Object.prototype, "extend", function () {}], [Object.prototype, "each", function () {}], [Object.prototype, "name", "pollution"],
  [Object.prototype, "type", "pollution"], [Object.prototype, "id", "pollution"],
]);
await live("members of every list and function", [
  [array, "remove", function () {}], [array, "last", function () {}], [Function.prototype, "method", function () {}], [String.prototype, "trimAll", never],
]);
await live("clocks that stand still", [
  [window, "setTimeout", never], [window, "clearTimeout", never], [window, "setInterval", never], [window, "queueMicrotask", never],
  [window, "requestAnimationFrame", never], [Date, "now", never], [performance, "now", never], [window, "Date", function Date() {}],
]);
await live("a Promise of its own", [[window, "Promise", class extends Promise {}]]);
await live("toJSON of lists", [[array, "toJSON", function () { return "[" + this.length + "]"; }]]);
await live("toJSON of everything", [[Object.prototype, "toJSON", () => "json", false]]);
await live("toJSON of texts and numbers", [[String.prototype, "toJSON", () => "json"], [Number.prototype, "toJSON", () => "json"]]);
await until((log) => { log.length = 0; return true; }); // what each of the sockets heard is above
