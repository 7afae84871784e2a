"""Windows in a tab, in every browser."""

from __future__ import annotations

import json

import pytest
from tests.support.browsers import until

BACKGROUND = "/_generated_background_page.html"
WINDOW = "/window.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_callback_comes_before_the_pages_first_line(stage):
    """Who makes a window can prepare its page; then come DOMContentLoaded and load."""
    assert await stage.evaluate("steps", frame=BACKGROUND) == [
        "one: loading, script did not run",
        "one: DOMContentLoaded",
        "one: load",
    ]
    assert await stage.evaluate("atFirst", frame=WINDOW) == {"given": "by the callback", "id": "one"}


async def test_a_window_is_one_object_everywhere(stage):
    """current, get, getAll and getBackgroundPage mean the same objects in every frame, at once."""
    assert await stage.evaluate(
        """(async () => {
          const win = wins.one, theirs = win.contentWindow.chrome;
          const page = await new Promise((done) => theirs.runtime.getBackgroundPage(done));
          const again = await new Promise((done) =>
            chrome.app.window.create('window.html', {id: 'one'}, done));
          return [theirs.app.window.current() === win, win.contentWindow.chrome !== chrome,
                  chrome.app.window.get('one') === win, theirs.app.window.getAll()[0] === win,
                  page === globalThis, again === win, chrome.app.window.getAll().length,
                  win.id, win.innerBounds.width, win.innerBounds.height];
        })()""",
        frame=BACKGROUND,
    ) == [True, True, True, True, True, True, 1, "one", 300, 200]


async def test_a_lone_window_fills_the_tab_and_two_can_be_moved(stage):
    """A single window has no title bar; a second one gives both theirs, and its size."""
    lone = "document.querySelector('.homeport-window[data-alone]') !== null"
    assert await stage.evaluate(lone)
    assert await stage.evaluate(
        "[innerWidth, innerHeight].join() === [top.innerWidth, top.innerHeight].join()", frame=WINDOW
    )
    assert await stage.evaluate("document.title") == "A window"
    await stage.evaluate(
        "open('two', {innerBounds: {width: 200, height: 150, left: 20, top: 30}}).then(() => 1)",
        frame=BACKGROUND,
    )
    assert not await stage.evaluate(lone)
    assert await stage.evaluate(
        "[wins.two.contentWindow.innerWidth, wins.two.contentWindow.innerHeight]", frame=BACKGROUND
    ) == [200, 150]
    assert await stage.evaluate(
        """(() => {
          const bars = [...document.querySelectorAll('.homeport-bar')];
          const bar = bars.at(-1), pane = bar.parentElement, before = pane.getBoundingClientRect();
          bar.setPointerCapture = () => {};
          const at = (type, x, y) => bar.dispatchEvent(new PointerEvent(type,
            {clientX: x, clientY: y, pointerId: 1, button: 0, bubbles: true, cancelable: true}));
          at('pointerdown', 50, 50); at('pointermove', 90, 75); at('pointerup', 90, 75);
          const after = pane.getBoundingClientRect();
          return [bars.map((bar) => bar.offsetHeight > 0), after.left - before.left, after.top - before.top];
        })()"""
    ) == [[True, True], 40, 25]
    assert await stage.evaluate(
        "[wins.two.getBounds().left, wins.two.getBounds().top]", frame=BACKGROUND
    ) == [60, 55]


async def test_a_lone_window_that_may_not_be_as_large_as_the_tab_keeps_its_size(stage):
    """An app that fixes a window's size, or its largest, has made its page for that."""
    size = {"innerBounds": {"width": 250, "height": 180}}
    largest = {"innerBounds": {**size["innerBounds"], "maxWidth": 400}}
    await stage.evaluate("wins.one.close()", frame=BACKGROUND)
    for number, options in enumerate([{**size, "resizable": False}, largest]):
        inner = f"[wins.w{number}.contentWindow.innerWidth, wins.w{number}.contentWindow.innerHeight]"
        await stage.evaluate(f"open('w{number}', {json.dumps(options)}).then(() => 1)", frame=BACKGROUND)
        assert await stage.evaluate(inner, frame=BACKGROUND) == [250, 180]
        assert await stage.evaluate("document.querySelector('.homeport-bar').offsetHeight > 0")
        await stage.evaluate(f"wins.w{number}.maximize()", frame=BACKGROUND)
        assert (await stage.evaluate(inner, frame=BACKGROUND))[0] == await stage.evaluate("innerWidth")
        await stage.evaluate(f"wins.w{number}.close()", frame=BACKGROUND)


async def test_states_are_told(stage):
    """minimize, maximize, fullscreen and restore change the state and raise their events."""
    assert await stage.evaluate(
        """(async () => {
          const win = wins.one, told = [];
          for (const name of ['Minimized', 'Maximized', 'Fullscreened', 'Restored']) {
            win[`on${name}`].addListener(() => told.push(name));
          }
          const states = [];
          for (const name of ['minimize', 'maximize', 'fullscreen', 'restore']) {
            win[name]();
            states.push([win.isMinimized(), win.isMaximized(), win.isFullscreen()]);
          }
          while (told.length < 4) await new Promise((done) => setTimeout(done));
          return [states, told];
        })()""",
        frame=BACKGROUND,
    ) == [
        [[True, False, False], [False, True, False], [False, False, True], [False, False, False]],
        ["Minimized", "Maximized", "Fullscreened", "Restored"],
    ]


async def test_a_hidden_window_is_there_until_it_is_shown(stage):
    """A hidden window runs, and the lone other one still fills the tab."""
    await stage.evaluate("open('two', {hidden: true}).then(() => 1)", frame=BACKGROUND)
    panes = """[...document.querySelectorAll('.homeport-window')].map((pane) => {
      return getComputedStyle(pane).visibility === 'visible';
    })"""
    assert await stage.evaluate(panes) == [True, False]
    assert await stage.evaluate("document.querySelector('[data-alone]') !== null")
    await stage.evaluate("wins.two.show()", frame=BACKGROUND)
    assert await stage.evaluate(panes) == [True, True]


async def test_closing_ends_the_page_and_is_told(stage):
    """close, window.close and the button of the title bar close; the frame is gone and onClosed comes."""
    await stage.evaluate("open('two').then(() => 1)", frame=BACKGROUND)
    await stage.evaluate("open('three').then(() => 1)", frame=BACKGROUND)
    await stage.evaluate("wins.one.close()", frame=BACKGROUND)
    await stage.evaluate("wins.two.contentWindow.close()", frame=BACKGROUND)
    await until(stage, "steps.filter((step) => step.endsWith('closed')).length === 2", frame=BACKGROUND)
    await stage.evaluate("document.querySelector('.homeport-bar button:last-child').click()")
    await until(stage, "steps.includes('three: closed')", frame=BACKGROUND)
    assert await stage.evaluate("steps.slice(-3)", frame=BACKGROUND) == [
        "one: closed",
        "two: closed",
        "three: closed",
    ]
    assert await stage.evaluate("document.querySelectorAll('.homeport-window').length") == 0
    assert await stage.evaluate(
        "[chrome.app.window.getAll().length, chrome.app.window.get('one')]", frame=BACKGROUND
    ) == [0, None]


async def test_a_tab_without_windows_offers_to_open_the_app_again(stage):
    """When the last window closes the tab says so, and its button launches the app."""
    assert await stage.evaluate("document.querySelector('.homeport-closed')") is None
    await stage.evaluate("wins.one.close()", frame=BACKGROUND)
    said = await until(stage, "document.querySelector('.homeport-closed p')?.textContent")
    assert said == "Stage has no open window. It still runs while this tab is open."
    await stage.evaluate("document.querySelector('.homeport-closed button').click()")
    await until(stage, "launches === 2 && steps.at(-1) === 'one: load'", frame=BACKGROUND)
    assert await stage.evaluate("document.querySelector('.homeport-closed')") is None
