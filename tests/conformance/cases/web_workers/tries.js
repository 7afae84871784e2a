// What a worker gets of another server.
globalThis.tries = async (base, stranger) => {
  const shown = (value) => typeof value === "string"
    ? value.replaceAll(location.origin, "ORIGIN").replace(/chrome-extension:\/\/[a-p]{32}/g, "ORIGIN").replaceAll(base, "BASE").replaceAll(stranger, "STRANGER")
    : Array.isArray(value) ? value.map(shown) : value;
  const said = (text) => {
    if (!text.startsWith("{")) return text;
    const { method, headers, body } = JSON.parse(text);
    return [method, body, headers.map(([name, value]) => name + ": " + shown(value).replace("utf-8", "UTF-8"))];
  };
  const get = (url, options) => fetch(url, options).then(async (answer) => shown([answer.status, answer.type, answer.url, answer.headers.get("x-theirs"), said(await answer.text())]), (error) => error.name);
  const request = (url, { method = "GET", body = null, sync = false } = {}) => new Promise((done) => {
    const xhr = new XMLHttpRequest();
    const end = () => done(shown([xhr.status, xhr.readyState, xhr.responseURL, xhr.getResponseHeader("x-theirs"), said(xhr.responseText)]));
    xhr.open(method, url, !sync);
    if (!sync) xhr.onloadend = end;
    try {
      xhr.send(body);
      if (sync) end();
    } catch (error) {
      done([error.name, xhr.status]);
    }
  });
  const hear = (url) => new Promise((done) => {
    const source = new EventSource(url), heard = [];
    source.onopen = source.onmessage = source.onerror = (event) => {
      heard.push(event.type, source.readyState, event.data === undefined ? "" : event.data);
      if (event.type === "open") return;
      source.close();
      done(heard);
    };
  });
  const bring = (...urls) => {
    try {
      importScripts(...urls);
      return "brought";
    } catch (error) {
      return error.name;
    }
  };
  const copy = (await fetch(base + "/echo")).clone();
  return [
    ["fetch", await get(base + "/echo")],
    ["fetch: POST", await get(base + "/echo", { method: "POST", body: "b" })],
    ["fetch: moved", await get(base + "/moved/302?to=/echo")],
    ["fetch: a stranger", await get(stranger + "/echo")],
    ["fetch: a stranger who allows it", await get(stranger + "/allowed")],
    ["fetch: nobody there", await get("http://127.0.0.1:1/")],
    ["fetch: a clone", shown([copy.url, copy.type, copy.headers.get("x-theirs")])],
    ["fetch: the app's own file", await get(self.origin + "/tries.js").then(([status, type]) => [status, type])],
    ["XMLHttpRequest", await request(base + "/echo")],
    ["XMLHttpRequest: POST", await request(base + "/echo", { method: "POST", body: "b" })],
    ["XMLHttpRequest: a stranger", await request(stranger + "/echo")],
    ["XMLHttpRequest: synchronous", await request(base + "/echo", { sync: true })],
    ["EventSource", await hear(base + "/events?text=data: x%0A%0A&stay")],
    ["EventSource: a stranger", await hear(stranger + "/events?stay")],
    ["importScripts", bring(base + "/script")],
    ["importScripts: nobody there", bring("http://127.0.0.1:1/")],
    ["importScripts: a stranger", bring(stranger + "/script")],
    ["importScripts: a blob", bring(URL.createObjectURL(new Blob(["globalThis.blob = 1"], { type: "text/javascript" })))],
    ["a module of another server", await import(base + "/script").then(() => "brought", (error) => error.name)],
    ["what was brought", [typeof brought, typeof blob]],
  ];
};
