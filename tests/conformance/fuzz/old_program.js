// Programs of chrome.socket, the API before chrome.sockets. A step is {"call": "read", "args": [{"socket": "a"}]}, or
// {"together": [step, …]}; "as" names the socket that is made; "bare" calls without a callback. What an accept of "s"
// brings is "s.1", "s.2", ….
//
// The old API asks where the newer one tells, so a call may wait for long: a step is over when things are quiet. Its
// observation says how its calls ended, or that they wait, and in which order; and how those of earlier steps did.
"use strict";

const OldProgram = (() => {
  const UNKNOWN_ID = 99999, UNKNOWN_PORT = 0;
  /** Without a callback by design. */
  const SILENT = ["destroy", "disconnect"];
  const { describe } = Conformance;
  const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  class Run {
    #ids = new Map();
    #names = new Map();
    #ports;
    #accepted = new Map();
    #last = 0;
    #quiet;
    #ended = [];
    #count = 0;

    constructor(quiet, ports) {
      this.#quiet = quiet;
      this.#ports = new Map(Object.entries(ports));
    }

    close() {
      for (const id of this.#names.keys()) chrome.socket.destroy(id);
    }

    async step(step) {
      const steps = step.together || [step], first = this.#count;
      for (const one of steps) this.#begin(one, this.#count++);
      this.#last = performance.now();
      do await delay(this.#quiet / 3); while (performance.now() - this.#last < this.#quiet);
      await this.#learn(steps);
      const order = this.#ended.map((end) => end.number - first).filter((place) => place >= 0), late = {};
      const results = steps.map((_, i) => this.#take(first + i));
      for (const { number, call, seen } of this.#ended.splice(0)) late["call " + number] = [[call, seen]];
      return { ...(step.together ? { results } : { result: results[0] }), events: late, ...(order.length > 1 ? { order } : {}) };
    }

    #take(number) {
      const index = this.#ended.findIndex((end) => end.number === number);
      return index < 0 ? { waits: true } : this.#ended.splice(index, 1)[0].seen;
    }

    #begin(step, number) {
      const end = (seen) => {
        this.#last = performance.now();
        this.#ended.push({ number, call: step.call, seen });
      };
      const callback = (...results) => {
        const error = chrome.runtime.lastError;
        this.#name(step, results[0]);
        end({ args: results.map((r) => this.#clean(r)), ...(error ? { lastError: error.message } : {}) });
      };
      try {
        const args = step.args.map((a) => this.#argument(a));
        const silent = step.bare || SILENT.includes(step.call) && !step.called;
        const returned = chrome.socket[step.call](...args, ...(silent ? [] : [callback]));
        if (returned && typeof returned.then === "function") this.#settle(step, returned, end);
        else if (silent || returned !== undefined) end({ returns: String(returned) });
      } catch (error) {
        end({ throws: String(error) });
      }
    }

    #settle(step, promise, end) {
      promise.then((value) => {
        this.#name(step, value);
        end({ resolves: this.#clean(value) ?? null });
      }, (error) => end({ rejects: String(error) }));
    }

    #name(step, value) {
      const id = value && value.socketId;
      if (!id) return;
      let name = step.as;
      if (step.call === "accept") {
        const server = step.args[0].socket, count = (this.#accepted.get(server) || 0) + 1;
        this.#accepted.set(server, count);
        name = server + "." + count;
      }
      this.#ids.set(name, id);
      this.#names.set(id, name);
    }

    #argument(value) {
      if (!value || typeof value !== "object") return value;
      if ("socket" in value) return this.#ids.get(value.socket) ?? UNKNOWN_ID;
      if ("port" in value) return this.#ports.get(value.port) ?? UNKNOWN_PORT;
      if ("bytes" in value) return bytes(value.bytes);
      if ("text" in value) return text(value.text);
      if ("odd" in value) return Odd.value(value.odd);
      return value;
    }

    /** Remember the port of what may have got one. */
    async #learn(steps) {
      for (const { call, args: [socket] } of steps) {
        const id = ["listen", "bind", "connect"].includes(call) && socket && this.#ids.get(socket.socket);
        if (!id) continue;
        const info = await new Promise((done) => chrome.socket.getInfo(id, (i) => done([chrome.runtime.lastError, i][1])));
        if (info && info.localPort) this.#ports.set(socket.socket, info.localPort);
      }
    }

    #port(port) {
      for (const [name, known] of this.#ports) if (known === port) return "port of " + name;
      return port > 0 ? "a port" : port;
    }

    #clean(value) {
      if (value instanceof ArrayBuffer) return describe(new Uint8Array(value));
      if (!value || typeof value !== "object" || Array.isArray(value)) return value;
      const out = {};
      for (const key of Object.keys(value).sort()) {
        if (key === "socketId") out[key] = this.#names.has(value[key]) ? this.#names.get(value[key]) : "a socket";
        else if (/port$/i.test(key)) out[key] = this.#port(value[key]);
        else out[key] = this.#clean(value[key]);
      }
      return out;
    }
  }

  /** Run one program; resolves to its observations, one a step. */
  async function execute(steps, quiet, ports) {
    const run = new Run(quiet, ports), seen = [];
    try {
      for (const step of steps) seen.push(await run.step(step));
    } finally {
      run.close();
    }
    return seen;
  }

  return { execute };
})();
globalThis.OldProgram = OldProgram;
