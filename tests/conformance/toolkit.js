// The language of the cases: an app's background page observes what an implementation does and writes it down.
//
// A transcript is a list of observations {what, …}. What differs from run to run (ports, socket ids) is replaced
// by words in the order in which it is first seen. An observation whose name ends with "(race)" may differ from
// run to run; the recorder keeps every value that it saw. No case waits for a fixed time where an event will do.
"use strict";
// deno-lint-ignore-file no-unused-vars prefer-const no-window

/** How long something that is to come may take, and how long to watch that nothing comes. */
const DEADLINE_MS = 6000, QUIET_MS = 200, CASE_MS = 60000;

const Conformance = (() => {
  const sockets = chrome.sockets || {};
  const spaces = new Map();  // API function -> "tcp" | "udp" | "tcpServer"
  for (const space of Object.keys(sockets)) {
    for (const key of Object.keys(sockets[space])) spaces.set(sockets[space][key], space);
  }
  const observations = [], hidden = new Set(), words = new Map();
  let log = [], watchers = [];

  // --- values as JSON -------------------------------------------------------------------------------------

  /** The word for a port or a socket id, such as "port1" or "tcp2". */
  function word(kind, value) {
    const key = kind + "/" + value;
    if (!words.has(key)) {
      const count = [...words.keys()].filter((k) => k.startsWith(kind + "/")).length;
      words.set(key, kind + (count + 1));
    }
    return words.get(key);
  }

  function digest(view) {
    let a = 1, b = 0;
    for (const byte of view) {
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
    return "adler32 " + (b * 65536 + a).toString(16);
  }

  function binary(view) {
    const short = view.length <= 48 && view.every((b) => b >= 32 && b < 127);
    return { $binary: view.length, ...(short ? { text: String.fromCharCode(...view) } : { digest: digest(view) }) };
  }

  function object(value, space) {
    const out = {};
    for (const key of Object.keys(value).sort()) {
      const v = value[key];
      if (typeof v === "number" && key === "socketId" && space) out[key] = word(space, v);
      else if (typeof v === "number" && key === "clientSocketId") out[key] = word("tcp", v);
      else if (typeof v === "number" && /port$/i.test(key) && v > 0) out[key] = word("port", v);
      else out[key] = clean(v, space);
    }
    return out;
  }

  /** A list; one of sockets is in the order of their ids, as the API promises none. */
  function array(value, space) {
    const sockets = value.length > 0 && value.every((v) => v && v.socketId !== undefined);
    const shown = sockets && space ? [...value].sort((a, b) => a.socketId - b.socketId) : value;
    return shown.filter((v) => !(space === "tcp" && v && hidden.has(v.socketId))).map((v) => clean(v, space));
  }

  /** `value` as JSON that says what it was, with words for what differs from run to run. */
  function clean(value, space) {
    if (value === null || ["string", "boolean"].includes(typeof value)) return value;
    if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return value;
    if (typeof value !== "object") return { $: typeof value === "function" ? "function" : String(value) };
    if (Object.is(value, -0)) return { $: "-0" };
    if (value instanceof ArrayBuffer) return binary(new Uint8Array(value));
    if (value instanceof Error) return { $error: String(value) };
    if (Array.isArray(value)) return array(value, space);
    return object(value, space);
  }

  // --- observing calls -----------------------------------------------------------------------------------

  function write(what, observation) {
    if (observations.some((o) => o.what === what)) throw new Error("two observations are called " + what);
    observations.push({ what, ...observation });
  }

  /** Write down a value. `space` names the socket ids in it. */
  function note(what, value, space) {
    write(what, { value: clean(value, space) });
    return value;
  }

  /** Call by callback; resolves to what happened, with `raw`, the callback's first argument. */
  function begin(fn, ...args) {
    const space = spaces.get(fn);
    return new Promise((resolve) => {
      let inside = true;
      try {
        const returned = fn(...args, (...results) => {
          const error = chrome.runtime.lastError;
          const seen = { args: results.map((r) => clean(r, space)) };
          if (error) seen.lastError = error.message;
          if (inside) seen.synchronous = true;
          resolve({ seen, raw: results[0] });
        });
        if (returned !== undefined) resolve({ seen: { returns: clean(returned) } });
      } catch (error) {
        resolve({ seen: { throws: String(error) } });
      }
      inside = false;
    });
  }

  /** Write down how a call that was begun ended, or that it did not within `ms`. */
  async function end(what, begun, ms = DEADLINE_MS) {
    const { seen, raw } = await within(begun, ms, { seen: { never: true } });
    write(what, seen);
    return raw;
  }

  const see = (what, fn, ...args) => end(what, begin(fn, ...args));

  /** Call by callback as a step that has to succeed; resolves to the callback's first argument. */
  async function call(fn, ...args) {
    const { seen, raw } = await within(begin(fn, ...args), DEADLINE_MS, { seen: { never: true } });
    if ("args" in seen && !seen.lastError) return raw;
    throw new Error("a step failed: " + spaces.get(fn) + JSON.stringify(args) + " " + JSON.stringify(seen));
  }

  /** Write down what a synchronous piece of code returns or throws. */
  function attempt(what, code) {
    let seen;
    try {
      seen = { returns: clean(code()) };
    } catch (error) {
      seen = { throws: String(error) };
    }
    write(what, seen);
  }

  /** Write down how the promise that `code` returns ends. */
  async function promise(what, code, space) {
    let seen;
    try {
      const returned = code();
      if (!returned || typeof returned.then !== "function") seen = { returns: clean(returned) };
      else seen = await within(settle(returned, space), DEADLINE_MS, { never: true });
    } catch (error) {
      seen = { throws: String(error) };
    }
    write(what, seen);
  }

  /** Stands for the callback in the arguments that `form` and `forms` take. */
  const CALLBACK = Symbol("callback");

  /** Write down what becomes of a call with exactly these arguments; of a thrown text only the reason. */
  async function form(what, fn, ...args) {
    const space = spaces.get(fn);
    let answer;
    const answered = new Promise((resolve) => answer = resolve);
    const callback = (...results) => {
      const error = chrome.runtime.lastError;
      answer({ args: results.map((r) => clean(r, space)), ...(error ? { lastError: error.message } : {}) });
    };
    let seen;
    try {
      const returned = fn(...args.map((a) => a === CALLBACK ? callback : a));
      if (returned && typeof returned.then === "function") seen = await within(settle(returned, space), DEADLINE_MS, { never: true });
      else if (args.includes(CALLBACK)) seen = await within(answered, DEADLINE_MS, { never: true });
      else seen = { returns: clean(returned) };
    } catch (error) {
      seen = { throws: String(error).replace(/^TypeError: Error in invocation of [^(]*\(.*?\): /, "") };
    }
    write(what, seen);
  }

  const ODD_VALUES = {
    undefined: undefined, null: null, true: true, 0: 0, "-0": -0, "-1": -1, "1.5": 1.5, NaN: NaN, Infinity: Infinity,
    "2**31": 2 ** 31, "-(2**31)": -(2 ** 31), '""': "", '"7"': "7", "{}": {}, "{x: 1}": { x: 1 }, "[]": [], "function": () => {},
    "Symbol()": Symbol(), "7n": 7n, "new Number(7)": new Number(7), 'new String("x")': new String("x"),
    "new Date(0)": new Date(0), "ArrayBuffer": new ArrayBuffer(2), "null-prototype": Object.create(null),
  };

  /** Every odd value in every place of a valid call, and too few and too many arguments. */
  async function forms(name, fn, ...valid) {
    const place = (list) => name + "(" + list.join(", ") + ")";
    const usual = valid.map((_, i) => "a" + i);
    let signature = "";
    try {
      fn(Symbol());
    } catch (error) {
      signature = String(error);
    }
    write(name + ": the signature in its error", { value: signature });
    for (let i = 0; i < valid.length; i++) {
      for (const [label, value] of Object.entries(ODD_VALUES)) {
        await form(place(usual.with(i, label)), fn, ...valid.with(i, value), CALLBACK);
      }
    }
    for (let count = 0; count <= valid.length; count++) {
      await form(place(usual.slice(0, count)), fn, ...valid.slice(0, count));
      await form(place([...usual.slice(0, count), "callback"]), fn, ...valid.slice(0, count), CALLBACK);
    }
    for (const [label, value] of Object.entries({ undefined: undefined, null: null, 1: 1, "{}": {} })) {
      await form(place([...usual, label]), fn, ...valid, value);
      await form(place([...usual, "callback", label]), fn, ...valid, CALLBACK, value);
    }
  }

  const settle = (p, space) => p.then((v) => ({ resolves: clean(v, space) }), (e) => ({ rejects: String(e) }));

  function within(awaited, ms, otherwise) {
    let timer;
    const late = new Promise((resolve) => timer = setTimeout(() => resolve(otherwise), ms));
    return Promise.race([awaited, late]).finally(() => clearTimeout(timer));
  }

  // --- observing events ----------------------------------------------------------------------------------

  function push(entry) {
    log.push(entry);
    for (const watcher of [...watchers]) watcher();
  }

  function listen() {
    for (const space of Object.keys(sockets)) {
      for (const key of Object.keys(sockets[space]).filter((k) => /^on[A-Z]/.test(k))) {
        sockets[space][key].addListener((info) => {
          if (space === "tcp" && hidden.has(info.socketId)) controlEvent(key, info);
          else push({ event: space + "." + key, space, info });
        });
      }
    }
  }

  /** An entry of the log as it is written down. */
  const shown = ({ event, space, info }) => [event, clean(info, space)];

  /** Resolves when the log has `wanted` entries, or satisfies it; false if it does not in time. */
  function until(wanted, ms = DEADLINE_MS) {
    const holds = typeof wanted === "function" ? () => wanted(log) : () => log.length >= wanted;
    if (holds()) return Promise.resolve(true);
    let watcher;
    const come = new Promise((resolve) => watchers.push(watcher = () => holds() && resolve(true)));
    // A condition may be about more than the log.
    const timer = typeof wanted === "function" ? setInterval(watcher, 10) : undefined;
    return within(come, ms, false).finally(() => {
      watchers = watchers.filter((w) => w !== watcher);
      clearInterval(timer);
    });
  }

  /** Wait for `count` events and write down all there are, in order. */
  async function take(what, count) {
    await until(count);
    const taken = log.splice(0);
    write(what, { events: taken.map(shown) });
    return taken.map((entry) => entry.info);
  }

  /** Wait for `count` events of one socket and write those down; others stay in the log. */
  async function takeFrom(what, space, id, count) {
    const mine = (e) => e.space === space && e.info.socketId === id;
    await until((l) => l.filter(mine).length >= count);
    const taken = log.filter(mine);
    log = log.filter((e) => !mine(e));
    write(what, { events: taken.map(shown) });
    return taken.map((entry) => entry.info);
  }

  /** Watch for a while that nothing happens, and write down what did. */
  async function quiet(what, ms = QUIET_MS) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await take(what, 0);
  }

  /** Wait until `count` bytes or an error came on a TCP socket; write them down as one, however they were cut. */
  async function stream(what, id, count) {
    const mine = (e) => e.event === "tcp.onReceive" && e.info.socketId === id;
    const size = (l) => l.filter(mine).reduce((n, e) => n + e.info.data.byteLength, 0);
    await until((l) => size(l) >= count || l.some((e) => e.event === "tcp.onReceiveError" && e.info.socketId === id));
    const chunks = log.filter(mine).map((e) => new Uint8Array(e.info.data));
    log = log.filter((e) => !mine(e));
    const all = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
    chunks.reduce((at, chunk) => (all.set(chunk, at), at + chunk.length), 0);
    write(what, { received: binary(all) });
    return chunks.map((chunk) => chunk.length);
  }

  /** Put a word into the log, to see what comes before it and what after. */
  const mark = (label) => push({ event: "mark", info: label });

  /** A callback that puts itself into the log. */
  const marked = (label, space) => (...args) => {
    const error = chrome.runtime.lastError;
    push({ event: "callback", space, info: { label, args, ...(error ? { lastError: error.message } : {}) } });
  };

  // --- the usual beginnings ------------------------------------------------------------------------------

  const make = async (api, properties = {}) => (await call(api.create, properties)).socketId;

  async function listening(properties = {}, address = "127.0.0.1") {
    const id = await make(sockets.tcpServer, properties);
    await call(sockets.tcpServer.listen, id, address, 0);
    return { id, port: (await call(sockets.tcpServer.getInfo, id)).localPort };
  }

  async function bound(properties = {}, address = "127.0.0.1") {
    const id = await make(sockets.udp, properties);
    await call(sockets.udp.bind, id, address, 0);
    return { id, port: (await call(sockets.udp.getInfo, id)).localPort };
  }

  /** The next connection that `server` accepted; its event is taken out of the log. */
  async function nextAccept(server) {
    const mine = (e) => e.event === "tcpServer.onAccept" && e.info.socketId === server;
    if (!await until((l) => l.some(mine))) throw new Error("nothing was accepted");
    const index = log.findIndex(mine);
    return log.splice(index, 1)[0].info.clientSocketId;
  }

  /** Two connected sockets, and the server between them. The accepted one is paused, as it is made. */
  async function connected(properties = {}) {
    const server = await listening();
    const client = await make(sockets.tcp, properties);
    await call(sockets.tcp.connect, client, "127.0.0.1", server.port);
    return { server, client, accepted: await nextAccept(server.id), port: server.port };
  }

  // --- the other end of the wire -------------------------------------------------------------------------

  let control, answers = [], partial = "", peerPort;

  function controlEvent(key, info) {
    if (key === "onReceiveError") return answers.forEach((a) => a({ error: "the peer went away" }));
    const lines = (partial + new TextDecoder().decode(info.data)).split("\n");
    partial = lines.pop();
    for (const line of lines) answers.shift()(JSON.parse(line));
  }

  /** Send the peer a command, see peer.py; resolves to its answer. */
  async function peer(command) {
    const answer = new Promise((resolve) => answers.push(resolve));
    sockets.tcp.send(control, text(JSON.stringify(command) + "\n"), () => chrome.runtime.lastError);
    const reply = await within(answer, DEADLINE_MS, { error: "the peer did not answer" });
    if (reply.error) throw new Error("peer: " + JSON.stringify(command) + ": " + reply.error);
    return reply;
  }

  /** Resolves to a function that gives commands to the peer. Its own connection shows in no transcript. */
  async function connectPeer() {
    control = await make(sockets.tcp);
    hidden.add(control);
    await call(sockets.tcp.connect, control, "127.0.0.1", peerPort);
    return peer;
  }

  // --- small things --------------------------------------------------------------------------------------

  /** The ArrayBuffer with the bytes of a text. */
  const text = (s) => new TextEncoder().encode(s).buffer;

  /** An ArrayBuffer of `count` bytes that repeat after 251. */
  const bytes = (count, seed = 0) => Uint8Array.from({ length: count }, (_, i) => (i + seed) % 251).buffer;

  /** Write down the keys of an object in the order they have. */
  const noteKeys = (what, value) => note(what, value && Object.keys(value));

  // --- running -------------------------------------------------------------------------------------------

  async function closeAll() {
    for (const space of Object.keys(sockets)) {
      const { raw } = await begin(sockets[space].getSockets);
      for (const { socketId } of raw || []) await begin(sockets[space].close, socketId);
    }
  }

  /** Run a case; resolves to its transcript. */
  async function run(config, body) {
    peerPort = config.peerPort;
    listen();
    try {
      const stuck = Symbol("stuck");
      if (await within(body().then(() => 0), CASE_MS, stuck) === stuck) throw new Error("the case does not end");
      await quiet("at the end: events that nobody waited for", 100);
    } catch (error) {
      observations.push({ what: "the case failed", throws: String(error && error.stack || error) });
    }
    await closeAll();
    return observations;
  }

  const tools = {
    ...sockets, CALLBACK, form, forms, see, note, noteKeys, attempt, promise, begin, end, call, take, takeFrom, until, quiet, stream,
    mark, marked, make, listening, bound, connected, nextAccept, connectPeer, text, bytes,
  };
  Object.assign(globalThis, tools);
  return { run, describe: binary };
})();
globalThis.Conformance = Conformance;
