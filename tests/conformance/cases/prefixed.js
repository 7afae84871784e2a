// The names with a prefix that apps written for Chrome use, and Chromium still has.
// @app none
// @frames
const names = {
  window: ["webkitURL", "webkitRequestAnimationFrame", "webkitCancelAnimationFrame", "WebKitCSSMatrix", "WebKitMutationObserver", "webkitRTCPeerConnection", "webkitMediaStream", "webkitAudioContext", "webkitIndexedDB", "webkitNotifications", "webkitRequestFileSystem"],
  document: ["webkitFullscreenEnabled", "webkitFullscreenElement", "webkitCurrentFullScreenElement", "webkitIsFullScreen", "webkitExitFullscreen", "webkitCancelFullScreen", "onwebkitfullscreenchange", "onwebkitfullscreenerror", "webkitHidden", "webkitVisibilityState", "webkitPointerLockElement"],
  "an element": ["webkitRequestFullscreen", "webkitRequestFullScreen", "webkitMatchesSelector", "webkitRequestPointerLock", "onwebkitfullscreenchange", "onwebkitfullscreenerror"],
  navigator: ["webkitGetUserMedia", "webkitTemporaryStorage", "webkitPersistentStorage", "webkitBattery"],
  "a mouse's event": ["webkitMovementX", "webkitMovementY"],
  "a style": ["webkitTransform", "WebkitTransform", "webkitUserSelect", "webkitTransition", "webkitAnimation", "webkitFilter", "webkitBoxFlex", "webkitMask"],
};
const objects = { window, document, navigator, "an element": document.body, "a mouse's event": new MouseEvent("mousemove"), "a style": document.body.style };
for (const [label, all] of Object.entries(names)) note(label, all.filter((name) => name in objects[label]));
note("what they are", [document.webkitIsFullScreen, document.webkitFullscreenElement, document.webkitCurrentFullScreenElement, document.webkitFullscreenEnabled === document.fullscreenEnabled, webkitURL === URL, WebKitMutationObserver === MutationObserver]);
note("a selector", document.body.webkitMatchesSelector("body"));
attempt("out of no full screen", () => document.webkitExitFullscreen());
attempt("out of no full screen, as it was called", () => document.webkitCancelFullScreen());
const canceled = [];
const frame = webkitRequestAnimationFrame(() => canceled.push("ran"));
webkitCancelAnimationFrame(frame);
note("a frame taken back", canceled);
note("room that is asked for", await new Promise((done) => navigator.webkitPersistentStorage.requestQuota(1000, done)));
