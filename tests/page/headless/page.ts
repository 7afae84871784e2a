// A page without a screen, whose owner does nothing.

import { createDocument } from "../../../src/homeport/page/src/headless/dom.ts";

// deno-lint-ignore no-explicit-any
export type Any = any;

/** What `createDocument` gives for a body. */
export function page(body: string): Any {
  const owner = {
    window: globalThis,
    url: () => "chrome-extension://x/page.html",
    readyState: () => "complete",
    currentScript: () => null,
    run: (callable: Any, args: Any, self: Any) => Reflect.apply(callable, self, args),
    scriptInserted: () => {},
    concealed: () => false,
    refuse: () => {},
    unavailable: () => {},
  };
  return createDocument(`<!doctype html><body>${body}</body>`, owner);
}
