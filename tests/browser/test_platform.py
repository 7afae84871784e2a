"""What an app's pages have beside sockets, in every browser."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.browsers import until
from tests.support.serving import serving

BACKGROUND = "/_generated_background_page.html"
WINDOW = "/window.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def stage(stage):
    """The app with two windows open."""
    await stage.evaluate("open('two').then(() => 1)", frame=BACKGROUND)
    return stage


async def test_messages_between_pages(stage):
    """An answer comes now or later, or the sender is told that there is none."""
    assert await stage.evaluate(
        """(async () => [
          await ask('runtime.sendMessage', {say: 'now', to: 'two'}),
          await ask('runtime.sendMessage', {say: 'later', to: 'one'}),
          await ask('runtime.sendMessage', {say: 'nothing'}),
        ])()""",
        frame=BACKGROUND,
    ) == [
        {"results": [{"from": "two", "url": "_generated_background_page.html"}]},
        {"results": ["late"]},
        {"results": [], "error": "The message port closed before a response was received."},
    ]


async def test_ports_join_pages(stage):
    """What is said on a port is heard in every page that listens, and answered on it."""
    assert await stage.evaluate(
        """(async () => {
          const port = chrome.runtime.connect({name: 'talk'});
          const heard = [];
          port.onMessage.addListener((message) => heard.push(message));
          port.postMessage('this');
          while (heard.length < 2) await new Promise((done) => setTimeout(done, 5));
          return heard.sort();
        })()""",
        frame=BACKGROUND,
    ) == ["one heard this on talk", "two heard this on talk"]


async def test_storage_changes_are_heard_in_every_page(stage):
    """A change is told in each window, before whoever made it gets the answer."""
    assert await stage.evaluate(
        """(async () => {
          await ask('storage.local.set', {key: {list: [1, null]}, gone: undefined});
          const { results: [all] } = await ask('storage.local.get', null);
          const heard = Object.values(wins).map((win) => win.contentWindow.changes.map(([change, area]) =>
            [area, change.key.newValue, change instanceof win.contentWindow.Object]));
          await ask('storage.local.clear');
          return [all, heard];
        })()""",
        frame=BACKGROUND,
    ) == [
        {"key": {"list": [1, None]}},
        [[["local", {"list": [1, None]}, True]], [["local", {"list": [1, None]}, True]]],
    ]


async def test_alarms_ring_in_every_page(stage):
    """An alarm that is due rings and is gone."""
    assert await stage.evaluate(
        """(async () => {
          const rung = [];
          chrome.alarms.onAlarm.addListener((alarm) => rung.push(alarm.name));
          wins.one.contentWindow.chrome.alarms.onAlarm.addListener((alarm) => rung.push('one ' + alarm.name));
          await ask('alarms.create', 'soon', {when: Date.now() + 20});
          const { results: [before] } = await ask('alarms.getAll');
          while (rung.length < 2) await new Promise((done) => setTimeout(done, 5));
          const { results: [after] } = await ask('alarms.getAll');
          return [before.map((alarm) => alarm.name), rung.sort(), after];
        })()""",
        frame=BACKGROUND,
    ) == [["soon"], ["one soon", "soon"], []]


async def test_alarms_are_there_after_a_reload(stage):
    """As in Chrome, where an app may set its alarms once, when it is installed, and never again."""
    assert (
        await stage.evaluate(
            """(async () => {
          await ask('alarms.create', 'gone', {delayInMinutes: 50});
          await ask('alarms.create', 'daily', {delayInMinutes: 60, periodInMinutes: 1440});
          await ask('alarms.create', {when: Date.now() + 1e7});
          await ask('alarms.clear', 'gone');
          const { results: [alarms] } = await ask('alarms.getAll');
          globalThis.before = alarms;
          return alarms.length;
        })()""",
            frame=BACKGROUND,
        )
        == 2
    )
    before = await stage.evaluate("before", frame=BACKGROUND)
    await stage.reload()
    await until(stage, "globalThis.steps?.includes('one: load')", frame=BACKGROUND)
    assert (
        await stage.evaluate("ask('alarms.getAll').then(({results}) => results[0])", frame=BACKGROUND)
        == before
    )
    await stage.evaluate("ask('alarms.clearAll').then(() => 1)", frame=BACKGROUND)
    await stage.reload()
    await until(stage, "globalThis.steps?.includes('one: load')", frame=BACKGROUND)
    assert (
        await stage.evaluate("ask('alarms.getAll').then(({results}) => results[0])", frame=BACKGROUND) == []
    )


async def test_texts_of_the_app(stage):
    """Messages have their placeholders filled in."""
    assert (
        await stage.evaluate("chrome.i18n.getMessage('GREETING', ['Ada', '3'])", frame=BACKGROUND)
        == "Hello Ada, you have 3"
    )


#: One pixel.
PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


async def test_notifications_are_counted_and_cleared(stage):
    """Whether or not the user allows them, an app can make, list and clear notifications."""
    assert await stage.evaluate(
        """(async () => {
          const closed = [];
          chrome.notifications.onClosed.addListener((id, byUser) => closed.push([id, byUser]));
          const options = {type: 'basic', iconUrl: PICTURE, title: 't', message: 'm'};
          const made = await ask('notifications.create', 'n', options);
          const all = await ask('notifications.getAll');
          const cleared = await ask('notifications.clear', 'n');
          const bad = await ask('notifications.create', 'n', {type: 'basic'});
          return [made.results, all.results, cleared.results, closed, typeof bad.error];
        })()""".replace("PICTURE", repr(PICTURE)),
        frame=BACKGROUND,
    ) == [["n"], [{"n": True}], [True], [["n", False]], "string"]


async def test_what_a_notification_lacks_is_told_as_in_chromium(stage):
    """The callback has the id, and lastError what is wrong; nobody is asked before he does something."""
    assert await stage.evaluate(
        """(async () => {
          const basic = {type: 'basic', iconUrl: PICTURE, title: 't', message: 'm'};
          const made = [
            await ask('notifications.create', 'm', {type: 'basic'}),
            await ask('notifications.create', 'p', {...basic, type: 'progress', progress: 400}),
            await ask('notifications.create', 'b', basic),
            await ask('notifications.update', 'b', {progress: 3}),
          ];
          const { results: [all] } = await ask('notifications.getAll');
          return [made, all];
        })()""".replace("PICTURE", repr(PICTURE)),
        frame=BACKGROUND,
    ) == [
        [
            {
                "results": ["m"],
                "error": "Some of the required properties are missing: type, iconUrl, title and message.",
            },
            {"results": ["p"], "error": "The progress value should range from 0 to 100"},
            {"results": ["b"]},
            {
                "results": [False],
                "error": "The progress value should not be specified for non-progress notification",
            },
        ],
        {"b": True},
    ]
    assert not [line for line in stage.lines if "permission" in line.lower()]


async def test_a_query_of_idle_below_its_minimum_throws(stage):
    assert await stage.evaluate(
        "(() => { try { chrome.idle.queryState(14, () => {}); } catch (error) { return String(error); } })()",
        frame=BACKGROUND,
    ) == (
        "TypeError: Error in invocation of idle.queryState(integer detectionIntervalInSeconds, "
        "optional function callback): Error at parameter 'detectionIntervalInSeconds': "
        "Value must be at least 15."
    )


async def test_a_key_of_the_manifest_is_a_command(stage):
    """Pressed in a window, it is told to whoever listens, once, and is not typed; other keys are."""
    assert await stage.evaluate(
        """(async () => {
          const heard = [];
          chrome.commands.onCommand.addListener((...args) => heard.push(args));
          const { contentWindow } = wins.one;
          const press = (init) => {
            const options = { bubbles: true, cancelable: true, ...init };
            const event = new contentWindow.KeyboardEvent('keydown', options);
            return contentWindow.document.body.dispatchEvent(event);
          };
          const typed = [
            press({ code: 'Digit9', key: '9', ctrlKey: true }),
            press({ code: 'Digit8', key: '*', ctrlKey: true, shiftKey: true }),
            press({ code: 'Digit9', key: ')', ctrlKey: true, shiftKey: true }),
            press({ code: 'Digit9', key: ')', ctrlKey: true, shiftKey: true, repeat: true }),
          ];
          while (heard.length === 0) await new Promise((done) => setTimeout(done));
          return [typed, heard];
        })()""",
        frame=BACKGROUND,
    ) == [[True, True, False, True], [["print"]]]


async def test_power_and_idle_answer(stage):
    """Staying awake can be asked for and given up; somebody who just clicked is active."""
    await stage.evaluate("chrome.power.requestKeepAwake('display')", frame=BACKGROUND)
    await stage.evaluate("chrome.power.releaseKeepAwake()", frame=BACKGROUND)
    answer = await stage.evaluate("ask('idle.queryState', 15)", frame=BACKGROUND)
    assert answer == {"results": ["active"]}


async def test_what_a_page_cannot_have_is_said_once(stage):
    """An app that looks for devices finds none and goes on, and the console says so once for all pages."""
    for ask in ("'serial.getDevices'", "'usb.getDevices', {}", "'hid.getDevices', {}"):
        assert await stage.evaluate(f"ask({ask})", frame=BACKGROUND) == {"results": [[]]}
    assert await stage.evaluate("ask('serial.connect', '/dev/ttyS0', {bitrate: 9600})", frame=BACKGROUND) == {
        "results": [],
        "error": "Failed to connect to the port.",
    }
    said = [line for line in stage.lines if "cannot have" in line]
    assert len(said) == 1
    assert "chrome.serial finds no port; chrome.usb finds no device; chrome.hid finds no device" in said[0]


async def test_the_old_sockets_work_in_a_page(stage):
    """chrome.socket connects, accepts, writes and reads ArrayBuffers of the page's own."""
    assert await stage.evaluate(
        """(async () => {
          const make = async () => (await ask('socket.create', 'tcp', {})).results[0].socketId;
          const server = await make(), client = await make();
          await ask('socket.listen', server, '127.0.0.1', 0);
          const { results: [{localPort}] } = await ask('socket.getInfo', server);
          const accepting = ask('socket.accept', server);
          const { results: [code] } = await ask('socket.connect', client, '127.0.0.1', localPort);
          const { results: [{socketId}] } = await accepting;
          const reading = ask('socket.read', socketId);
          const wrote = await ask('socket.write', client, Uint8Array.of(1, 2, 3).buffer);
          const { results: [{data, resultCode}] } = await reading;
          const refused = await ask('socket.connect', await make(), '127.0.0.2', 1);
          return [code, wrote.results[0], resultCode, data instanceof ArrayBuffer, [...new Uint8Array(data)],
                  refused];
        })()""",
        frame=BACKGROUND,
    ) == [
        *(0, {"bytesWritten": 3}, 3, True, [1, 2, 3]),
        {"results": [-1], "error": "App does not have permission"},
    ]


async def test_the_apps_own_files_are_entries(stage):
    """getPackageDirectoryEntry lists and reads the package, and refuses to write."""
    assert await stage.evaluate(
        """(async () => {
          const { results: [root] } = await ask('runtime.getPackageDirectoryEntry');
          const entries = await new Promise((done) => root.createReader().readEntries(done));
          const entry = await new Promise((done, no) => root.getFile('data.json', {}, done, no));
          const file = await new Promise((done, no) => entry.file(done, no));
          const refused = await new Promise((no) => entry.createWriter((writer) => {
            writer.onwrite = () => no('wrote');
            writer.onerror = () => no(writer.error.name);
            writer.write(new Blob(['x']));
          }));
          const none = await new Promise((no) =>
            root.getFile('none', {}, () => no('there'), (e) => no(e.name)));
          return [entries.map((entry) => [entry.name, entry.isDirectory]), file.name, await file.text(),
                  root.name, root.fullPath, entry.fullPath, refused, none];
        })()""",
        frame=BACKGROUND,
    ) == [
        sorted([path.name, path.is_dir()] for path in (Path(__file__).parent / "apps" / "stage").iterdir()),
        *("data.json", '{"a": 1}\n', "crxfs", "/crxfs", "/crxfs/data.json"),
        *("SecurityError", "NotFoundError"),
    ]


async def test_webkit_file_system_keeps_files(stage):
    """A temporary file system makes directories and files, writes, seeks, truncates and removes."""
    assert await stage.evaluate(
        """(async () => {
          const call = (object, name, ...args) => new Promise((done, no) => object[name](...args, done, no));
          const fs = await new Promise((done, no) => webkitRequestFileSystem(TEMPORARY, 1 << 20, done, no));
          const folder = await call(fs.root, 'getDirectory', 'homeport-test', {create: true});
          const entry = await call(folder, 'getFile', 'f.txt', {create: true});
          const writer = await call(entry, 'createWriter');
          const ended = () => new Promise((done, no) => { writer.onwriteend = done; writer.onerror = no; });
          writer.write(new Blob(['hello world']));
          await ended();
          writer.seek(6);
          writer.write(new Blob(['W']));
          await ended();
          writer.truncate(9);
          await ended();
          const text = await (await call(entry, 'file')).text();
          const anew = {create: true, exclusive: true};
          const exists = await call(folder, 'getFile', 'f.txt', anew).catch((e) => e.name);
          const full = await call(folder, 'remove').catch((e) => e.name);
          await call(folder, 'removeRecursively');
          const gone = await call(fs.root, 'getDirectory', 'homeport-test', {}).catch((e) => e.name);
          return [text, entry.fullPath, exists, full, gone];
        })()""",
        frame=BACKGROUND,
    ) == [
        *("hello Wor", "/homeport-test/f.txt", "InvalidModificationError"),
        *("InvalidModificationError", "NotFoundError"),
    ]


async def test_webview_is_a_frame_that_tells_of_its_loading(stage):
    """src shows a page, events tell of it, and what cannot be done says so in lastError."""

    async def serve(reader, writer):
        # A browser opens connections in advance, and may close them unused.
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError, OSError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>inside</h1>")
            await writer.drain()

    async with serving(serve) as port:
        assert await stage.evaluate(
            f"""(async () => {{
              const view = document.createElement('webview');
              const told = [];
              for (const name of ['loadstart', 'contentload', 'loadstop']) {{
                view.addEventListener(name, (event) => told.push(event.type));
              }}
              view.src = 'http://127.0.0.1:{port}/';
              document.querySelector('#place').append(view);
              while (told.length < 3) await new Promise((done) => setTimeout(done, 5));
              const error = await new Promise((done) =>
                view.executeScript({{code: '1'}}, () => done(chrome.runtime.lastError.message)));
              view.stopFinding('clear');
              view.setAudioMuted(true);
              view.contextMenus.onShow.addListener((event) => event.preventDefault());
              const menu = await new Promise((done) =>
                view.contextMenus.create({{id: 'a'}}, () => done(chrome.runtime.lastError.message)));
              const there = view.src.startsWith('http://127.0.0.1:');
              return [told, there, view.offsetWidth > 0, error, menu === error];
            }})()""",
            frame=WINDOW,
        ) == [
            *(["loadstart", "contentload", "loadstop"], True, True),
            "Homeport shows a <webview> as a frame; its page is out of reach.",
            True,
        ]
    assert sum("<webview> is a frame here" in line for line in stage.lines) == 1


async def test_a_webview_shows_the_apps_own_pages_that_the_manifest_names_for_it(stage):
    """With their files, and a message away, but without the app's APIs; others it does not show."""
    assert await stage.evaluate(
        """(async () => {
          const show = (partition, src) => new Promise((done) => {
            const view = document.createElement('webview');
            view.partition = partition;
            view.addEventListener('loadabort', (event) => done(event.reason));
            view.addEventListener('loadstop', () => {
              addEventListener('message', (event) => {
                if (event.source === view.contentWindow) done([...event.data, event.origin]);
              });
              view.contentWindow.postMessage('hello', '*');
            });
            view.src = src;
            document.querySelector('#place').append(view);
          });
          return [await show('own', 'guest/page.html?a=b'), await show('own', 'window.html'),
                  await show('', 'guest/page.html')];
        })()""",
        frame=WINDOW,
    ) == [["hello", True, "undefined", "?a=b", "null"], "ERR_BLOCKED_BY_CLIENT", "ERR_BLOCKED_BY_CLIENT"]


async def test_the_app_knows_itself(stage):
    """management.getSelf and permissions tell what the manifest says."""
    assert await stage.evaluate(
        """(async () => {
          const { results: [self] } = await ask('management.getSelf');
          const known = {permissions: ['storage', 'fileSystem']};
          const { results: [may] } = await ask('permissions.contains', known);
          const { results: [not] } = await ask('permissions.contains', {permissions: ['tts']});
          return [self.name, self.id === chrome.runtime.id, self.type, may, not];
        })()""",
        frame=BACKGROUND,
    ) == ["Stage", True, "packaged_app", True, False]


async def test_what_a_packaged_app_lacks_the_console_says_when_it_is_asked_for(stage):
    """In Chromium's words; who goes through all that a window has does not ask."""
    before = len(stage.lines)
    await stage.evaluate(
        """(() => {
          for (const name in window) window[name];
          localStorage; window.toolbar; window.onunload = () => {}; addEventListener('unload', () => {});
          console.log('the end');
        })()""",
        frame=BACKGROUND,
    )
    async with asyncio.timeout(20):
        while not any(line.endswith("the end") for line in stage.lines[before:]):
            await stage.evaluate("1")
    lacks = "is not available in packaged apps."
    assert [line for line in stage.lines[before:] if lacks in line] == [
        f"error: window.localStorage {lacks} Use chrome.storage.local instead.",
        f"error: window.toolbar {lacks}",
        f"error: window.onunload {lacks}",
        f"error: unload {lacks}",
    ]
