// Whether there is a picture at an address of the app's.

/** How the formats begin that Chromium shows: PNG, JPEG, GIF, WebP, BMP, ICO. */
const SIGNS = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "RIFF", "BM", "\0\0\x01\0"];
const SVG = /^\s*(?:<[?!][^]*)?<svg/;
const ENOUGH = 4096;

/**
 * Asks the browser, or where there is none looks at the first bytes. A picture of another server is believed to
 * be there: a page may not load what Chromium loads for an app.
 */
export function isImage(url: string): Promise<boolean> {
  let absolute: URL;
  try {
    absolute = new URL(url, location.href);
  } catch {
    return Promise.resolve(false);
  }
  const own = absolute.origin === location.origin || absolute.href.startsWith(`${location.origin}/`);
  if (!own && !["data:", "blob:"].includes(absolute.protocol)) return Promise.resolve(true);
  return typeof Image === "function" && "decode" in Image.prototype
    ? decodes(absolute.href)
    : begins(absolute.href);
}

async function decodes(url: string): Promise<boolean> {
  const image = new Image();
  image.src = url;
  return await image.decode().then(() => true, () => false);
}

async function begins(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url);
    const bytes = new Uint8Array(await answer.arrayBuffer()).subarray(0, ENOUGH);
    const text = String.fromCharCode(...bytes);
    return answer.ok && (SIGNS.some((sign) => text.startsWith(sign)) || SVG.test(text));
  } catch {
    return false;
  }
}
