'use strict';

chrome.app.runtime.onLaunched.addListener(() => {
  chrome.app.window.create('client.html', { id: 'client', innerBounds: { width: 640, height: 480 } });
});
