// How every page of an app looks, and in which Chrome it says that it is; a sandboxed one, too.

/** What Chromium gives each page of an app. The font is the system's, as there. */
const STYLE = `
html, body { overflow: hidden }
body { user-select: none; -webkit-user-select: none; cursor: default; font-size: 75% }
body { font-family: system-ui, Arial, sans-serif }
[contenteditable], input { user-select: auto; -webkit-user-select: auto }
img, a { -webkit-user-drag: none }
`;

/** Where apps read which Chrome they run in; many do not expect to find none. */
const CHROME = /Chrome\/\d/;
/** Whose behaviour is followed. */
const VERSION = "Chrome/156.0.0.0";

/** In a layer, since any rule of the app's own counts more. */
export function dress(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer homeport { ${STYLE} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Beside what the browser says of itself, by which libraries know it. */
export function tellVersion(): void {
  if (CHROME.test(navigator.userAgent)) return;
  for (const name of ["userAgent", "appVersion"] as const) {
    const value = `${navigator[name]} ${VERSION}`;
    Object.defineProperty(navigator, name, { get: () => value, enumerable: true, configurable: true });
  }
}
