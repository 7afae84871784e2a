'use strict';

chrome.app.runtime.onLaunched.addListener(() => {
  chrome.app.window.create('chat.html', { id: 'chat', innerBounds: { width: 640, height: 480 } });
});
