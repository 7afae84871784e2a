// Programs (program.js) whose steps are made in several pages of the app. Each program has windows of its own.
"use strict";

globalThis.Placed = {
  execute(steps, quiet, ports) {
    const windows = new Map();
    const pages = {
      open: (name) =>
        new Promise((resolve) => {
          chrome.app.window.create("page.html", (made) => {
            windows.set(name, made);
            resolve(made.contentWindow.chrome);
          });
        }),
      close: (name) =>
        new Promise((resolve) => {
          windows.get(name).onClosed.addListener(() => resolve());
          windows.get(name).close();
        }),
    };
    return Program.execute(steps, quiet, ports, pages);
  },
};
