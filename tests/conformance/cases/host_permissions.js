// What chrome.permissions says of servers.
// @app hosts
await see("getAll", chrome.permissions.getAll);
for (const origins of [["http://127.0.0.1/*"], ["http://127.0.0.1/"], ["http://127.0.0.1/deep/*"], ["http://127.0.0.1:80/*"], ["http://127.0.0.1:8080/*"], ["http://localhost/*"], ["https://127.0.0.1/*"], ["*://127.0.0.1/*"], ["http://*/*"], ["<all_urls>"],
  ["https://sub.example.com/*"], ["https://*.example.com/*"], ["https://example.com/*"], ["https://*.sub.example.com/*"], ["https://other.com/*"], ["http://127.0.0.1/*", "https://a.example.com/*"], ["http://127.0.0.1/*", "http://localhost/*"], [], ["nonsense"], [""], ["http://127.0.0.1"], ["file:///*"], ["chrome://favicon/*"], ["ws://127.0.0.1/*"], ["http://optional.example/*"], ["nonsense://a/*"], ["http:///*"], ["http://a*/*"], ["http://*a/*"], ["http://a.*/*"], ["http://a:b/*"], ["http://a:99999/*"], ["http://a:*/*"], ["about:blank"], ["*"], ["http:a"], ["http:/a/"], ["://a/*"], ["ftp://a/*"], ["HTTP://127.0.0.1/*"], ["http://127.1/*"], ["https://A.Example.COM/*"], ["http://[::1]/*"], ["http://a b/*"], ["http://*.*/*"], ["https://*.com/*"]]) {
  await see("contains " + JSON.stringify(origins), chrome.permissions.contains, { origins });
}
for (const permissions of [["storage"], ["storage", "alarms"], ["alarms"], ["nonsense"], ["http://127.0.0.1/*"], ["fileSystem"], ["geolocation"], [], ["sockets"]]) {
  await see("contains permissions " + JSON.stringify(permissions), chrome.permissions.contains, { permissions });
}
await see("contains both", chrome.permissions.contains, { permissions: ["storage"], origins: ["http://127.0.0.1/*"] });
await see("contains nothing", chrome.permissions.contains, {});
await see("remove a required server", chrome.permissions.remove, { origins: ["http://127.0.0.1/*"] });
await see("remove a required permission", chrome.permissions.remove, { permissions: ["storage"] });
await see("remove what is not there", chrome.permissions.remove, { permissions: ["alarms"] });
await see("remove an unknown server", chrome.permissions.remove, { origins: ["http://localhost/*"] });
