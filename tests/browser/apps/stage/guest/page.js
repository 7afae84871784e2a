addEventListener("message", (event) => {
  event.source.postMessage([event.data, window.root, typeof globalThis.chrome?.storage, location.search], "*");
});
