"""`indexedDB` without a browser: as in one, and kept from one run to the next."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Waits for a request or a transaction; the page's own short way to a database.
HELP = """
const wait = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const done = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve("complete");
  transaction.onabort = () => reject(transaction.error);
});
const open = (name, version, upgrade) => {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = (event) => upgrade?.(request.result, event);
  return wait(request);
};
const result = (value) => console.log("RESULT " + JSON.stringify(value));
const main = (work) => chrome.app.runtime.onLaunched.addListener(() =>
  work().then(result, (error) => result(`${error.stack ?? error}`)));
"""


@pytest.fixture
def app(start_app):
    """Starts an app of this script, or the same one with the same storage again."""

    async def start(script: str, *, again=None, **more):
        if again is None:
            return await start_app(HELP + script, **more)
        await again.app.stop()
        root = again.app.app.files.root if hasattr(again.app.app.files, "root") else None
        assert root is not None
        (root / "background.js").write_text(HELP + script)
        return await start_app.run(root, storage=again.app.host.storage)

    return start


async def test_values_of_every_kind_are_there_at_the_next_run(app) -> None:
    first = await app(
        """
main(async () => {
  const db = await open("db", 3, (db) => {
    const people = db.createObjectStore("people", { keyPath: "id", autoIncrement: true });
    people.createIndex("name", "name", { unique: true });
    people.createIndex("tags", "tags", { multiEntry: true });
    db.createObjectStore("things");
  });
  const t = db.transaction(["people", "things"], "readwrite");
  for (const name of ["Ada", "Bob"]) t.objectStore("people").put({ name, tags: [name, "all"] });
  const things = t.objectStore("things");
  const cycle = { map: new Map([[1, new Set(["x"])]]), date: new Date(5), bytes: new Uint8Array([1, 2]) };
  Object.assign(cycle, { big: 10n, self: cycle });
  things.put(cycle, "cycle");
  const file = new File(["content"], "f.txt", { type: "text/plain", lastModified: 7 });
  things.put({ list: [new Blob(["blob"]), file], nothing: undefined }, [new Date(3), "\\ud800", -Infinity]);
  things.put("by bytes", new Uint8Array([255, 0]));
  await done(t);
  return [db.version, [...db.objectStoreNames]];
});
"""
    )
    assert await first.result() == [3, ["people", "things"]]
    second = await app(
        """
main(async () => {
  const db = await open("db");
  const t = db.transaction(["people", "things"], "readwrite");
  const people = t.objectStore("people"), things = t.objectStore("things");
  const names = await wait(people.index("tags").getAll("all"));
  const bob = await wait(people.index("name").get("Bob"));
  const next = await wait(people.add({ name: "Eve" }));
  const cycle = await wait(things.get("cycle"));
  const { list: [blob, file] } = await wait(things.get([new Date(3), "\\ud800", -Infinity]));
  const bytes = await wait(things.get(new Uint8Array([255, 0])));
  return [db.version, names.map(({ name }) => name), bob.id, next, cycle.self === cycle,
    [...cycle.map.get(1)], cycle.date.getTime(), [...cycle.bytes], `${cycle.big}`,
    await blob.text(), await file.text(), file.name, file.type, file.lastModified, bytes,
    await indexedDB.databases()];
});
""",
        again=first,
    )
    assert await second.result() == [
        *[3, ["Ada", "Bob"], 2, 3, True, ["x"], 5, [1, 2], "10", "blob", "content", "f.txt", "text/plain", 7],
        *["by bytes", [{"name": "db", "version": 3}]],
    ]


async def test_an_upgrade_renames_removes_and_adds_and_what_is_taken_back_is_not_kept(app) -> None:
    first = await app(
        """
main(async () => {
  const db = await open("db", 1, (db) => {
    db.createObjectStore("a").put("of a", 1);
    db.createObjectStore("b").put("of b", 1);
  });
  const t = db.transaction("a", "readwrite");
  t.objectStore("a").put("never", 2);
  t.objectStore("a").delete(1);
  t.abort();
  await done(t).catch(() => {});
  db.close();
  const next = await open("db", 2, (db, { target: { transaction } }) => {
    transaction.objectStore("a").name = "renamed";
    db.deleteObjectStore("b");
    db.createObjectStore("c").put("of c", 1);
  });
  next.close();
  const failed = await open("db", 3, (db, { target: { transaction } }) => {
    db.deleteObjectStore("c");
    transaction.abort();
  }).catch(({ name }) => name);
  return [next.version, failed];
});
"""
    )
    assert await first.result() == [2, "AbortError"]
    second = await app(
        """
main(async () => {
  const db = await open("db");
  const all = [];
  for (const name of db.objectStoreNames) {
    const store = db.transaction(name).objectStore(name);
    all.push(name, await wait(store.getAllKeys()), await wait(store.getAll()));
  }
  return [db.version, ...all];
});
""",
        again=first,
    )
    assert await second.result() == [2, "c", [1], ["of c"], "renamed", [1], ["of a"]]


async def test_a_deleted_database_is_gone_at_the_next_run_too(app) -> None:
    first = await app(
        """
main(async () => {
  (await open("db", 1, (db) => db.createObjectStore("s").put(1, 1))).close();
  await open("kept", 1);
  await wait(indexedDB.deleteDatabase("db"));
  return [await indexedDB.databases(), (await open("db", 1)).objectStoreNames.length];
});
"""
    )
    assert await first.result() == [[{"name": "kept", "version": 1}], 0]
    second = await app(
        """
main(async () => {
  await wait(indexedDB.deleteDatabase("db"));
  return await indexedDB.databases();
});
""",
        again=first,
    )
    assert await second.result() == [{"name": "kept", "version": 1}]


async def test_a_refused_record_that_the_app_shrugs_off_is_not_kept(app) -> None:
    first = await app(
        """
main(async () => {
  const db = await open("db", 1, (db) => db.createObjectStore("s").createIndex("i", "u", { unique: true }));
  const t = db.transaction("s", "readwrite");
  t.objectStore("s").put({ u: 1 }, "a");
  t.objectStore("s").put({ u: 2 }, "b");
  const refused = t.objectStore("s").put({ u: 1 }, "b");
  refused.onerror = (event) => event.preventDefault();
  await done(t);
  return refused.error.name;
});
"""
    )
    assert await first.result() == "ConstraintError"
    second = await app(
        'main(async () => wait((await open("db")).transaction("s").objectStore("s").getAll()));', again=first
    )
    assert await second.result() == [{"u": 1}, {"u": 2}]


async def test_what_is_too_much_is_refused_and_large_values_are_kept(app) -> None:
    first = await app(
        """
main(async () => {
  const db = await open("db", 1, (db) => db.createObjectStore("s"));
  const put = (key, size) => {
    const t = db.transaction("s", "readwrite");
    t.objectStore("s").put(new Uint8Array(size).fill(7), key);
    return done(t).catch(({ name }) => name);
  };
  return [await put("large", 20 << 20), await put("too large", 50 << 20), await put("small", 1)];
});
"""
    )
    assert await first.result() == ["complete", "QuotaExceededError", "complete"]
    second = await app(
        """
main(async () => {
  const all = await wait((await open("db")).transaction("s").objectStore("s").getAll());
  return all.map((bytes) => [bytes.length, bytes.every((each) => each === 7)]);
});
""",
        again=first,
    )
    assert await second.result() == [[20 << 20, True], [1, True]]


async def test_what_a_listener_throws_is_printed_and_ends_its_transaction(app) -> None:
    running = await app(
        """
main(async () => {
  const db = await open("db", 1, (db) => db.createObjectStore("s"));
  const t = db.transaction("s", "readwrite");
  t.objectStore("s").put(1, 1).onsuccess = () => { throw new Error("of the app"); };
  return await done(t).catch(({ name }) => name);
});
"""
    )
    assert await running.result() == "AbortError"
    level, place, text = await running.says("Uncaught Error: of the app")
    assert level == "error"
    assert place.startswith("background.js:")
    assert not text.startswith("AggregateError")


async def test_a_window_has_the_same_databases_and_gets_its_own_objects(app) -> None:
    running = await app(
        """
chrome.app.runtime.onLaunched.addListener(async () => {
  (await open("db", 1, (db) => db.createObjectStore("s").put([{ date: new Date(1) }], 1)));
  chrome.app.window.create("window.html");
});
""",
        files={
            "window.html": '<script src="window.js"></script>',
            "window.js": HELP
            + """
(async () => {
  const db = await open("db");
  const store = db.transaction("s").objectStore("s");
  const value = await wait(store.get(1)), all = await wait(store.getAll());
  const cursor = await wait(store.openCursor());
  result([value, all, cursor.value].map((each) => each instanceof Array).concat(
    value[0] instanceof Object, value[0].date instanceof Date, IDBKeyRange.only(1).lower,
    db instanceof IDBDatabase));
})();
""",
        },
    )
    assert await running.result() == [True, True, True, True, True, 1, True]


async def test_many_requests_take_no_time_to_speak_of(app) -> None:
    running = await app(
        """
main(async () => {
  const db = await open("db", 1, (db) => db.createObjectStore("s"));
  const begun = performance.now();
  const t = db.transaction("s", "readwrite");
  for (let i = 0; i < 5000; i++) t.objectStore("s").put({ i }, i);
  await done(t);
  return performance.now() - begun;
});
"""
    )
    assert float(str(await running.result())) < 5000


async def test_an_app_that_replaces_timers_and_clones_keeps_its_databases(app) -> None:
    running = await app(
        """
setTimeout = setImmediate = scheduler = structuredClone_ = () => {};
main(async () => {
  const db = await open("db", 1, (db) => db.createObjectStore("s").put(1, 1));
  return wait(db.transaction("s").objectStore("s").get(1));
});
"""
    )
    assert await running.result() == 1


async def test_what_was_complete_is_there_after_a_kill_and_nothing_is_half_written(
    tmp_path: Path,
) -> None:
    """Pairs are written in one transaction each; the daemon and the page are killed between two of them."""
    root = tmp_path / "app"
    root.mkdir()
    (root / "manifest.json").write_text(
        '{"manifest_version": 2, "name": "Kill", "version": "1", '
        '"app": {"background": {"scripts": ["b.js"]}}}'
    )
    writing = """
main(async () => {
  const db = await open("db", 1, (db) => db.createObjectStore("s"));
  for (let i = 0;; i++) {
    const t = db.transaction("s", "readwrite");
    for (const half of ["a", "b"]) t.objectStore("s").put("x".repeat(50000), [half, i]);
    await done(t);
    console.log(`complete ${i}`);
  }
});
"""
    reading = """
main(async () => {
  const keys = await wait((await open("db")).transaction("s").objectStore("s").getAllKeys());
  return ["a", "b"].map((half) => keys.filter(([of]) => of === half).length);
});
"""
    environment = {**os.environ, "HOMEPORT_DATA_DIR": str(tmp_path / "data")}

    def start(script: str) -> subprocess.Popen[str]:
        (root / "b.js").write_text(HELP + script)
        return subprocess.Popen(
            [sys.executable, "-m", "homeport", "run", "--headless", str(root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )

    def kill() -> int:
        with start(writing) as process:
            assert process.stdout is not None
            last = -1
            for line in process.stdout:
                if "complete " in line:
                    last = int(line.split("complete ")[1].split()[0])
                if last == 20:
                    break
            process.kill()
            # What it had still said.
            for line in process.stdout:
                if "complete " in line:
                    last = int(line.split("complete ")[1].split()[0])
        return last + 1

    def count() -> list[int]:
        import json

        with start(reading) as process:
            assert process.stdout is not None
            line = next(line for line in process.stdout if "RESULT " in line)
            process.terminate()
        found: list[int] = json.loads(line.split("RESULT ")[1])
        return found

    complete = await asyncio.to_thread(kill)
    first, second = await asyncio.to_thread(count)
    assert first == second >= complete
