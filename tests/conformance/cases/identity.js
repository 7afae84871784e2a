// What an app hears of its user where nobody is signed in, of its commands, and of messages from a server.
// @app identity
const ended = (what, call) => new Promise((done) => {
  try {
    call((...results) => done({ error: chrome.runtime.lastError?.message ?? null, results }));
  } catch (error) {
    done(["throws", String(error)]);
  }
}).then((seen) => note(what, seen));
const { identity, commands } = chrome;
note("keys", Object.keys(identity));
note("AccountStatus", identity.AccountStatus);
await ended("getAuthToken", (done) => identity.getAuthToken(done));
await ended("getAuthToken, not interactive", (done) => identity.getAuthToken({ interactive: false }, done));
await ended("getAuthToken with scopes", (done) => identity.getAuthToken({ scopes: ["x"] }, done));
await ended("getAuthToken with no scopes", (done) => identity.getAuthToken({ scopes: [] }, done));
await ended("getAuthToken of an account", (done) => identity.getAuthToken({ account: { id: "1" } }, done));
await ended("getProfileUserInfo", (done) => identity.getProfileUserInfo(done));
await ended("getProfileUserInfo of any", (done) => identity.getProfileUserInfo({ accountStatus: "ANY" }, done));
await ended("removeCachedAuthToken", (done) => identity.removeCachedAuthToken({ token: "x" }, done));
await ended("clearAllCachedAuthTokens", (done) => identity.clearAllCachedAuthTokens(done));
await ended("getAccounts", (done) => identity.getAccounts(done));
note("getRedirectURL", [[], ["a"], ["/a/b"], [""], ["?x"]].map((args) => identity.getRedirectURL(...args).replace(chrome.runtime.id, "ID")));
await ended("launchWebAuthFlow", (done) => identity.launchWebAuthFlow({ url: "https://nowhere.invalid/" }, done));
note("a promise", await identity.getAuthToken({}).then(String, String));
for (const [label, call] of Object.entries({
  "getAuthToken(1)": () => identity.getAuthToken(1), "getAuthToken({ other })": () => identity.getAuthToken({ other: 1 }), "getAuthToken({ scopes: 1 })": () => identity.getAuthToken({ scopes: 1 }),
  "getProfileUserInfo(1)": () => identity.getProfileUserInfo(1), "getProfileUserInfo({ accountStatus: 'x' })": () => identity.getProfileUserInfo({ accountStatus: "x" }),
  "removeCachedAuthToken({})": () => identity.removeCachedAuthToken({}), "launchWebAuthFlow({})": () => identity.launchWebAuthFlow({}), "getRedirectURL(1)": () => identity.getRedirectURL(1),
})) attempt(label, () => { call()?.catch?.(() => {}); return "returned"; });
note("onSignInChanged", Object.keys(identity.onSignInChanged).length);
note("keys of commands", Object.keys(commands));
await ended("commands.getAll", (done) => commands.getAll(done));
attempt("commands.getAll(1)", () => { commands.getAll(1); return "returned"; });
note("keys of gcm", Object.keys(chrome.gcm));
note("MAX_MESSAGE_SIZE", chrome.gcm.MAX_MESSAGE_SIZE);
const message = { destinationId: "a", messageId: "1", data: { k: "v" } };
for (const [label, call] of Object.entries({
  "gcm.register()": () => chrome.gcm.register(), "gcm.register(1)": () => chrome.gcm.register(1), "gcm.register([])": () => chrome.gcm.register([]), "gcm.register([1])": () => chrome.gcm.register([1]),
  "gcm.unregister(1)": () => chrome.gcm.unregister(1), "gcm.send()": () => chrome.gcm.send(), "gcm.send({})": () => chrome.gcm.send({}),
  "gcm.send without data": () => chrome.gcm.send({ ...message, data: undefined }), "gcm.send with a number": () => chrome.gcm.send({ ...message, data: { k: 1 } }), "gcm.send that lives too short": () => chrome.gcm.send({ ...message, timeToLive: -1 }),
})) attempt(label, () => { call()?.catch?.(() => {}); return "returned"; });
chrome.gcm.onMessage.addListener(() => {});
