// Shows a window, says over TCP what it sees, and does what it is told there, a word a message.

const { tcp } = chrome.sockets;
let control;

function say(value) {
  tcp.send(control, new TextEncoder().encode(`${JSON.stringify(value)}\n`).buffer, () => {});
}

function seen(page) {
  const { innerBounds, outerBounds } = page;
  const frame = page.contentWindow;
  return {
    fullscreen: page.isFullscreen(),
    fills: frame.innerWidth === frame.top.innerWidth && frame.innerHeight === frame.top.innerHeight,
    frameless: outerBounds.height === innerBounds.height && innerBounds.height === frame.innerHeight,
  };
}

function open(then) {
  chrome.app.window.create('sign.html', { width: 300, height: 200 }, then);
}

const orders = {
  close: () => chrome.app.window.getAll()[0].close(),
  restore() {
    const [page] = chrome.app.window.getAll();
    page.onRestored.addListener(() => say(seen(page)));
    page.restore();
  },
  replace() {
    chrome.app.window.getAll()[0].close();
    open((page) => say(seen(page)));
  },
  restart: () => chrome.runtime.restart(),
  hang() {
    for (;;);
  },
};

function start(launch) {
  tcp.onReceive.addListener(({ data }) => orders[new TextDecoder().decode(data)]());
  tcp.create({}, async ({ socketId }) => {
    control = socketId;
    const { port } = await (await fetch('config.json')).json();
    tcp.connect(control, '127.0.0.1', port, () => open((page) => say({ launch, ...seen(page) })));
  });
}

chrome.app.runtime.onLaunched.addListener(start);
chrome.app.runtime.onRestarted.addListener(() => start(null));
