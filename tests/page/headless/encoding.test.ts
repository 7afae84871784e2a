import { deepStrictEqual as assertEquals } from "node:assert/strict";
import { decodeHtml } from "../../../src/homeport/page/src/headless/encoding.ts";

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) =>
  new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer);

Deno.test("a page is read in the encoding that it declares", () => {
  for (
    const meta of [
      "<meta charset=iso-8859-1>",
      '<META http-equiv="Content-Type" content="text/html; charset=windows-1252">',
      "<meta charset=' latin1 '>",
    ]
  ) {
    assertEquals(decodeHtml(latin(`<!doctype html>${meta}\u00e9`)), `<!doctype html>${meta}\u00e9`);
  }
});

Deno.test("a byte order mark says more than the page", () => {
  assertEquals(decodeHtml(utf8("\ufeff<meta charset=latin1>\u00e9")), "<meta charset=latin1>\u00e9");
  assertEquals(decodeHtml(utf16("\ufeff<p>\u00e9")), "<p>\u00e9");
});

Deno.test("a page that says nothing, or nothing that there is, is in UTF-8", () => {
  for (
    const start of [
      "",
      "<meta charset=nonsense>",
      "<meta charset=utf-16>",
      "<!-- <meta charset=latin1> -->",
      " ".repeat(1024) + "<meta charset=latin1>",
    ]
  ) {
    assertEquals(decodeHtml(utf8(`${start}\u00e9`)), `${start}\u00e9`);
  }
  assertEquals(decodeHtml(new Uint8Array(0)), "");
});
