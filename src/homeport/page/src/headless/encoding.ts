// In what a page is encoded, as browsers look for it.

/** How far into a page browsers look for what it says of itself. */
const PRESCAN = 1024;
const DECLARED = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i;

/** The text of a page: in the encoding of its byte order mark, or that it declares, or in UTF-8. */
export function decodeHtml(bytes: Uint8Array): string {
  return decoder(marked(bytes) ?? declared(bytes)).decode(bytes);
}

function marked([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : null;
}

/** A page that could be read thus far is not in UTF-16, whatever it says. */
function declared(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, PRESCAN)).replace(
    /<!--[^]*?(?:-->|$)/g,
    "",
  );
  const name = DECLARED.exec(start)?.[1] ?? "utf-8";
  return /^utf-?16/i.test(name) ? "utf-8" : name;
}

function decoder(name: string): TextDecoder {
  try {
    return new TextDecoder(name);
  } catch { // there is no such encoding
    return new TextDecoder();
  }
}
