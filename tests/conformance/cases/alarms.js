// chrome.alarms: what is taken and refused, and what is kept. None rings but one.
// @app desk
const { create, get, getAll, clear, clearAll } = chrome.alarms;
const made = {
  "nothing": [],
  "{}": [{}],
  "a name and {}": ["n", {}],
  "a delay": ["delay", { delayInMinutes: 10 }],
  "a period": ["period", { periodInMinutes: 10 }],
  "a time": ["time", { when: Date.now() + 1e7 }],
  "a time and a delay": ["both", { when: Date.now() + 1e7, delayInMinutes: 1 }],
  "a text": ["text", { delayInMinutes: "1" }],
  "an unknown key": ["unknown", { nope: 1, delayInMinutes: 1 }],
  "NaN": ["nan", { delayInMinutes: NaN }],
  "Infinity": ["infinity", { delayInMinutes: Infinity }],
  "-Infinity": ["-infinity", { periodInMinutes: -Infinity }],
  "a time that is NaN": ["when", { when: NaN }],
  "the name null": [null, { delayInMinutes: 9 }],
  "again": ["delay", { delayInMinutes: 20 }],
};
for (const [label, args] of Object.entries(made)) await form("create with " + label, create, ...args, CALLBACK);
await promise("create by promise", () => create("promised", { delayInMinutes: 30 }));
await promise("create by promise, refused", () => create("refused", {}));
const inMinutes = (alarm) => [alarm.name, Object.keys(alarm).sort(), alarm.periodInMinutes === undefined ? null : alarm.periodInMinutes, Math.round((alarm.scheduledTime - Date.now()) / 60000)];
note("all", (await call(getAll)).map(inMinutes).sort());
for (const args of [["delay"], ["none"], [], [""], [null]]) note("get " + JSON.stringify(args), ((a) => a ? a.name : a)(await call(get, ...args)));
await form("get 1", get, 1, CALLBACK);
let count = 0;
for (const args of [["delay"], ["delay"], [], [""], [null], [1]]) await form("clear " + ++count + ": " + JSON.stringify(args), clear, ...args, CALLBACK);
await form("clearAll", clearAll, CALLBACK);
await form("clearAll again", clearAll, CALLBACK);
note("none is left", await call(getAll));
for (const value of [true, false, null, 1]) {
  await form("create with persistAcrossSessions " + value, create, "kept " + value, { delayInMinutes: 9, persistAcrossSessions: value }, CALLBACK);
}
note("persistAcrossSessions", (await call(getAll)).map((alarm) => [alarm.name, alarm.persistAcrossSessions]).sort());
await call(clearAll);
const size = (name) => [name.length, new TextEncoder().encode(name).length];
for (const name of ["n".repeat(1024), "n".repeat(1025), "\u00e9".repeat(512), "\u00e9".repeat(513)]) await form("a name of " + size(name), create, name, { delayInMinutes: 9 }, CALLBACK);
await form("a name too long, and nothing", create, "n".repeat(1025), {}, CALLBACK);
await form("a name too long, and a delay too many", create, "n".repeat(1025), { when: 1, delayInMinutes: 1 }, CALLBACK);
await call(clearAll);
await Promise.all(Array.from({ length: 500 }, (_, i) => create("number " + i, { delayInMinutes: 9 })));
await form("one too many", create, "more", { delayInMinutes: 9 }, CALLBACK);
await form("one too many, and nothing", create, "more", {}, CALLBACK);
await form("one too many with a long name", create, "n".repeat(1025), { delayInMinutes: 9 }, CALLBACK);
await form("one of the same name", create, "number 3", { delayInMinutes: 10 }, CALLBACK);
note("all of them", (await call(getAll)).length);
await call(clear, "number 4");
await form("one in another's place", create, "more", { delayInMinutes: 9 }, CALLBACK);
await call(clearAll);
const rung = new Promise((done) => chrome.alarms.onAlarm.addListener(done));
await call(create, "past", { when: 1 });
const alarm = await rung;
note("one that is past rings at once", [alarm.name, Object.keys(alarm).sort(), alarm.scheduledTime]);
note("and is gone", await call(getAll));
