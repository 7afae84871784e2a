"""What an answer's promise asks for next is answered too, however the turns fall."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from tests.support.serving import serving


async def test_answers_given_in_the_page_follow_each_other_without_end(start_app: Any) -> None:
    app = await start_app(
        """
        (async () => {
          const { socketId } = await chrome.sockets.tcp.create({});
          let count = 0;
          while (count < 2000) {
            await new Promise((done) => chrome.sockets.tcp.getInfo(socketId, done));
            count++;
          }
          console.log('RESULT ' + count);
        })();
        """,
        manifest={"sockets": {}},
    )
    assert await app.result() == 2000


async def test_timers_get_their_turn_while_listeners_never_keep_up(start_app: Any) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"0123456789")
                await writer.drain()
                await asyncio.sleep(0.001)

    async with serving(talk) as port:
        app = await start_app(
            f"""
            const {{ tcp }} = chrome.sockets;
            let events = 0, ticks = 0;
            tcp.onReceive.addListener(() => {{
              events++;
              for (const end = performance.now() + 20; performance.now() < end;);
            }});
            setInterval(() => {{ if (events > 0 && ++ticks === 10) console.log('RESULT 10'); }}, 50);
            tcp.create(({{ socketId }}) => tcp.connect(socketId, '127.0.0.1', {port}, () => {{}}));
            """
        )
        assert await app.result() == 10
