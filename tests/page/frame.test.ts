// What an app sees of `chrome` in its frame, besides the calls: its shape, events, lastError, promises.

import assert from "node:assert/strict";
import { messaging } from "../../src/homeport/page/src/platform/messaging.ts";
import { Port } from "../../src/homeport/page/src/platform/port.ts";
import { appOf, consoleLines, realmOf, RecordingHub } from "./support.ts";

function frame(hub = new RecordingHub()) {
  const realm = realmOf(hub);
  // deno-lint-ignore no-explicit-any
  return { hub, realm, chrome: realm.chrome as any };
}

/** Ends the latest call. */
function finish(hub: RecordingHub, args: unknown[], error: string | null = null): void {
  hub.calls.at(-1)!.reply.finish(args, error);
}

Deno.test("the namespaces list their members as Chromium does", () => {
  const { chrome } = frame();
  assert.deepEqual(Object.keys(chrome), ["app", "i18n", "runtime", "sockets", "storage", "system"]);
  assert.deepEqual(Object.keys(chrome.sockets), ["tcp", "tcpServer", "udp"]);
  assert.equal(
    Object.keys(chrome.sockets.tcp).join(),
    "onReceiveError,onReceive,close,connect,create,disconnect,getInfo,getSockets,secure,send,setKeepAlive," +
      "setNoDelay,setPaused,update,DnsQueryType",
  );
  assert.equal(
    Object.keys(chrome.sockets.udp).join(),
    "onReceiveError,onReceive,bind,close,create,getInfo,getJoinedGroups,getSockets,joinGroup,leaveGroup,send," +
      "setBroadcast,setMulticastLoopbackMode,setMulticastTimeToLive,setPaused,update,DnsQueryType",
  );
  assert.equal(
    Object.keys(chrome.sockets.tcpServer).join(),
    "onAcceptError,onAccept,close,create,disconnect,getInfo,getSockets,listen,setPaused,update",
  );
  assert.deepEqual(chrome.sockets.tcp.DnsQueryType, { ANY: "any", IPV4: "ipv4", IPV6: "ipv6" });
});

Deno.test("without the sockets key there is no chrome.sockets; without the permission no chrome.storage", () => {
  const { chrome } = frame(new RecordingHub(appOf({ manifest: { name: "a", permissions: ["power"] } })));
  assert.equal(chrome.sockets, undefined);
  assert.equal(chrome.storage, undefined);
});

Deno.test("functions are plain: named, length 0, no prototype, not constructors, and work detached", () => {
  const { hub, chrome } = frame();
  const { getInfo } = chrome.sockets.tcp;
  assert.equal(getInfo.name, "getInfo");
  assert.equal(getInfo.length, 0);
  assert.ok(!("prototype" in getInfo));
  assert.throws(() => new getInfo(1), /is not a constructor/);
  getInfo(7);
  assert.deepEqual(hub.calls.at(-1)!.args, [7]);
});

Deno.test("events follow Chromium's rules for listeners", () => {
  const { chrome } = frame();
  const event = chrome.sockets.udp.onReceiveError;
  const listener = () => {};
  for (const junk of [[], [1], [null]]) event.addListener(...junk);
  assert.equal(event.hasListeners(), false);
  assert.throws(
    () => event.addListener(listener, undefined),
    /^TypeError: This event does not support filters$/,
  );
  event.addListener(listener);
  event.addListener(listener);
  assert.deepEqual([event.hasListener(listener), event.hasListeners()], [true, true]);
  event.removeListener(() => {});
  event.removeListener(listener);
  assert.equal(event.hasListeners(), false);
  assert.throws(() => event.hasListener(), /^TypeError: Insufficient number of arguments\.$/);
  assert.throws(
    () => event.hasListener(1),
    /^TypeError: Error processing argument at index 0, conversion failure from $/,
  );
  assert.throws(() => event.hasListener(null), /conversion failure from null$/);
  assert.throws(() => event.hasListener("x"), /conversion failure from x$/);
  const { addListener } = event;
  assert.throws(
    () => addListener(listener),
    /^TypeError: Illegal invocation: Function must be called on an object of type Event$/,
  );
  addListener.call(chrome.sockets.udp.onReceive, listener);
  assert.ok(chrome.sockets.udp.onReceive.hasListener(listener));
  assert.deepEqual(Object.keys(event), [
    ...["addListener", "removeListener", "hasListener", "hasListeners", "dispatch"],
  ]);
});

Deno.test("a listener removed during a dispatch still runs, an added one does not; `this` is the window", () => {
  const { chrome } = frame();
  const event = chrome.runtime.onMessage;
  const log: unknown[] = [];
  const second = function (this: unknown) {
    "use strict";
    log.push(this === globalThis);
  };
  event.addListener(() => {
    event.removeListener(second);
    event.addListener(() => log.push("added"));
  });
  event.addListener(second);
  event.dispatch(1);
  assert.deepEqual(log, [true]);
});

Deno.test("lastError is there during a failed call's callback, and only then", async () => {
  const { hub, chrome } = frame();
  const seen: unknown[] = [];
  chrome.sockets.tcp.connect(1, "h", 80, (code: number) => {
    seen.push(code, chrome.runtime.lastError.message, Object.keys(chrome.runtime).includes("lastError"));
  });
  const lines = await consoleLines(() => finish(hub, [-102], "net::ERR_CONNECTION_REFUSED"));
  assert.deepEqual(seen, [-102, "net::ERR_CONNECTION_REFUSED", true]);
  assert.deepEqual(lines, []);
  assert.ok(!("lastError" in chrome.runtime));
});

Deno.test("promises that a failed call's callback settles still see lastError", async () => {
  const { hub, chrome } = frame();
  const seen: unknown[] = [];
  const getInfo = async () => {
    await new Promise((done) => chrome.sockets.tcp.getInfo(1, done));
    return chrome.runtime.lastError?.message;
  };
  const lines = await consoleLines(async () => {
    const asked = (async () => seen.push(await getInfo(), chrome.runtime.lastError?.message))();
    finish(hub, [], "Socket not found");
    await asked;
  });
  assert.deepEqual(seen, ["Socket not found", "Socket not found"]);
  assert.deepEqual(lines, []);
  assert.ok(!("lastError" in chrome.runtime));
});

Deno.test("a lastError that nobody reads goes to the console; looking whether it is there is not reading", async () => {
  const { hub, chrome } = frame();
  for (
    const callback of [
      () => {},
      () => "lastError" in chrome.runtime,
      () => Object.keys(chrome.runtime),
      () => delete chrome.runtime.lastError,
      () => chrome.runtime.lastError = { message: "mine" },
    ]
  ) {
    chrome.sockets.tcp.getInfo(1, callback);
    const lines = await consoleLines(() => finish(hub, [], "Socket not found"));
    assert.deepEqual(lines, ["error: Unchecked runtime.lastError: Socket not found"]);
    assert.equal(chrome.runtime.lastError, undefined);
  }
});

Deno.test("an exception in a callback is reported in Chromium's words, before an unread lastError", async () => {
  const { hub, chrome } = frame();
  const lineOf = async (thrown: unknown) => {
    chrome.sockets.tcp.getInfo(1, () => {
      throw thrown;
    });
    return await consoleLines(() => finish(hub, [], "Socket not found"));
  };
  for (
    const [thrown, text] of [
      ["boo", "Uncaught boo"],
      [{ a: 1 }, "Uncaught #<Object>"],
      [undefined, "Uncaught undefined"],
      [null, "Uncaught null"],
    ]
  ) {
    assert.deepEqual(await lineOf(thrown), [
      `error: Error handling response: ${text}`,
      "error: Unchecked runtime.lastError: Socket not found",
    ]);
  }
  assert.match((await lineOf(new Error("boo")))[0]!, /^error: Error handling response: Error: boo\n +at /);
});

Deno.test("a promise resolves with the first argument and rejects with lastError's text", async () => {
  const { hub, chrome } = frame();
  const good = chrome.sockets.tcp.create();
  finish(hub, [{ socketId: 4 }]);
  assert.deepEqual(await good, { socketId: 4 });
  const bad = chrome.sockets.tcp.close(4);
  finish(hub, [], "Socket not found");
  await assert.rejects(
    bad,
    (error: Error) => String(error) === "Error: Socket not found" && !("resultCode" in error),
  );
});

Deno.test("where Homeport adds a promise, its error carries the result code", async () => {
  const { hub, chrome } = frame();
  const connecting = chrome.sockets.tcp.connect(1, "h", 80);
  finish(hub, [-102], "net::ERR_CONNECTION_REFUSED");
  await assert.rejects(connecting, { message: "net::ERR_CONNECTION_REFUSED", resultCode: -102 });
});

Deno.test("objects from the daemon list their keys in alphabetical order, as Chromium's do", async () => {
  const { hub, realm, chrome } = frame();
  const info = chrome.sockets.tcp.getInfo(1);
  finish(hub, [{ socketId: 1, paused: false, connected: true }]);
  assert.deepEqual(Object.keys(await info), ["connected", "paused", "socketId"]);
  let keys: string[] = [];
  chrome.sockets.tcpServer.onAccept.addListener((info: object) => keys = Object.keys(info));
  realm.event("sockets.tcpServer.onAccept", [{ socketId: 1, clientSocketId: 2 }]);
  assert.deepEqual(keys, ["clientSocketId", "socketId"]);
});

Deno.test("each frame gets its own copy of an event's argument, with its own prototypes", () => {
  const { realm, chrome } = frame();
  const foreign = new Map([["list", [{ socketId: 1 }]]]);
  const sent = { socketId: 1, list: foreign.get("list") };
  let heard: typeof sent | undefined;
  chrome.sockets.tcp.onReceiveError.addListener((info: typeof sent) => heard = info);
  realm.event("sockets.tcp.onReceiveError", [sent]);
  assert.deepEqual(heard, sent);
  assert.notEqual(heard, sent);
  assert.notEqual(heard!.list, sent.list);
});

Deno.test("runtime tells the app's id, manifest, platform and addresses", async () => {
  const { hub, chrome } = frame();
  assert.equal(chrome.runtime.id, hub.app.id);
  assert.deepEqual(chrome.runtime.getManifest(), hub.app.manifest);
  assert.notEqual(chrome.runtime.getManifest(), chrome.runtime.getManifest());
  const platform = chrome.runtime.getPlatformInfo();
  hub.run();
  assert.deepEqual(await platform, hub.app.platform);
});

Deno.test("values of any type go as Chromium copies them: own members, no toJSON, nothing that JSON has not", () => {
  const { hub, chrome } = frame();
  const cyclic: Record<string, unknown> = { a: 1 };
  cyclic.self = cyclic;
  chrome.storage.local.set({
    big: 7n,
    cyclic,
    date: new Date(0),
    getter: {
      get thrown() {
        throw new Error("mine");
      },
    },
    list: [undefined, () => {}, NaN, 1],
    nan: NaN,
    nothing: null,
    toJSON: { toJSON: () => "json", x: 1 },
  }, () => {});
  const [items] = hub.calls.at(-1)!.args as [Record<string, unknown>];
  assert.deepEqual({ ...items! }, {
    cyclic: { a: 1, self: null },
    date: {},
    getter: { thrown: null },
    list: [null, null, null, 1],
    nothing: null,
    toJSON: { x: 1 },
  });
});

Deno.test("sendMessage finds its message by the number of arguments, as Chromium does", () => {
  const { hub, chrome } = frame();
  const callback = () => {};
  const laid = (...args: unknown[]) => {
    chrome.runtime.sendMessage(...args);
    return hub.calls.at(-1)!.args;
  };
  assert.deepEqual(laid("text", callback), [null, "text", null]);
  assert.deepEqual(laid(null, callback), [null, null, null]);
  assert.deepEqual(laid({ a: 1 }, {}, callback), [null, { a: 1 }, {}]);
  assert.deepEqual(laid("abc", { a: 1 }, callback), ["abc", { a: 1 }, null]);
  assert.deepEqual(laid("abc", { a: 1 }, {}, callback), ["abc", { a: 1 }, {}]);
  assert.deepEqual(laid(callback), [null, callback, null]);
  assert.throws(() => chrome.runtime.sendMessage(), /: No matching signature\.$/);
  assert.throws(() => chrome.runtime.sendMessage(1, 2, 3, 4), /: No matching signature\.$/);
});

Deno.test("what listens to a port is kept with the port, and by nobody for as long as the app runs", () => {
  const { hub, realm } = frame();
  const port = new Port(realm, "", undefined);
  port.object.onMessage.addListener(() => {});
  port.object.onDisconnect.addListener(() => {});
  hub.run();
  assert.deepEqual([...hub.listening.keys()], []);
});

Deno.test("a frame that has gone is sent no messages, and nobody keeps it", () => {
  const hub = new RecordingHub();
  const realms = [realmOf(hub), realmOf(hub)];
  for (const realm of realms) messaging.implement!(realm);
  const endpoints = hub.shared.get("messaging") as Set<unknown>;
  assert.equal(endpoints.size, 2);
  for (const realm of realms) realm.detach();
  assert.equal(endpoints.size, 0);
});
