// Workers of the app's, and those that they have themselves.
// @app sockets
const told = [];
const outer = new Worker("outer.js");
outer.onmessage = ({ data }) => told.push(data);
outer.onerror = (event) => { event.preventDefault(); told.push(["the outer one's error", event.message]); };
/** What a worker tells of a message, as soon as there is so much of it. */
const say = async (what, message, count = 1) => {
  if (message !== undefined) outer.postMessage(message);
  await until(() => told.length >= count, 2000);
  await until(() => false, 50);
  note(what, told.splice(0));
};
await say("a worker's worker: it is there");
await say("what a worker has", "attempts");
await say("a worker's worker: a message to it and back", 21);
await say("a worker's worker: its error", "throw");
await say("a worker's worker: it goes on after that", 4);
await say("a worker's worker: it closes itself", "close");
await say("then it hears nothing", 5, 0);
outer.terminate();
await say("a worker that was ended", 1, 0);
