"""What an answer's promise asks for next is answered too, however the turns fall."""

from __future__ import annotations

from typing import Any


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
