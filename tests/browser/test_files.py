"""``chrome.fileSystem``, in every browser: over handles where there are some, over a file input else."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio
from tests.support.browsers import until

BACKGROUND = "/_generated_background_page.html"
WINDOW = "/window.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

#: The dialogs cannot be driven; the handles that they give here are the browser's own, of its private files.
_HANDLES = """(async () => {
  const own = await navigator.storage.getDirectory();
  const folder = await own.getDirectoryHandle('chosen', {create: true});
  const file = await folder.getFileHandle('notes.txt', {create: true});
  const stream = await file.createWritable();
  await stream.write('hello');
  await stream.close();
  globalThis.showOpenFilePicker = async (options) => (globalThis.asked = options, [file]);
  globalThis.showSaveFilePicker = async (options) => (globalThis.asked = options, file);
  globalThis.showDirectoryPicker = async (options) => (globalThis.asked = options, folder);
})()"""

_INPUT = """(() => {
  delete globalThis.showOpenFilePicker;
  globalThis.showOpenFilePicker = undefined;
  globalThis.saved = [];
  HTMLInputElement.prototype.click = function () {
    globalThis.asked = true;
    const data = new DataTransfer();
    data.items.add(new File(['picked'], 'a.txt', {type: 'text/plain'}));
    if (this.multiple) data.items.add(new File(['more'], 'b.txt'));
    this.files = data.files;
    this.dispatchEvent(new Event('change'));
  };
  HTMLAnchorElement.prototype.click = function () {
    globalThis.asked = true;
    fetch(this.href).then((answer) => answer.text()).then((text) => saved.push([this.download, text]));
  };
})()"""

_CANCEL = """(() => {
  globalThis.showOpenFilePicker = async () => {
    globalThis.asked = true;
    throw new DOMException('The user aborted a request.', 'AbortError');
  };
})()"""

_TOOLS = """(() => {
  globalThis.ask = (path, ...args) => {
    const [space, name] = path.split('.');
    return new Promise((done) => chrome[space][name](...args, (...results) => {
      done({results, error: chrome.runtime.lastError?.message});
    }));
  };
  globalThis.choose = (options) => ask('fileSystem.chooseEntry', options);
  globalThis.on = (object, name, ...args) => new Promise((done, no) => object[name](...args, done, no));
  globalThis.write = async (entry, text) => {
    const writer = await on(entry, 'createWriter');
    await new Promise((done, no) => {
      writer.onwriteend = done;
      writer.onerror = () => no(writer.error);
      writer.write(new Blob([text]));
    });
  };
})()"""


@pytest_asyncio.fixture(loop_scope="session")
async def stage(stage):
    """The app, whose window can choose files."""
    await stage.evaluate(_TOOLS, frame=WINDOW)
    return stage


async def agree(tab, answer="Choose …"):
    """Click a button of the tab's own question; it asks unless it was clicked in just now."""
    asks = "document.querySelectorAll('.homeport-notice button')"
    click = f"[...{asks}].find((button) => button.textContent === '{answer}')?.click()"
    async with asyncio.timeout(20):
        while not await tab.evaluate("!!(globalThis.asked || globalThis.outcome)", frame=WINDOW):
            await tab.evaluate(f"void {click}")
            await asyncio.sleep(0.05)


async def start(tab, expression):
    """Begin something in the window; the outcome comes to be in ``outcome``."""
    await tab.evaluate(f"void ({expression}).then((value) => globalThis.outcome = value)", frame=WINDOW)


async def outcome(tab):
    """What came of it."""
    value = await until(tab, "globalThis.outcome", frame=WINDOW)
    await tab.evaluate("void (globalThis.outcome = undefined)", frame=WINDOW)
    return value


async def test_a_chosen_file_is_read_written_and_kept(stage):
    """Over handles: an entry reads, writes as the app may write, and is restored by its id."""
    await stage.evaluate(_HANDLES, frame=WINDOW)
    await start(
        stage,
        """(async () => {
          const { results: [entry] } = await choose({accepts: [{description: 'Text', extensions: ['txt']}]});
          const before = await (await on(entry, 'file')).text();
          const { results: [writable] } = await ask('fileSystem.isWritableEntry', entry);
          await write(entry, 'h');
          const { results: [same] } = await ask('fileSystem.getWritableEntry', entry);
          await write(same, 'HE');
          const id = chrome.fileSystem.retainEntry(same);
          const { results: [restorable] } = await ask('fileSystem.isRestorable', id);
          const { results: [restored] } = await ask('fileSystem.restoreEntry', id);
          const unknown = await ask('fileSystem.restoreEntry', 'nothing');
          return [entry.fullPath, before, writable, await (await on(restored, 'file')).text(),
                  restorable, unknown.error, asked.types[0].accept];
        })()""",
    )
    await agree(stage)
    assert await outcome(stage) == [
        *("/notes.txt", "hello", True, "HEllo", True, "Unknown id"),
        {"application/octet-stream": [".txt"]},
    ]


async def test_a_chosen_folder_is_walked_and_written(stage):
    """Over handles: files and folders are made, listed, copied and removed."""
    await stage.evaluate(_HANDLES, frame=WINDOW)
    await start(
        stage,
        """(async () => {
          const { results: [root] } = await choose({type: 'openDirectory'});
          const folder = await on(root, 'getDirectory', 'sub', {create: true});
          await write(await on(folder, 'getFile', 'x.txt', {create: true}), 'x');
          const moved = await on(await on(folder, 'getFile', 'x.txt', {}), 'moveTo', root, 'y.txt');
          const list = await on(root.createReader(), 'readEntries');
          await on(folder, 'remove');
          const { size } = await on(moved, 'getMetadata');
          await on(moved, 'remove');
          const left = await on(root.createReader(), 'readEntries');
          const names = left.map((entry) => entry.name);
          return [list.map((entry) => [entry.name, entry.isFile]), moved.fullPath, size, names];
        })()""",
    )
    await agree(stage)
    assert await outcome(stage) == [
        [["notes.txt", True], ["sub", False], ["y.txt", True]],
        *("/y.txt", 1, ["notes.txt"]),
    ]


async def test_without_handles_a_file_input_asks(stage):
    """Over a file input: several files are read, and what is written to one is downloaded."""
    await stage.evaluate(_INPUT, frame=WINDOW)
    await start(
        stage,
        """(async () => {
          const { results: [entries] } = await choose({type: 'openFile', acceptsMultiple: true});
          const texts = await Promise.all(entries.map(async (entry) => (await on(entry, 'file')).text()));
          await write(entries[0], 'P');
          while (saved.length < 1) await new Promise((done) => setTimeout(done, 5));
          return [texts, saved];
        })()""",
    )
    await agree(stage)
    assert await outcome(stage) == [["picked", "more"], [["a.txt", "Picked"]]]


async def test_without_handles_a_saved_file_is_downloaded(stage):
    """What an app saves goes to the user's downloads under the name that it suggested."""
    await stage.evaluate(_INPUT, frame=WINDOW)
    await start(
        stage,
        """(async () => {
          const { results: [entry] } = await choose({type: 'saveFile', suggestedName: 'log.txt'});
          await write(entry, 'line');
          while (saved.length < 1) await new Promise((done) => setTimeout(done, 5));
          return saved;
        })()""",
    )
    await agree(stage)
    assert await outcome(stage) == [["log.txt", "line"]]


async def test_a_user_who_cancels_chose_nothing(stage):
    """The callback comes without an entry, and lastError says why."""
    await stage.evaluate(_CANCEL, frame=WINDOW)
    await start(stage, "choose({})")
    await agree(stage, "Cancel")
    assert await outcome(stage) == {"results": [], "error": "User cancelled"}
