// What JSON cannot say: the values that {"odd": "…"} stands for in the arguments of a step, made anew each time.
"use strict";

const Odd = (() => {
  const shared = () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;

  function detached() {
    const buffer = new ArrayBuffer(4);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  }

  const VALUES = {
    undefined: () => undefined,
    NaN: () => NaN,
    Infinity: () => Infinity,
    "-0": () => -0,
    function: () => () => {},
    "7n": () => 7n,
    Date: () => new Date(0),
    Number: () => new Number(7),
    String: () => new String("x"),
    Symbol: () => Symbol("s"),
    view: () => new Uint8Array(2),
    "inner view": () => new Uint8Array(bytes(9), 2, 5),
    DataView: () => new DataView(bytes(6), 1, 3),
    shared,
    "shared view": () => new Uint8Array(shared(), 4, 3),
    detached,
    resizable: () => new ArrayBuffer(3, { maxByteLength: 9 }),
    "null prototype": () => Object.assign(Object.create(null), { name: "n" }),
    thrower: () => ({
      get name() {
        throw new RangeError("a getter's");
      },
    }),
    proxy: () => new Proxy({ name: "n" }, {}),
  };

  return { value: (name) => VALUES[name]() };
})();
globalThis.Odd = Odd;
