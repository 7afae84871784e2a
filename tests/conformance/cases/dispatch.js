// How an event goes through a document: listeners that come and go meanwhile, the order at the target, what stops it.
// @app sockets
const heard = [], say = (word) => () => { heard.push(word); };
const outer = document.createElement("div"), inner = document.createElement("b");
outer.append(inner);
document.body.append(outer);
const fire = (what, type = "go", target = inner, init = { bubbles: true, cancelable: true }) => {
  heard.length = 0;
  const returned = target.dispatchEvent(new Event(type, init));
  note(what, [...heard, returned]);
};

inner.addEventListener("go", say("bubbling, first"));
inner.addEventListener("go", say("capturing, second"), true);
inner.addEventListener("go", say("bubbling, third"));
outer.addEventListener("go", say("outer, bubbling"));
outer.addEventListener("go", say("outer, capturing"), true);
fire("at the target those come first that capture");

for (const [name, target] of Object.entries({ "an element": inner, "the document": document, "the window": window })) {
  let more = 0;
  const again = () => {
    heard.push("heard " + ++more);
    if (more < 50) target.addEventListener("more", () => again());
  };
  target.addEventListener("more", again, { once: true });
  fire("a listener of " + name + " adds one meanwhile", "more", target, {});
  let most = 0;
  const grow = () => {
    heard.push("grows");
    if (++most < 50) target.addEventListener("grow", () => grow());
  };
  target.addEventListener("grow", grow);
  fire("a listener of " + name + " adds one meanwhile, and stays", "grow", target, {});
  const gone = say("gone"), stays = say("stays");
  target.addEventListener("less", () => target.removeEventListener("less", gone));
  target.addEventListener("less", gone);
  target.addEventListener("less", stays);
  fire("a listener of " + name + " takes another away", "less", target, {});
}
inner.addEventListener("child", () => outer.addEventListener("child", say("added to the outer one")), { once: true });
fire("a listener adds one further up", "child");

const over = AbortSignal.abort(), later = new AbortController();
inner.addEventListener("signal", say("its signal was over"), { signal: over });
inner.addEventListener("signal", say("its signal is not over"), { signal: later.signal });
fire("with signals", "signal");
later.abort();
fire("once they are over", "signal");

inner.addEventListener("bubble", (event) => { event.cancelBubble = true; heard.push(event.cancelBubble); });
inner.addEventListener("bubble", say("the other listener of the target"));
outer.addEventListener("bubble", say("outer"));
fire("cancelBubble stops it", "bubble");
inner.addEventListener("value", (event) => { event.returnValue = false; heard.push(event.defaultPrevented); });
fire("returnValue prevents the default", "value");
inner.addEventListener("twice", say("inner"));
inner.addEventListener("twice", { handleEvent() { heard.push(this !== inner); } });
fire("an object listens", "twice");
attempt("a listener that is none", () => {
  try {
    return inner.addEventListener("none", "text");
  } catch (error) {
    return error.name; // the text is the browser's own
  }
});
attempt("null listens", () => inner.addEventListener("none", null));

inner.addEventListener("current", () => heard.push(typeof window.event, window.event && window.event.type));
fire("window.event", "current");
note("window.event afterwards", typeof window.event);
const event = new Event("stopped", { bubbles: true });
outer.addEventListener("stopped", say("outer hears"));
inner.addEventListener("stopped", say("inner hears"));
event.stopPropagation();
heard.length = 0;
inner.dispatchEvent(event);
note("stopped before it goes", [...heard]);
heard.length = 0;
inner.dispatchEvent(event);
note("sent once more", [...heard]);
attempt("sent while it is on its way", () => {
  inner.addEventListener("nested", (event) => { try { inner.dispatchEvent(event); } catch (error) { heard.push(error.name); } }, { once: true });
  heard.length = 0;
  inner.dispatchEvent(new Event("nested"));
  return [...heard];
});
const phases = [];
for (const target of [window, document, outer, inner]) for (const capture of [true, false]) {
  target.addEventListener("phase", (event) => phases.push(event.eventPhase), { capture });
}
inner.dispatchEvent(new Event("phase", { bubbles: true }));
note("phases", phases);
