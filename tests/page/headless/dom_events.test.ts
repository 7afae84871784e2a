import { deepStrictEqual as assertEquals } from "node:assert/strict";
import { eventMethods, own } from "../../../src/homeport/page/src/headless/dom_events.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

function tree(): { nodes: Any[]; window: Any; thrown: unknown[] } {
  const thrown: unknown[] = [];
  const window = Object.defineProperties({ name: "window" }, eventMethods()) as Any;
  const document = Object.defineProperties(
    { name: "document", nodeType: 9, parentNode: null },
    eventMethods(),
  );
  const make = (name: string, parentNode: object): Any =>
    Object.defineProperties({ name, nodeType: 1, parentNode, ownerDocument: document }, eventMethods());
  const body = make("body", document);
  const leaf = make("leaf", body);
  own(document, {
    window,
    run: (callable, args, self) => {
      try {
        Reflect.apply(callable, self, args);
      } catch (error) {
        thrown.push(error);
      }
    },
  });
  return { nodes: [window, document, body, leaf], window, thrown };
}

function record(nodes: Any[], heard: string[]): void {
  for (const node of nodes) {
    for (const capture of [true, false]) {
      node.addEventListener("e", () => heard.push(node.name + (capture ? "-capture" : "")), capture);
    }
  }
}

Deno.test("an event goes down, then up", () => {
  const { nodes } = tree();
  const heard: string[] = [];
  record(nodes, heard);
  nodes[3].dispatchEvent(new Event("e", { bubbles: true }));
  assertEquals(heard, [
    ...[
      "window-capture",
      "document-capture",
      "body-capture",
      "leaf-capture",
      "leaf",
      "body",
      "document",
      "window",
    ],
  ]);
});

Deno.test("an event that does not bubble is still captured", () => {
  const { nodes } = tree();
  const heard: string[] = [];
  record(nodes, heard);
  nodes[3].dispatchEvent(new Event("e"));
  assertEquals(heard, ["window-capture", "document-capture", "body-capture", "leaf-capture", "leaf"]);
});

Deno.test("load does not reach the window", () => {
  const { nodes, window } = tree();
  let heard = false;
  window.addEventListener("load", () => heard = true, true);
  nodes[3].dispatchEvent(new Event("load", { bubbles: true }));
  assertEquals(heard, false);
});

Deno.test("a listener can stop an event, be heard once, be removed, and throw for itself alone", () => {
  const { nodes, thrown } = tree();
  const [, , body, leaf] = nodes;
  const heard: string[] = [];
  const error = new Error("mine");
  leaf.addEventListener("e", () => {
    throw error;
  });
  leaf.addEventListener("e", () => heard.push("once"), { once: true });
  const removed = (): void => void heard.push("removed");
  leaf.addEventListener("e", () => leaf.removeEventListener("e", removed));
  leaf.addEventListener("e", removed);
  leaf.addEventListener("e", { handleEvent: (event: Event) => event.preventDefault() });
  body.addEventListener("e", (event: Event) => event.stopPropagation());
  body.addEventListener("e", () => heard.push("body"));
  body.parentNode.addEventListener("e", () => heard.push("never"));
  const stop = new AbortController();
  leaf.addEventListener("e", () => heard.push("aborted"), { signal: stop.signal });
  stop.abort();
  assertEquals(leaf.dispatchEvent(new Event("e", { bubbles: true, cancelable: true })), false);
  assertEquals(leaf.dispatchEvent(new Event("e", { bubbles: true })), true);
  assertEquals(heard, ["once", "body", "body"]);
  assertEquals(thrown, [error, error]);
});
