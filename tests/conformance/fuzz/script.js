// Scripts: programs in whose callbacks something happens, so that it shows what comes before what.
//
// A step is a list of actions, done at once:
//   {"call": "tcp.getInfo", "args": […], "how": "callback", "then": [action, …]}   `how` is a kind of callback (below),
//         "promise" or "bare", which keeps no promise; "as" names the socket that is made
//   {"do": "timer", "then": […]}      likewise "microtask"
//   {"do": "lastError"}               reads it;  {"do": "throw"} throws
//   {"do": "listen", "on": "udp.onReceive", "listener": "f", "then": […]}     also "unlisten", and "has", with these three
//
// With "in": "one" it is the chrome of a window that is asked.
//
// What is done is written down with its place in the step, such as "0.1.2". Timers and answers come in any order, but
// each among themselves in one: an observation has a list of what was done for each of these streams. Of calls that
// the network has to do with and of events each has its own, and the rejections in each have one.
"use strict";

const Script = (() => {
  const UNKNOWN_ID = 99999, MOST = 300;
  /** What is answered in the order in which it is asked. */
  const LOCAL = /^\w+\.(create|update|setPaused|close|getInfo|getSockets|getJoinedGroups)$/;
  const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Kinds of callbacks, made of what they do. */
  const CALLBACKS = {
    callback: (f) => f,
    async: (f) => async (...args) => f(...args),
    later: (f) => async (...args) => {
      await null;
      f(...args);
    },
    generator: (f) => function* (...args) {
      f(...args);
    },
    proxy: (f) => new Proxy(f, {}),
    bound: (f) => f.bind(null),
    class: () => class {},
  };

  class Run {
    #ids = new Map();
    #names = new Map();
    #ports;
    #listeners = new Map();
    #streams = {};
    #stream = "";
    #last = 0;
    #done = 0;
    #quiet;
    #rejected = (e) => this.#hear(e);

    constructor(quiet, ports) {
      this.#quiet = quiet;
      this.#ports = new Map(Object.entries(ports));
      addEventListener("unhandledrejection", this.#rejected);
    }

    async close() {
      removeEventListener("unhandledrejection", this.#rejected);
      for (const { event, listener } of this.#listeners.values()) event.removeListener(listener);
      for (const { space, id } of this.#ids.values()) {
        await new Promise((done) => chrome.sockets[space].close(id, () => done(chrome.runtime.lastError)));
      }
    }

    async step({ then }, index) {
      this.#streams = {};
      this.#done = 0;
      const thrown = this.#attempt(() => this.#in("", () => this.#all(then, String(index))));
      this.#last = performance.now();
      do await delay(this.#quiet / 3); while (performance.now() - this.#last < this.#quiet);
      await this.#learn();
      return { result: thrown, events: this.#streams };
    }

    #attempt(body) {
      try {
        return { returns: String(body()) };
      } catch (error) {
        return { throws: String(error) };
      }
    }

    /** Do something as part of a stream. */
    #in(stream, body) {
      const before = this.#stream;
      this.#stream = stream;
      try {
        return body();
      } finally {
        this.#stream = before;
      }
    }

    #write(...entry) {
      this.#last = performance.now();
      (this.#streams[this.#stream || "at once"] ||= []).push(entry);
    }

    /** A rejection that nobody handled, if it is of this program. */
    #hear(event) {
      const own = promises.get(event.promise) || thrown.get(event.reason);
      if (own && own.run === this) this.#in("rejections" + own.stream, () => this.#write(own.place, String(event.reason)));
    }

    #all(actions, place) {
      actions.forEach((action, i) => {
        if (this.#done++ < MOST) this.#do(action, place + "." + i);
      });
    }

    #do(action, place) {
      if (action.call) return this.#call(action, place);
      const then = action.then || [], stream = this.#stream;
      const run = (next) => () => this.#in(next, () => {
        this.#write(place);
        this.#all(then, place);
      });
      switch (action.do) {
        case "timer":
          setTimeout(run(stream.endsWith("timer") ? stream : stream + " timer"));
          break;
        case "microtask":
          queueMicrotask(run(stream));
          break;
        case "lastError": {
          const error = pages[action.in || ""].runtime.lastError;
          this.#write(place, error ? error.message : null);
          break;
        }
        case "throw": {
          const error = new Error("thrown by " + place);
          thrown.set(error, { run: this, place, stream });
          throw error;
        }
        default:
          this.#listening(action, place);
      }
    }

    #listening({ do: what, on, listener: name, then, in: page = "" }, place) {
      const [space, key] = on.split("."), event = pages[page].sockets[space][key], id = [on, page, name].join(" ");
      if (!this.#listeners.has(id)) {
        const listener = (info) => {
          const socket = this.#names.get(space + "/" + info.socketId);
          if (!socket) return;
          this.#in("on " + on + page, () => {
            this.#write(place, name, socket);
            this.#all(then || [], place);
          });
        };
        this.#listeners.set(id, { event, listener });
      }
      const { listener } = this.#listeners.get(id);
      const method = { listen: "addListener", unlisten: "removeListener", has: "hasListener" }[what];
      this.#write(place, String(event[method](listener)));
    }

    #call(action, place) {
      const { how, then, in: page = "" } = action, [space, name] = action.call.split(".");
      const args = action.args.map((a) => this.#argument(space, a)), asked = this.#stream;
      const answers = " answers" + page;
      const stream = !LOCAL.test(action.call) ? asked + " " + place : asked.endsWith(answers) ? asked : asked + answers;
      const answered = (...results) => this.#in(stream, () => {
        this.#write(place, ...results.map((r) => this.#clean(action, space, r)));
        this.#all(then || [], place);
      });
      const callback = how === "bare" || how === "promise" ? [] : [CALLBACKS[how](answered)];
      let returned;
      try {
        returned = pages[page].sockets[space][name](...args, ...callback);
      } catch (error) {
        return this.#write(place, "throws", String(error));
      }
      if (how === "promise" && returned) {
        const kept = returned.then(answered, (error) => answered("rejects", String(error)));
        promises.set(kept, { run: this, place, stream });
      } else if (returned) promises.set(returned, { run: this, place, stream });
      this.#write(place, "returns", String(returned));
    }

    #argument(space, value) {
      if (!value || typeof value !== "object") return value;
      if ("socket" in value) {
        const known = this.#ids.get(value.socket);
        return known && known.space === space ? known.id : UNKNOWN_ID;
      }
      if ("port" in value) return this.#ports.get(value.port) || 0;
      if ("bytes" in value) return bytes(value.bytes);
      if ("odd" in value) return Odd.value(value.odd);
      return value;
    }

    /** Remember the ports of sockets that are bound. */
    async #learn() {
      for (const [name, { space, id }] of this.#ids) {
        if (space !== "udp" || this.#ports.has(name)) continue;
        const info = await new Promise((done) => chrome.sockets.udp.getInfo(id, (i) => done([chrome.runtime.lastError, i][1])));
        if (info && info.localPort) this.#ports.set(name, info.localPort);
      }
    }

    /** A result as far as it is the same each time; a new socket gets its name. */
    #clean(action, space, result) {
      if (action.as && result && result.socketId) {
        this.#ids.set(action.as, { space, id: result.socketId });
        this.#names.set(space + "/" + result.socketId, action.as);
      }
      if (Array.isArray(result)) return "a list";
      if (!result || typeof result !== "object") return result;
      const { name, paused, persistent, bytesSent, resultCode } = result;
      return { name, paused, persistent, bytesSent, resultCode };
    }
  }

  /** Whose a promise or an error is, and from where. */
  const promises = new WeakMap(), thrown = new WeakMap();

  /** The chrome of each page. */
  const pages = {};

  async function begin() {
    const made = await new Promise((resolve) => chrome.app.window.create("page.html", resolve));
    Object.assign(pages, { "": chrome, one: made.contentWindow.chrome });
    // What comes before the browser has heard of an event's first listener is lost in Chromium.
    for (const { sockets: { udp, tcpServer } } of Object.values(pages)) {
      for (const event of [udp.onReceive, udp.onReceiveError, tcpServer.onAccept]) event.addListener(() => {});
    }
    await delay(300);
  }
  let begun;

  /** Run one program; resolves to its observations, one a step. */
  async function execute(steps, quiet, ports) {
    await (begun ||= begin());
    const run = new Run(quiet, ports), seen = [];
    try {
      for (const [i, step] of steps.entries()) seen.push(await run.step(step, i));
    } finally {
      await run.close();
    }
    return seen;
  }

  return { execute };
})();
globalThis.Script = Script;
