'use strict';

chrome.app.runtime.onLaunched.addListener(() => {
  chrome.app.window.create('printer.html', { id: 'printer', innerBounds: { width: 640, height: 480 } });
});
