var ran = true;
var atFirst = { given: globalThis.given, id: chrome.app.window.current().id };
var changes = [];
chrome.storage.onChanged.addListener((change, area) => changes.push([change, area]));
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  if (message.to && message.to !== atFirst.id) return;
  if (message.say === 'now') reply({ from: atFirst.id, url: sender.url.replace(/^.*\//, '') });
  if (message.say === 'later') {
    setTimeout(() => reply('late'), 10);
    return true;
  }
});
chrome.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener((message) => port.postMessage(`${atFirst.id} heard ${message} on ${port.name}`));
});
