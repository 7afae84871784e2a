// The databases that an app keeps in its pages: versions, transactions, keys, cursors, what is refused.
// @app none
const wait = (request) => new Promise((done) => {
  request.onsuccess = () => done(request.result);
  request.onerror = (event) => { event.preventDefault(); done({ error: request.error.name }); };
});
const end = (transaction) => new Promise((done) => {
  transaction.oncomplete = () => done("complete");
  transaction.onabort = () => done("aborted: " + (transaction.error && transaction.error.name));
});
const refused = (work) => { try { return work(); } catch (error) { return error.name; } };
/** Opens a database, and tells in which order its events came. */
const open = (name, version, upgrade = () => {}) => new Promise((done) => {
  const request = indexedDB.open(name, version), log = [];
  request.onupgradeneeded = (event) => {
    log.push(`upgrade from ${event.oldVersion} to ${event.newVersion}`);
    request.transaction.oncomplete = () => log.push("upgraded");
    upgrade(request.result, request.transaction);
  };
  request.onblocked = (event) => log.push(`blocked from ${event.oldVersion} to ${event.newVersion}`);
  request.onsuccess = () => { log.push("open"); done({ db: request.result, log }); };
  request.onerror = () => { log.push(request.error.name); done({ db: null, log }); };
});

note("what there is", ["indexedDB", "IDBKeyRange", "IDBDatabase", "IDBCursorWithValue", "IDBVersionChangeEvent"].map((name) => typeof self[name]));
note("databases at first", await indexedDB.databases());
const first = await open("db", 2, (db) => {
  const people = db.createObjectStore("people", { keyPath: "id", autoIncrement: true });
  people.createIndex("name", "name", { unique: true });
  people.createIndex("tags", "tags", { multiEntry: true });
  db.createObjectStore("any");
  note("a store again", refused(() => db.createObjectStore("any")));
  note("a path that is none", refused(() => db.createObjectStore("bad", { keyPath: "1 2" })));
});
note("a new database", first.log);
const { db } = first;
note("its shape", [db.name, db.version, [...db.objectStoreNames], [...db.transaction("people").objectStore("people").indexNames]]);
note("an older version", (await open("db", 1)).log);
note("version 0", refused(() => indexedDB.open("db", 0)));
note("databases", await indexedDB.databases());

const writing = db.transaction(["people", "any"], "readwrite"), people = writing.objectStore("people"), any = writing.objectStore("any");
const keys = [3, -Infinity, "b", "a", "B", new Date(5), new Date(-5), [], [1, "x"], [1], new Uint8Array([2, 1]), 0.5, Infinity, "", "\u{10000}", "\uffff"];
for (const key of keys) any.put(key instanceof Date ? `date ${key.getTime()}` : String(key), key);
const ids = [];
for (const [name, tags] of [["Eve", ["x", "y", "x", null]], ["Ada", ["y"]], ["Bob", "z"]]) ids.push(await wait(people.add({ name, tags })));
note("numbers that are given", ids);
note("a number of the app's, and the next", [await wait(people.put({ id: 10.5, name: "Zoe" })), await wait(people.put({ name: "Yan" }))]);
note("a name twice", await wait(people.add({ name: "Ada" })));
note("a key twice", await wait(any.add(1, 3)));
note("keys that are none", [NaN, true, null, {}, [[undefined]], new Date(NaN), /x/].map((key) => refused(() => any.put(1, key) && "put")));
note("what cannot be kept", refused(() => any.put(() => {}, 1)));
note("no key", refused(() => any.put(1)));
note("a key beside a path", refused(() => people.put({ name: "x" }, 1)));
note("the end of a transaction", await end(writing));
note("after the end", refused(() => any.put(1, 1)));
note("in a transaction that only reads", refused(() => db.transaction("any").objectStore("any").put(1, 1)));
note("a store that is not there", refused(() => db.transaction("none")));
note("no store", refused(() => db.transaction([])));

const reading = db.transaction(["people", "any"]);
const read = (name) => reading.objectStore(name);
note("the order of keys", (await wait(read("any").getAll())));
note("a range", await wait(read("any").getAll(IDBKeyRange.bound(0.5, "b", true, false))));
note("two of a range", await wait(read("any").getAllKeys(IDBKeyRange.lowerBound("a"), 2)));
note("how many", [await wait(read("any").count()), await wait(read("any").count("a")), await wait(read("people").index("tags").count("y"))]);
note("what is not there", await wait(read("any").get("none")));
note("by an index", [await wait(read("people").index("name").getAllKeys()), await wait(read("people").index("tags").getKey("z"))]);
const walk = (source, range, direction) => new Promise((done) => {
  const seen = [], request = source.openCursor(range, direction);
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null) return done(seen);
    seen.push([cursor.key, cursor.primaryKey, cursor.value.name]);
    cursor.continue();
  };
});
for (const direction of ["next", "nextunique", "prev", "prevunique"]) note("a cursor: " + direction, await walk(read("people").index("tags"), null, direction));
note("a range of nothing", refused(() => IDBKeyRange.bound(2, 1)));

const order = [], both = ["one", "two"].map((name) => {
  const transaction = db.transaction("any", "readwrite");
  transaction.objectStore("any").put(name, "order").onsuccess = () => order.push(name + " put");
  return end(transaction).then(() => order.push(name + " complete"));
});
await Promise.all(both);
note("two transactions of a store", order);
const thrown = db.transaction("any", "readwrite");
thrown.objectStore("any").put("never", "thrown");
thrown.abort();
note("a transaction taken back", await end(thrown));
note("nothing of it is there", await wait(db.transaction("any").objectStore("any").get("thrown")));
const failing = db.transaction("any", "readwrite");
failing.objectStore("any").put("never", "failing");
failing.objectStore("any").add("again", "order");
note("an error that nobody minds", await end(failing));
note("nothing of that is there", await wait(db.transaction("any").objectStore("any").get("failing")));
const removing = db.transaction("any", "readwrite").objectStore("any");
removing.delete(IDBKeyRange.lowerBound("a"));
note("what is left", (await wait(removing.getAll())).length);
removing.clear();
note("then nothing", await wait(removing.count()));

// A new version, while the old one is open.
const changes = [];
db.onversionchange = (event) => { changes.push(`${event.oldVersion} to ${event.newVersion}`); db.close(); };
const next = open("db", 3, (db, transaction) => {
  db.deleteObjectStore("any");
  transaction.objectStore("people").name = "persons";
});
note("the new one", (await next).log);
note("the old one hears", changes);
const taken = await open("taken", 1, (db, transaction) => { db.createObjectStore("s"); transaction.abort(); });
note("an upgrade that is taken back", taken.log);
note("what is deleted", [await wait(indexedDB.deleteDatabase("taken")), await wait(indexedDB.deleteDatabase("never"))]);
note("the order of keys by cmp", [[1, 2], ["a", 1], [[1], []], [new Date(1), 1]].map(([a, b]) => indexedDB.cmp(a, b)));
