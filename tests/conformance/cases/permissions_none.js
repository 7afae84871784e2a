// An app without the sockets key: the namespace is not there.
// @app none
note("chrome.sockets", typeof chrome.sockets);
note("in chrome", "sockets" in chrome);
note("chrome.socket", typeof chrome.socket);
note("chrome.storage without the permission", typeof chrome.storage);
note("chrome.alarms without the permission", typeof chrome.alarms);
note("chrome.system without the permission", typeof chrome.system);
for (const name of ["app", "runtime", "i18n", "extension", "tabs", "management", "permissions", "browser", "test", "windows", "cookies"]) {
  note("chrome." + name, typeof chrome[name]);
}
note("keys of chrome.app", Object.keys(chrome.app).sort());
