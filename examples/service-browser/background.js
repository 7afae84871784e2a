'use strict';

chrome.app.runtime.onLaunched.addListener(() => {
  chrome.app.window.create('browser.html', { id: 'browser', innerBounds: { width: 720, height: 480 } });
});
