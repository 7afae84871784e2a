"""XMLHttpRequest and fetch of the app's own files, and of addresses made in the page."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

from typing import Any

FILES = {
    "text.txt": "grün",
    "data.json": '{"a": [1]}',
    "bytes.bin": bytes(range(256)),
    "x/doc.xml": "<a><b>c</b></a>",
}


async def test_xhr_reads_the_apps_files_in_every_form(start_app: Any) -> None:
    app = await start_app(
        """
        const get = (url, type) => new Promise((resolve) => {
          const request = new XMLHttpRequest();
          const states = [];
          request.onreadystatechange = () => states.push(request.readyState);
          request.onload = () => resolve([request, states]);
          request.onerror = () => resolve([request, states]);
          request.open('GET', url);
          if (type) request.responseType = type;
          request.send();
        });
        (async () => {
          const [text, states] = await get('text.txt');
          const [json] = await get('/data.json?x#y', 'json');
          const [buffer] = await get(chrome.runtime.getURL('bytes.bin'), 'arraybuffer');
          const [blob] = await get('bytes.bin', 'blob');
          const [xml] = await get('x/doc.xml');
          const [gone, goneStates] = await get('gone.txt');
          console.log('RESULT ' + JSON.stringify([states, text.responseText, text.status, text.statusText,
            text.getResponseHeader('Content-Type'), json.response, buffer.response instanceof ArrayBuffer,
            new Uint8Array(buffer.response)[255], blob.response.size, xml.responseXML.querySelector('b').textContent,
            gone.status, goneStates]));
        })();
        """,
        files=FILES,
    )
    assert await app.result() == [
        *(
            [1, 2, 3, 4],
            "grün",
            200,
            "OK",
            "text/plain",
            {"a": [1]},
            True,
            255,
            256,
            "c",
            0,
            [1, 4],
        ),
    ]


async def test_a_synchronous_request_answers_at_once_and_keeps_the_order_of_events(start_app: Any) -> None:
    app = await start_app(
        """
        chrome.sockets.tcp.create({}, () => console.log('later'));
        const request = new XMLHttpRequest();
        request.open('GET', 'text.txt', false);
        request.send();
        console.log('now', request.responseText);
        const gone = new XMLHttpRequest();
        gone.open('GET', 'gone', false);
        try { gone.send(); } catch (error) { console.log(error.name); }
        """,
        files=FILES,
    )
    await app.hears("now grün", "NetworkError", "later")


async def test_fetch_reads_files_blobs_and_data(start_app: Any) -> None:
    app = await start_app(
        """
        (async () => {
          const response = await fetch('data.json');
          const blob = URL.createObjectURL(new Blob(['made']));
          console.log('RESULT ' + JSON.stringify([response.ok, response.status, response.url.slice(-9),
            response.headers.get('content-type'), await response.json(), await (await fetch(blob)).text(),
            await (await fetch('data:text/plain,given')).text(), (await fetch('text.txt', { method: 'HEAD' })).status,
            await fetch('gone').catch((error) => error instanceof TypeError && error.message),
            await fetch(new Request('text.txt')).then((r) => r.text()),
            await fetch('text.txt', { method: 'POST', body: 'x' }).then((r) => r.text())]));
        })();
        """,
        files=FILES,
    )
    assert await app.result() == [
        *(True, 200, "data.json", "application/json", {"a": [1]}, "made", "given", 200),
        *("Failed to fetch", "grün", "grün"),
    ]


async def test_what_is_no_web_address_is_refused_with_the_reason(start_app: Any) -> None:
    app = await start_app("fetch('file:///etc/passwd').catch((error) => console.log(error.message));")
    await app.hears("Failed to fetch")
    reason = "Failed to load resource: net::ERR_UNKNOWN_URL_SCHEME (file:///etc/passwd)"
    assert [call[2] for call in app.calls if call[0] == "error"] == [reason]
