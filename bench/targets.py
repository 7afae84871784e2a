"""What is to be reached, as ratios within one run, and whether it was."""

from __future__ import annotations

from dataclasses import dataclass

from bench.report import NONE, Results, markdown, number

TAB, HEADLESS, CHROMIUM, NODE = "tab-chromium", "headless", "chromium", "node"
PAGE = "page-chromium"


@dataclass(frozen=True, slots=True)
class Target:
    """``face`` at ``name`` is to be so many times as fast as ``base`` at the same, or at ``base_name``."""

    name: str
    face: str
    base: str
    wanted: float
    base_name: str | None = None

    def reached(self, results: Results) -> float | None:
        """The ratio of this run, if both were measured."""
        return results.ratio(self.name, self.face, self.base, self.base_name)


def _both(name: str, tab: float, headless: float) -> tuple[Target, Target]:
    return Target(name, TAB, CHROMIUM, tab), Target(name, HEADLESS, CHROMIUM, headless)


TARGETS = (
    *_both("rtt:64", 2.5, 6),
    Target("rtt:64", HEADLESS, NODE, 0.35),
    *_both("recv:0", 10, 15),
    *_both("recv:65536", 2, 3),
    Target("recv:65536", TAB, PAGE, 1.5, "websockify:recv"),
    *_both("send:65536:8", 2, 3),
    *_both("udp:64:16", 3, 8),
    *_both("connect", 2.5, 6),
    *_both("accept:close:16", 2.5, 6),
    *_both("call", 2, 5),
    *_both("many:100:64", 4, 15),
    Target("many:100:64", HEADLESS, NODE, 1.2),
)
#: The goal behind the targets: a tab is faster than Direct Sockets on the same work.
DIRECT = tuple(
    Target(name, TAB, "direct", 1)
    for name in (
        *("rtt:64", "recv:0", "recv:65536", "recv:1048576", "udp:64:1", "udp:64:16"),
        *("many:100:64", "connect", "accept:close:1", "accept:close:16", "accept:echo:1", "accept:echo:16"),
    )
)


def targets_table(results: Results, targets: tuple[Target, ...] = TARGETS) -> str:
    """Each target that this run could judge: wanted, reached, and yes or no."""
    rows = []
    for target in targets:
        reached = target.reached(results)
        if reached is not None:
            base = "websockify" if target.base_name else target.base
            verdict = "yes" if reached >= target.wanted else "**no**"
            ratio = f"{target.face} ÷ {base}"
            rows.append([f"`{target.name}`", ratio, number(target.wanted), number(reached), verdict])
    return markdown(["measurement", "ratio", "wanted", "reached", "yes?"], rows) if rows else NONE


def ceiling_table(results: Results) -> str:
    """What a tab reaches of what a bare WebSocket in the same browser reaches in the same run."""
    pairs = (
        ("rtt:64", "bare:rtt:64:1"),
        ("many:100:64", "bare:rtt:64:16"),
        ("recv:0", "bare:recv:261120"),
        ("recv:65536", "bare:recv:261120"),
        ("recv:1048576", "bare:recv:261120"),
    )
    rows = []
    for name, ceiling in pairs:
        shares = [
            results.ratio(name, f"tab-{browser}", f"page-{browser}", ceiling)
            for browser in ("chromium", "firefox")
        ]
        if any(share is not None for share in shares):
            rows.append([f"`{name}` ÷ `{ceiling}`", *map(number, shares)])
    return markdown(["tab ÷ bare WebSocket", "Chromium", "Firefox"], rows) if rows else NONE
