addEventListener("load", () => globalThis.inner = document.querySelector("iframe").contentWindow);
