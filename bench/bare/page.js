// Takes jobs from the control port, through the bench's server, and makes them here or in a worker ("…:worker").
'use strict';

(async () => {
  const base = `ws://${location.host}`;
  const where = { base, ...await (await fetch('config.json')).json() };
  const inWorker = (name, scale) => new Promise((resolve) => {
    const worker = new Worker('measure.js');
    worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
    worker.postMessage([name, where, scale]);
  });
  const run = ({ name, scale }) => name.endsWith(':worker')
    ? inWorker(name.slice(0, -':worker'.length), scale)
    : bareBench(name, where, scale);
  const control = new WebSocket(`${base}/control`);
  const answer = (value) => control.send(`${JSON.stringify(value)}\n`);
  control.onopen = () => answer({ hello: navigator.userAgent });
  control.onmessage = async ({ data }) => {
    const job = JSON.parse(data);
    answer({ id: job.id, ...await run(job).catch((error) => ({ error: String(error) })) });
  };
})();
