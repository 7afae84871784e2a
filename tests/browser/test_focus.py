"""What has the focus in the windows of a tab, in every browser; as in Chromium's own windows."""

from __future__ import annotations

import pytest
from tests.support.browsers import until

BACKGROUND = "/_generated_background_page.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def opened(stage, name: str, options: str) -> None:
    """Opens a window and waits until it was drawn."""
    await stage.evaluate(
        f"""open('{name}', {options}).then(async ({{contentWindow: page}}) => {{
          for (let frame = 0; frame < 3; frame++) await new Promise((drawn) => page.setTimeout(drawn, 17));
        }})""",
        frame=BACKGROUND,
    )


def active(name: str) -> str:
    """The element that has the focus in a window's page."""
    return f"wins.{name}.contentWindow.document.activeElement.id"


async def add(stage, name: str, ident: str) -> None:
    """Puts an element that wants the focus into a window's page."""
    await stage.evaluate(
        f"""(() => {{
          const {{ document }} = wins.{name}.contentWindow;
          const element = document.createElement('input');
          document.body.append(Object.assign(element, {{id: '{ident}', autofocus: true}}));
        }})()""",
        frame=BACKGROUND,
    )


async def test_autofocus_gives_the_focus_once_in_each_window(stage):
    """The first that can have it has it, in a page or put into it; one that comes later has not."""
    await stage.evaluate("open('two', {page: 'autofocus.html'}).then(() => 1)", frame=BACKGROUND)
    await until(stage, f"{active('two')} === 'one'", frame=BACKGROUND)
    await add(stage, "one", "late")
    await stage.evaluate("wins.one.focus()", frame=BACKGROUND)
    await until(stage, f"{active('one')} === 'late'", frame=BACKGROUND)
    await stage.evaluate("wins.one.contentWindow.document.querySelector('#late').blur()", frame=BACKGROUND)
    await add(stage, "one", "later")
    await opened(stage, "three", "{page: 'focused.html'}")
    assert await stage.evaluate(active("three"), frame=BACKGROUND) == "plain"
    assert await stage.evaluate(active("one"), frame=BACKGROUND) == ""


async def test_autofocus_takes_the_focus_from_no_other_window(stage):
    """A window that opens without the focus has it in the right place when it gets it."""
    await opened(stage, "two", "{page: 'autofocus.html', focused: false}")
    assert await stage.evaluate("wins.one.contentWindow.document.hasFocus()", frame=BACKGROUND)
    await stage.evaluate("wins.two.focus()", frame=BACKGROUND)
    await until(stage, f"{active('two')} === 'one'", frame=BACKGROUND)
