// chrome.permissions.request, which wants a user; what it says without one, and of servers, is in the conformance.

import assert from "node:assert/strict";
import { buildRealm } from "../../src/homeport/page/src/binding/chrome.ts";
import { permissions } from "../../src/homeport/page/src/platform/permissions.ts";
import { runtime } from "../../src/homeport/page/src/platform/runtime.ts";
import { appOf, RecordingHub } from "./support.ts";

const printer = { vendorId: 1, productId: 2 };
const knob = { vendorId: 1917, productId: 1040 };
const manifest = {
  permissions: [
    ...["storage", "http://127.0.0.1/*", { fileSystem: ["write"] }],
    ...[{ socket: ["tcp-connect:*:80"] }, { usbDevices: [printer] }],
  ],
  optional_permissions: ["geolocation", "http://*/*", { usbDevices: [knob] }],
};

/** What a call is answered with: its result, or the text of its error. */
function ask(name: "contains" | "getAll" | "request" | "remove", ...asked: object[]): unknown {
  const hub = new RecordingHub(appOf({ manifest }));
  // deno-lint-ignore no-explicit-any
  const chrome = buildRealm(hub, [runtime, permissions]).chrome as any;
  let answer: unknown;
  chrome.permissions[name](
    ...asked,
    (result: unknown) => answer = chrome.runtime.lastError?.message ?? result,
  );
  hub.run();
  return answer;
}

/** As in a page that the user has just clicked. */
function clicked<T>(body: () => T): T {
  Object.defineProperty(navigator, "userActivation", { value: { isActive: true }, configurable: true });
  try {
    return body();
  } finally {
    Reflect.deleteProperty(navigator, "userActivation");
  }
}

const NOT_NAMED = "Only permissions specified in the manifest may be requested.";

for (
  const [asked, answer] of [
    [{ permissions: ["storage", "fileSystem.write"] }, true],
    [{ origins: ["http://127.0.0.1:8080/*"] }, true],
    [{}, true],
    [{ permissions: ["geolocation"] }, false],
    [{ permissions: ["storage"], origins: ["http://printer.local/*"] }, false],
    [{ permissions: ["alarms"] }, NOT_NAMED],
    [{ origins: ["https://printer.local/*"] }, NOT_NAMED],
    [{ origins: ["printer"] }, "Invalid value for origin pattern printer: Missing scheme separator."],
  ] as const
) {
  Deno.test(`the user is asked for ${JSON.stringify(asked)}`, () => {
    assert.equal(clicked(() => ask("request", asked)), answer);
  });
}

for (
  const [permission, answer] of [
    [{ usbDevices: [printer] }, true],
    [{ usbDevices: [knob] }, false],
    [{ usbDevices: [printer, knob] }, false],
    [{ usbDevices: [{ ...printer, interfaceId: "x" }] }, true],
    [{ usbDevices: [{ interfaceClass: 3 }] }, false],
    [{ usbDevices: [] }, "Invalid argument for permission 'usbDevices|[]'."],
    [{ usbDevices: [{}] }, "Invalid argument for permission 'usbDevices|[{}]'."],
    ["usbDevices|[null]", "Invalid argument for permission 'usbDevices|[null]'."],
    ['usbDevices|[{"vendorId":1}]', "Invalid argument for permission 'usbDevices|[{\"vendorId\":1}]'."],
    ["usbDevices|{", "Invalid argument for permission 'usbDevices|{'."],
    ["fileSystem|", "Invalid argument for permission 'fileSystem|'."],
    [{ fileSystem: ["write"] }, "Only the usbDevices permission supports arguments."],
    ['fileSystem|["write"]', "Only the usbDevices permission supports arguments."],
  ] as const
) {
  Deno.test(`a permission with arguments is there or not: ${JSON.stringify(permission)}`, () => {
    assert.equal(ask("contains", { permissions: [permission] }), answer);
  });
}

Deno.test("devices that are required keep optional ones from being given back", () => {
  assert.equal(
    ask("remove", { permissions: [{ usbDevices: [knob] }] }),
    "You cannot remove required permissions.",
  );
});

Deno.test("a permission with arguments is one, and shown as it is", () => {
  const text = "Too many keys in object-style permission.";
  assert.throws(() => ask("contains", { permissions: [{}] }), new Error(text));
  assert.throws(() => ask("contains", { permissions: [{ socket: [], usbDevices: [] }] }), new Error(text));
  assert.throws(() => ask("contains", { permissions: [null] }), TypeError);
  assert.throws(() => ask("contains", null!), {
    name: "TypeError",
    message: "Cannot read properties of null (reading 'permissions')",
  });
  assert.deepEqual(ask("getAll"), {
    origins: ["http://127.0.0.1/*"],
    permissions: [
      ...["fileSystem", "fileSystem.write", { socket: ["tcp-connect:*:80"] }, "storage"],
      { usbDevices: [{ interfaceClass: -1, interfaceId: -1, ...printer }] },
    ],
  });
});

Deno.test("without a click nobody is asked", () => {
  assert.equal(ask("request", {}), "This function must be called during a user gesture");
});

Deno.test("what is optional is not there, and may be given back", () => {
  assert.equal(ask("contains", { permissions: ["geolocation"] }), false);
  assert.equal(ask("remove", { permissions: ["geolocation"] }), true);
});

Deno.test("what is only the name of its parts is no permission itself", () => {
  const hub = new RecordingHub(
    appOf({ manifest: { permissions: [{ system: ["network"] }, { app: ["window.alpha"] }] } }),
  );
  // deno-lint-ignore no-explicit-any
  const chrome = buildRealm(hub, [runtime, permissions]).chrome as any;
  let all: unknown;
  chrome.permissions.getAll((found: unknown) => all = found);
  hub.run();
  assert.deepEqual(all, { permissions: ["app.window.alpha", "system.network"], origins: [] });
});
