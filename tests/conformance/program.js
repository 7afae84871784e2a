// Programs: cases as data, so that what has no JavaScript runs them too, and chance can write them.
//
// A program is a list of steps, one after another:
//   {"call": "tcp.create", "args": [{}], "as": "c"}      call a function of chrome.sockets; name the new socket
//   {"together": [step, …]}                              begin several calls at once, then wait for all
//   {…, "in": "w"}                                       by the chrome of another page, whose events are told too
//   {"do": "close", "in": "w"}                           close that page
// In arguments {"socket": "c"} is that socket's id, {"port": "s"} the local port of a socket that listens or is
// bound, {"bytes": n} and {"text": "…"} are ArrayBuffers, {"odd": "NaN"} is what JSON cannot say (fuzz/odd.js). A connection that server "s" accepts is "s.1", "s.2", ….
//
// Each step gives one observation: how its calls ended, and the events until things were quiet, by socket. What
// a stream brought in a row is one event, however it was cut. harness/programs.py says the same in Python.
"use strict";

const Program = (() => {
  /** How long a call may stay silent until it counts as never answered, and how long quiet is. */
  const NEVER_MS = 500, QUIET_MS = 100;
  const UNKNOWN_ID = 99999, UNKNOWN_PORT = 0;

  const { describe } = Conformance;
  const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  function joined(buffers) {
    const all = new Uint8Array(buffers.reduce((n, b) => n + b.byteLength, 0));
    buffers.reduce((at, b) => (all.set(new Uint8Array(b), at), at + b.byteLength), 0);
    return all;
  }

  class Run {
    #ids = new Map();  // name -> {space, id}
    #names = new Map();  // "space/id" -> name
    #ports;  // name -> local port
    #accepted = new Map();  // server name -> count
    #events = [];
    #lastEvent = 0;
    #listeners = [];
    #quiet;
    #pages;
    #open = new Map();  // page name -> its chrome

    constructor(quiet, ports, pages) {
      this.#quiet = quiet;
      this.#ports = new Map(Object.entries(ports));
      this.#pages = pages;
      this.#listen("", chrome);
    }

    #listen(page, theirs) {
      this.#open.set(page, theirs);
      for (const [space, api] of Object.entries(theirs.sockets)) {
        for (const key of Object.keys(api).filter((k) => /^on[A-Z]/.test(k))) {
          const listener = (info) => this.#hear(page, space, key, info);
          api[key].addListener(listener);
          this.#listeners.push([page, api[key], listener]);
        }
      }
    }

    /** Have the pages that steps are about, and close what they close. */
    async #turn(steps) {
      for (const { do: what, in: page = "" } of steps) {
        if (what === "close") await this.#shut(page);
        else if (!this.#open.has(page)) {
          this.#listen(page, await this.#pages.open(page));
          await delay(this.#quiet);
        }
      }
    }

    async #shut(page) {
      if (!this.#open.delete(page)) return;
      this.#listeners = this.#listeners.filter(([its]) => its !== page);
      await this.#pages.close(page);
    }

    async close() {
      for (const { space, id } of this.#ids.values()) {
        await new Promise((done) => chrome.sockets[space].close(id, () => done(chrome.runtime.lastError)));
      }
      for (const page of [...this.#open.keys()].filter(Boolean)) await this.#shut(page);
      for (const [, event, listener] of this.#listeners) event.removeListener(listener);
    }

    async step(step) {
      const steps = step.together || [step];
      await this.#turn(steps);
      const ends = await Promise.all(steps.map((s) => this.#call(s)));
      this.#lastEvent = performance.now();
      for (const [i, { raw, failed }] of ends.entries()) if (!failed) await this.#learn(steps[i], raw);
      do await delay(this.#quiet / 3); while (performance.now() - this.#lastEvent < this.#quiet);
      const seen = ends.map((end) => end.seen);
      return { ...(step.together ? { results: seen } : { result: seen[0] }), events: this.#takeEvents() };
    }

    #call(step) {
      if (step.do) return { failed: true, seen: {} };
      const [space, name] = step.call.split("."), theirs = this.#open.get(step.in || "");
      const args = step.args.map((a) => this.#argument(space, a));
      return new Promise((resolve) => {
        setTimeout(() => resolve({ failed: true, seen: { never: true } }), Math.max(NEVER_MS, 5 * this.#quiet));
        try {
          theirs.sockets[space][name](...args, (...results) => {
            const error = theirs.runtime.lastError;
            const seen = { args: results.map((r) => this.#clean(space, r)), ...(error ? { lastError: error.message } : {}) };
            if (step.as && results[0]) this.#name(step.as, space, results[0].socketId);
            resolve({ raw: results[0], failed: Boolean(error), seen: step.as ? { made: Boolean(results[0]) } : seen });
          });
        } catch (error) {
          resolve({ failed: true, seen: { throws: String(error) } });
        }
      });
    }

    #argument(space, value) {
      if (!value || typeof value !== "object") return value;
      if ("socket" in value) {
        const known = this.#ids.get(value.socket);
        return known && known.space === space ? known.id : UNKNOWN_ID;
      }
      if ("port" in value) return this.#ports.get(value.port) || UNKNOWN_PORT;
      if ("bytes" in value) return bytes(value.bytes);
      if ("text" in value) return text(value.text);
      if ("odd" in value) return Odd.value(value.odd);
      return value;
    }

    /** After a socket listens or is bound: remember its port. */
    async #learn(step, raw) {
      if (raw !== 0 || !["tcpServer.listen", "udp.bind"].includes(step.call)) return;
      const space = step.call.split(".")[0], name = step.args[0].socket;
      const info = await new Promise((done) => chrome.sockets[space].getInfo(this.#ids.get(name).id, (i) => done(chrome.runtime.lastError ? {} : i)));
      if (info.localPort) this.#ports.set(name, info.localPort);
    }

    #name(name, space, id) {
      this.#ids.set(name, { space, id });
      this.#names.set(space + "/" + id, name);
    }

    #hear(page, space, key, info) {
      const name = this.#names.get(space + "/" + info.socketId);
      if (!name) return;
      this.#lastEvent = performance.now();
      if (key === "onAccept" && !page) {
        const count = (this.#accepted.get(name) || 0) + 1;
        this.#accepted.set(name, count);
        this.#name(name + "." + count, "tcp", info.clientSocketId);
      }
      this.#events.push({ name: page ? name + " in " + page : name, key, space, info });
    }

    #takeEvents() {
      const bySocket = {};
      for (const { name, key, space, info } of this.#events.splice(0)) {
        const list = bySocket[name] ||= [];
        const last = list.at(-1);
        if (key === "onReceive" && space === "tcp") {
          if (last && last[0] === key) last[1].push(info.data);
          else list.push([key, [info.data]]);
        } else if (key === "onReceive") list.push([key, describe(new Uint8Array(info.data)), info.remoteAddress, this.#port(info.remotePort)]);
        else if (key === "onAccept") list.push([key, this.#names.get("tcp/" + info.clientSocketId)]);
        else list.push([key, info.resultCode]);
      }
      for (const list of Object.values(bySocket)) {
        for (const entry of list) if (Array.isArray(entry[1])) entry[1] = describe(joined(entry[1]));
      }
      return bySocket;
    }

    #port(port) {
      for (const [name, known] of this.#ports) if (known === port) return "port of " + name;
      return port > 0 ? "a port" : port;
    }

    /** A result with names for ids and ports. */
    #clean(space, value) {
      if (Array.isArray(value)) {
        const mine = value.filter((v) => v.socketId === undefined || this.#names.has(space + "/" + v.socketId));
        return mine.map((v) => this.#clean(space, v)).sort((a, b) => a.socketId < b.socketId ? -1 : 1);
      }
      if (!value || typeof value !== "object") return value;
      const out = {};
      for (const key of Object.keys(value).sort()) {
        if (key === "socketId") out[key] = this.#names.get(space + "/" + value[key]);
        else if (/Port$/.test(key)) out[key] = this.#port(value[key]);
        else out[key] = value[key];
      }
      return out;
    }
  }

  /** Run one program; resolves to its observations, one a step. `ports` are more that it may name, and `pages` more pages. */
  async function execute(steps, quiet = QUIET_MS, ports = {}, pages = {}) {
    const run = new Run(quiet, ports, pages), seen = [];
    try {
      for (const step of steps) seen.push(await run.step(step));
    } finally {
      await run.close();
    }
    return seen;
  }

  const label = (step, i) => (i + 1) + " " + (step.together ? step.together.map((s) => s.call).join(" + ") : step.call);

  /** Run a case's programs, one after another; resolves to a transcript. */
  async function run(programs) {
    const transcript = [];
    for (const [name, steps] of Object.entries(programs)) {
      const seen = await execute(steps);
      seen.forEach((observation, i) => transcript.push({ what: name + ": " + label(steps[i], i), ...observation }));
    }
    return transcript;
  }

  return { execute, run };
})();
globalThis.Program = Program;
