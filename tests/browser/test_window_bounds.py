"""Where windows are, how large, whether they are seen, and what may be asked for: as in Chromium 156."""

from __future__ import annotations

import pytest
import pytest_asyncio
from tests.support.browsers import until

BACKGROUND = "/_generated_background_page.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

IN = "Error in invocation of app.currentWindowInternal"
BOUNDS = f"{IN}.setBounds(string boundsType, app.currentWindowInternal.Bounds bounds): "
SIZES = (
    f"{IN}.setSizeConstraints(string boundsType, app.currentWindowInternal.SizeConstraints constraints): "
    "Error at parameter 'constraints': "
)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(stage):
    """The app with its first window open, and a function that notes what a call does to it."""
    await stage.evaluate(
        """void (() => {
          globalThis.heard = [];
          wins.one.onBoundsChanged.addListener(() => heard.push('bounds'));
          globalThis.limits = (b) => [b.width, b.height, b.minWidth, b.minHeight, b.maxWidth, b.maxHeight];
          globalThis.after = (change) => {
            try { change(wins.one.innerBounds, wins.one); } catch (error) { return String(error); }
            return limits(wins.one.innerBounds);
          };
          globalThis.told = async (change) => {
            heard.length = 0;
            change(wins.one);
            await new Promise((done) => chrome.storage.local.get(null, done));
            return heard.length;
          };
        })()""",
        frame=BACKGROUND,
    )
    return stage


@pytest.mark.parametrize(
    ("changes", "is_"),
    [
        (["b.setMaximumSize(200, 150)"], [200, 150, None, None, 200, 150]),
        (["b.setMinimumSize(320, 220)"], [320, 220, 320, 220, None, None]),
        (["b.setMaximumSize(200, 250)", "b.setMinimumSize(220, 100)"], [220, 200, 220, 100, 220, 250]),
        (["b.setMinimumSize(220, 100)", "b.maxWidth = 100"], [220, 200, 220, 100, 220, None]),
        (["b.setMinimumSize(250, 100)", "b.minWidth = 0"], [300, 200, None, 100, None, None]),
        (["b.setMaximumSize(400, 300)", "b.setMaximumSize(null, null)"], [300, 200, None, None, None, None]),
        (["b.minHeight = 90", "b.minHeight = undefined"], [300, 200, None, 90, None, None]),
        (["b.minWidth = 90", "b.width = -10"], [90, 200, 90, None, None, None]),
        (["b.setSize()"], [300, 200, None, None, None, None]),
        (["b.width = null"], [300, 200, None, None, None, None]),
        (["b.setSize(310, 210)"], [310, 210, None, None, None, None]),
    ],
)
async def test_sizes_keep_within_their_limits(stage, changes, is_):
    for change in changes:
        found = await stage.evaluate(f"after((b) => {{ {change}; }})", frame=BACKGROUND)
    assert found == is_


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (
            "b.width = 'x'",
            BOUNDS
            + "Error at parameter 'bounds': Error at property 'width': "
            + "Invalid type: expected integer, found string.",
        ),
        (
            "b.width = 220.7",
            BOUNDS
            + "Error at parameter 'bounds': Error at property 'width': "
            + "Invalid type: expected integer, found number.",
        ),
        (
            "w.setBounds({ nope: 1 })",
            BOUNDS + "Error at parameter 'bounds': Unexpected property: 'nope'.",
        ),
        ("w.setBounds()", BOUNDS + "No matching signature."),
        ("w.setBounds('x')", BOUNDS + "No matching signature."),
        (
            "b.setMinimumSize('x', 1)",
            SIZES + "Error at property 'minWidth': Invalid type: expected integer, found string.",
        ),
    ],
)
async def test_what_is_no_size_throws(stage, change, error):
    found = await stage.evaluate(f"after((b, w) => {{ {change}; }})", frame=BACKGROUND)
    assert found == f"TypeError: {error}"
    assert await stage.evaluate("limits(wins.one.innerBounds)", frame=BACKGROUND) == [
        *(300, 200),
        *[None] * 4,
    ]


async def test_bounds_are_told_when_they_change_and_only_then(stage):
    """Hiding and minimizing change none; maximizing makes a window as large as the tab, for a while."""
    for change in ("minimize", "restore", "hide", "show"):
        assert await stage.evaluate(f"told((w) => w.{change}())", frame=BACKGROUND) == 0, change
    for change in ("maximize", "fullscreen"):
        assert await stage.evaluate(f"told((w) => w.{change}())", frame=BACKGROUND) <= 1, change
        assert await stage.evaluate(
            "(({left, width, height}) => [left, width, height === top.innerHeight])(wins.one.innerBounds)",
            frame=BACKGROUND,
        ) == [0, await stage.evaluate("innerWidth"), True]
    assert await stage.evaluate("told((w) => w.restore())", frame=BACKGROUND) == 1
    assert await stage.evaluate("limits(wins.one.innerBounds)", frame=BACKGROUND) == [300, 200, *[None] * 4]


async def test_the_page_of_a_window_that_is_not_seen_is_hidden(stage):
    await stage.evaluate(
        """void (() => {
          globalThis.page = wins.one.contentWindow.document;
          globalThis.states = [page.visibilityState];
          page.addEventListener('visibilitychange', () => states.push(page.visibilityState));
        })()""",
        frame=BACKGROUND,
    )
    for change in ("hide", "show", "minimize", "restore"):
        await stage.evaluate(f"wins.one.{change}()", frame=BACKGROUND)
    assert await stage.evaluate("[states, page.hidden]", frame=BACKGROUND) == [
        ["visible", "hidden", "visible", "hidden", "visible"],
        False,
    ]
    # One that is made hidden does not say so before it was seen, as in Chromium.
    unseen = """open('two', {hidden: true}).then((win) => {
      const page = win.contentWindow.document, told = [page.hidden];
      for (const change of ['show', 'hide']) { win[change](); told.push(page.hidden); }
      return told;
    })"""
    assert await stage.evaluate(unseen, frame=BACKGROUND) == [False, False, True]


async def test_a_window_with_an_id_comes_back_where_it_was(stage):
    """In this tab, through a reload, too."""
    place = {"left": 40, "top": 50, "width": 320, "height": 240}
    await stage.evaluate(f"wins.one.setBounds({place})", frame=BACKGROUND)
    await stage.evaluate("wins.one.close()", frame=BACKGROUND)
    await until(stage, "steps.includes('one: closed')", frame=BACKGROUND)
    again = (
        "open('one', {innerBounds: {left: 1, top: 2, width: 300, height: 200}}).then((w) => w.getBounds())"
    )
    assert await stage.evaluate(again, frame=BACKGROUND) == place
    await stage.reload()
    await until(stage, "globalThis.steps?.includes('one: load')", frame=BACKGROUND)
    assert await stage.evaluate("wins.one.getBounds()", frame=BACKGROUND) == place


@pytest.mark.parametrize(
    ("url", "options", "error"),
    [
        (
            "http://example.com/",
            "{}",
            "The URL used for window creation must be local for security reasons.",
        ),
        (
            "//example.com/x",
            "{}",
            "The URL used for window creation must be local for security reasons.",
        ),
        ("window.html", "{id: 'x'.repeat(257)}", "The window id can not be more than 256 characters long."),
        (
            "window.html",
            "{innerBounds: {minWidth: 3}, outerBounds: {minWidth: 4}}",
            "The minWidth property cannot be specified for both inner and outer bounds.",
        ),
        ("window.html", "{frame: {color: 'red'}}", "The color specification could not be parsed."),
        (
            "window.html",
            "{frame: {inactiveColor: '#123'}}",
            "frame.inactiveColor must be used with frame.color.",
        ),
        (
            "window.html",
            "{frame: {type: 'none', color: '#123'}}",
            "Windows with no frame cannot have a color.",
        ),
        (
            "window.html",
            "{frame: 'none', alphaEnabled: true}",
            "The alphaEnabled option requires app.window.alpha permission.",
        ),
        ("window.html", "{ime: true}", 'The "ime" option is not supported for platform app.'),
    ],
)
async def test_what_cannot_be_made_says_so(stage, url, options, error):
    assert await stage.evaluate(f"ask('app.window.create', '{url}', {options})", frame=BACKGROUND) == {
        "results": [None],
        "error": error,
    }
    assert await stage.evaluate("chrome.app.window.getAll().length", frame=BACKGROUND) == 1


async def test_sizes_and_colours_of_a_new_window(stage):
    made = (
        "open('two', {{innerBounds: {}, frame: {}}}).then((w) => [w.innerBounds.width, w.innerBounds.height,"
        " w.hasFrameColor, w.activeFrameColor, w.inactiveFrameColor])"
    )
    sizes = "{width: 300, height: 300, minWidth: 350, maxHeight: 200}"
    colours = "{color: '#abc', inactiveColor: '#654321'}"
    assert await stage.evaluate(made.format(sizes, colours), frame=BACKGROUND) == [
        *(350, 200, True, 0xAABBCC, 0x654321)
    ]
    await stage.evaluate("wins.two.close()", frame=BACKGROUND)
    await until(stage, "steps.includes('two: closed')", frame=BACKGROUND)
    other = made.format("{width: -5, height: 0}", "'chrome'").replace("'two'", "'three'")
    assert await stage.evaluate(other, frame=BACKGROUND) == [512, 384, False, 0, 0]
