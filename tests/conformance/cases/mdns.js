// What an app that looks for services hears in a network where there are none, and which filters it may give.
// @app mdns @offline
const { mdns } = chrome, { onServiceList } = mdns;
note("keys", Object.keys(mdns));
note("MAX_SERVICE_INSTANCES_PER_EVENT", mdns.MAX_SERVICE_INSTANCES_PER_EVENT);
noteKeys("keys of the event", onServiceList);
note("length of addListener", onServiceList.addListener.length);

/** What listeners were told, until `count` of them were and no more come. */
const told = [];
let woken = () => {};
const listener = (name) => (...args) => { told.push([name, args]); woken(); };
async function heard(what, count) {
  while (told.length < count) await new Promise((resolve) => woken = resolve);
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  note(what, told.splice(0));
}
const tcp = { serviceType: "_homeport._tcp.local" }, udp = { serviceType: "_homeport._udp.local" };
const first = listener("first");
onServiceList.addListener(first, tcp);
await heard("the first listener", 2);
onServiceList.addListener(listener("second"), tcp);
await heard("a second one for the same services", 0);
onServiceList.addListener(listener("other"), udp);
await heard("one for others", 2);
onServiceList.addListener(listener("no filter"));
onServiceList.addListener(listener("empty filter"), {});
onServiceList.addListener(listener("no type"), { serviceType: "" });
await heard("ones for all", 0);
onServiceList.addListener(first, { serviceType: "_later._tcp.local" });
await heard("a listener that is there already", 0);
onServiceList.addListener(listener("third"), { serviceType: "_third._tcp.local", other: 1 });
await heard("one for others again", 6);
attempt("has the first", () => onServiceList.hasListener(first));
attempt("has any", () => onServiceList.hasListeners());
attempt("takes the first away", () => onServiceList.removeListener(first));
attempt("has it still", () => onServiceList.hasListener(first));
await heard("one less", 0);

for (const filter of [null, undefined, 1, "x", [], { serviceType: 1 }, { serviceType: null }]) {
  attempt("the filter " + JSON.stringify(filter), () => onServiceList.addListener(() => {}, filter));
}
attempt("one argument more", () => onServiceList.addListener(() => {}, tcp, 1));
attempt("no listener", () => onServiceList.addListener());
attempt("no listener, and an odd filter", () => onServiceList.addListener(1, 1));
await see("forceDiscovery", mdns.forceDiscovery);
await promise("forceDiscovery without a callback", () => mdns.forceDiscovery());
attempt("forceDiscovery(1)", () => mdns.forceDiscovery(1));
