// Opens a window at each launch, and notes in which order things happen.

var steps = [];
var launches = 0;
var wins = {};

chrome.app.runtime.onLaunched.addListener(() => {
  launches++;
  open('one', { innerBounds: { width: 300, height: 200 } });
});

/** A window of that id; what happens with it goes to `steps`. */
function open(id, { page = 'window.html', ...options } = {}) {
  return new Promise((done) => {
    chrome.app.window.create(page, { id, ...options }, (win) => {
      wins[id] = win;
      const { document, ran } = win.contentWindow;
      steps.push(`${id}: ${document.readyState}, script ${ran ? 'ran' : 'did not run'}`);
      win.contentWindow.given = 'by the callback';
      win.contentWindow.addEventListener('DOMContentLoaded', () => steps.push(`${id}: DOMContentLoaded`));
      win.contentWindow.addEventListener('load', () => (steps.push(`${id}: load`), done(win)));
      win.onClosed.addListener(() => steps.push(`${id}: closed`));
    });
  });
}

/** Calls a function of chrome's with a callback. */
function ask(path, ...args) {
  const names = path.split('.');
  const name = names.pop();
  const place = names.reduce((object, key) => object[key], chrome);
  return new Promise((done) => place[name](...args, (...results) => {
    done({ results, error: chrome.runtime.lastError?.message });
  }));
}
