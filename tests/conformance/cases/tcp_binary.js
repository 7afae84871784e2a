// TCP: what may be sent, and that exactly the bytes meant are sent.
// @app sockets
// @peer
const peer = await connectPeer();
const { port } = await peer({ do: "listen", as: "s" });
const client = await make(tcp);
await call(tcp.connect, client, "127.0.0.1", port);
await peer({ do: "accept", on: "s", as: "c" });
const base = Uint8Array.from("0123456789", (c) => c.charCodeAt(0));

const kinds = {
  "an ArrayBuffer": base.buffer.slice(0),
  "a whole Uint8Array": base,
  "a part of a Uint8Array": base.subarray(2, 5),
  "a Uint16Array": new Uint16Array([0x4141, 0x4242]),
  "a Float64Array": new Float64Array(1).fill(3.0261774624e-315),
  "a Uint8ClampedArray": new Uint8ClampedArray(base.buffer, 1, 3),
  "a BigUint64Array": new BigUint64Array([0x4141414141414141n]),
  "a DataView": new DataView(base.buffer, 3, 4),
  "an empty view": base.subarray(4, 4),
  "an empty ArrayBuffer": new ArrayBuffer(0),
  "a subclass of Uint8Array": new (class extends Uint8Array {})(base),
  "a resizable ArrayBuffer": (() => { const b = new ArrayBuffer(3, { maxByteLength: 9 }); new Uint8Array(b).fill(82); return b; })(),
  "a view of a resizable ArrayBuffer": (() => { const b = new ArrayBuffer(3, { maxByteLength: 9 }); const v = new Uint8Array(b); b.resize(5); return v.fill(83); })(),
};
for (const [label, data] of Object.entries(kinds)) {
  await see("send " + label, tcp.send, client, data);
  if (data.byteLength) note("got " + label, await peer({ do: "expect", on: "c", count: data.byteLength }));
}
for (const [label, data] of Object.entries({
  "a string": "abc", "an array": [1, 2], "a Blob": new Blob(["x"]), "an object": {}, "a number": 5, "null": null, "undefined": undefined,
  "a length": { byteLength: 3 },
})) {
  await form("send " + label, tcp.send, client, data, CALLBACK);
}
const detached = new ArrayBuffer(4);
structuredClone(detached, { transfer: [detached] });
await form("send a detached ArrayBuffer", tcp.send, client, detached, CALLBACK);
const view = new Uint8Array(new ArrayBuffer(4));
structuredClone(view.buffer, { transfer: [view.buffer] });
await form("send a view of a detached ArrayBuffer", tcp.send, client, view, CALLBACK);

const changing = Uint8Array.from("before", (c) => c.charCodeAt(0));
const begun = begin(tcp.send, client, changing);
changing.fill(88);
await end("send, then change the array", begun);
note("got what it was at the call", await peer({ do: "expect", on: "c", count: 6 }));

const big = bytes(300000);
await see("send 300000 bytes", tcp.send, client, big);
note("300000 bytes arrived whole", await peer({ do: "expect", on: "c", count: 300000 }));
const huge = begin(tcp.send, client, bytes(5 << 20));
note("5 MiB arrived whole", await peer({ do: "expect", on: "c", count: 5 << 20 }));
await end("send 5 MiB", huge);
const received = note("the transfer does not detach", big.byteLength);
await peer({ do: "send", on: "c", text: "answer" });
const [info] = await take("an answer", 1);
note("data is an ArrayBuffer of this page", info.data instanceof ArrayBuffer && Object.getPrototypeOf(info.data) === ArrayBuffer.prototype);
noteKeys("keys of onReceive's argument", info);
