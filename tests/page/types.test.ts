// The names in chrome.sockets are the ones that the published types have: an app written against them finds all.

/// <reference types="npm:@types/chrome-apps@0.0.23" />

import assert from "node:assert/strict";
import { realmOf, RecordingHub } from "./support.ts";

type Names<T> = Record<keyof T, true>;

// Each table must name all that the types have and nothing else, or it does not compile.
const TCP: Names<typeof chrome.sockets.tcp> = {
  create: true,
  update: true,
  setPaused: true,
  setKeepAlive: true,
  setNoDelay: true,
  connect: true,
  disconnect: true,
  secure: true,
  send: true,
  close: true,
  getInfo: true,
  getSockets: true,
  onReceive: true,
  onReceiveError: true,
};

const UDP: Names<typeof chrome.sockets.udp> = {
  create: true,
  update: true,
  setPaused: true,
  bind: true,
  send: true,
  close: true,
  getInfo: true,
  getSockets: true,
  joinGroup: true,
  leaveGroup: true,
  setMulticastTimeToLive: true,
  setMulticastLoopbackMode: true,
  getJoinedGroups: true,
  setBroadcast: true,
  onReceive: true,
  onReceiveError: true,
};

const TCP_SERVER: Names<typeof chrome.sockets.tcpServer> = {
  create: true,
  update: true,
  setPaused: true,
  listen: true,
  disconnect: true,
  close: true,
  getInfo: true,
  getSockets: true,
  onAccept: true,
  onAcceptError: true,
};

Deno.test("chrome.sockets has every name of the published types", () => {
  const sockets = realmOf(new RecordingHub()).chrome.sockets as Record<string, object>;
  for (const [namespace, names] of Object.entries({ tcp: TCP, udp: UDP, tcpServer: TCP_SERVER })) {
    const missing = Object.keys(names).filter((name) => !(name in sockets[namespace]!));
    assert.deepEqual(missing, [], namespace);
  }
});
