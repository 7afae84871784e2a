#!/usr/bin/env python3
"""Passes every test of Homeport: one command on a fresh machine, the same one that CI calls.

    python3 tools/check.py                 everything
    python3 tools/check.py --list          the steps
    python3 tools/check.py mypy pytest     some of them
    python3 tools/check.py pytest -- -k udp -x      arguments after -- go to pytest

It makes a virtual environment of its own (.venv-check), installs the project and its locked
development requirements there, and brings the two browsers through apt-get where it may.
Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-check"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "requirements" / "dev.lock"
#: What the tests need of the system, by package, with the programs that show that it is there. The tests
#: start what CHROMIUM and FIREFOX name instead, if they are set.
PACKAGES = {
    "chromium": (os.environ.get("CHROMIUM", "chromium"),),
    "firefox-esr": (os.environ["FIREFOX"],) if os.environ.get("FIREFOX") else ("firefox-esr", "firefox"),
}
#: Of Linux alone: network namespaces are filled by it.
LINUX_PACKAGES = {"iproute2": ("ip",)}
#: Ubuntu has the browsers as snaps only.
ELSEWHERE = "Browsers that are elsewhere may be named in CHROMIUM and FIREFOX."


def run(*command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    """Run one command and stop everything when it fails."""
    print("$", *(str(part) for part in command), flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, env={**os.environ, **(env or {})})


def prepare() -> None:
    """Make the virtual environment and install what is locked, once for each state of the lock."""
    if not (BIN / ("python.exe" if os.name == "nt" else "python")).exists():
        run(sys.executable, "-m", "venv", VENV)
    stamp, state = VENV / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != state:
        run(BIN / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK)
        stamp.write_text(state)
    run(BIN / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    # As a real installation has it, also where the environment forbids: the tests start us a thousand times.
    run(BIN / "python", "-m", "compileall", "-q", "src")


def browsers() -> None:
    """See that the browsers and what drives them are there; install them where allowed, say how where not."""
    linux = sys.platform == "linux"
    wanted = {**PACKAGES, **(LINUX_PACKAGES if linux else {})}
    missing = [name for name, programs in wanted.items() if not any(map(shutil.which, programs))]
    if linux and find_library("atomic") is None:
        missing.append("libatomic1")  # what drives the browsers is linked with it
    if not missing:
        return
    sudo = [] if getattr(os, "geteuid", lambda: 1)() == 0 else ["sudo", "-n"]
    allowed = not sudo or (
        shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )
    if not shutil.which("apt-get") or not allowed:
        sys.exit(
            f"The tests need {', '.join(missing)}. Install what is missing, as root:\n"
            f"    apt-get install {' '.join(missing)}\nand run this again. {ELSEWHERE}"
        )
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(*sudo, "apt-get", "update", "-qq", env=quiet)
        run(*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, env=quiet)
    except subprocess.CalledProcessError:
        sys.exit(f"apt-get could not install {', '.join(missing)}. {ELSEWHERE}")


def lint() -> None:
    """Format and lint the Python side."""
    run(BIN / "ruff", "check", ".")
    run(BIN / "ruff", "format", "--check", ".")


def types() -> None:
    """Check the types of all Python here, and what the package does on the other systems only."""
    run(BIN / "mypy")
    for platform in sorted({"linux", "darwin", "win32"} - {sys.platform}):
        # What is behind a system's own condition is out of reach on all others.
        options = ("--platform", platform, "--no-warn-unreachable", "--cache-dir", f".mypy_cache/{platform}")
        run(BIN / "mypy", *options, "src/homeport", "examples")


def page() -> None:
    """Build the page side, then type-check, lint, format-check and test it."""
    run(BIN / "python", "tools/build_page.py")
    run(BIN / "deno", "fmt", "--check", "--quiet")
    for task in ("check", "lint", "test"):
        run(BIN / "deno", "task", "--quiet", task)


def build(out: Path) -> None:
    """Build sdist and wheel, and write the list of what they are made of beside them."""
    run(BIN / "python", "-m", "build", "--outdir", out)
    run(BIN / "python", ROOT / "tools" / "sbom.py", out / "homeport.cdx.json")


def release() -> None:
    """Build what is published, into dist/. Only when it is asked for."""
    build(ROOT / "dist")


#: What a wheel holds beside Python: so much, and no more.
IN_WHEEL = {
    *("py.typed", "inspect/apis.toml", "inspect/supported.txt"),
    *(
        f"page/_dist/{name}.js"
        for name in ("check", "clock", "headless", "indexed_db", "sandbox", "shell", "shim")
    ),
    *("page/_dist/web_worker.js", "page/_dist/worker.js"),
    *("page/_dist/shell.css", "page/_dist/shell.html"),
}


def contents(wheel: Path) -> None:
    """See that the wheel has all that it needs and nothing that strayed into it."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    found = {name.removeprefix("homeport/") for name in names if not name.endswith(".py")}
    if found != IN_WHEEL:
        sys.exit(f"In the wheel: strayed {sorted(found - IN_WHEEL)}, missing {sorted(IN_WHEEL - found)}.")


def package() -> None:
    """Build what is published, install the wheel elsewhere, and start what it brings."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "dist"
        build(out)
        (wheel,) = out.glob("*.whl")
        contents(wheel)
        run(sys.executable, "-m", "venv", Path(scratch) / "venv")
        python = Path(scratch) / "venv" / BIN.name / "python"
        run(python, "-m", "pip", "install", "--quiet", wheel)
        run(python, ROOT / "tools" / "smoke.py", cwd=Path(scratch))


def docs() -> None:
    """Build the documentation with warnings as errors."""
    run(BIN / "sphinx-build", "-W", "--keep-going", "-q", "-b", "html", ROOT / "docs", ROOT / "site")


def audit() -> None:
    """Look for known vulnerabilities in what is locked; being offline is not a failure."""
    result = subprocess.run(
        [str(BIN / "pip-audit"), "--require-hashes", "--disable-pip", "-r", str(LOCK)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if result.returncode and "found" in result.stderr.lower() and "vulnerabilit" in result.stderr.lower():
        sys.exit(f"{result.stdout}{result.stderr}pip-audit found known vulnerabilities.")
    *_, last = (result.stdout + result.stderr).strip().splitlines() or [""]
    print(f"Nobody could be asked: {last}" if result.returncode else result.stdout + result.stderr)


#: So many failures may be bad luck of a busy machine and are tried once more. What fails twice has failed.
SECOND_TRIES = 5


#: What has a run of its own, of about the same length as that of all others.
SHARES = {
    "conformance": ("tests/conformance",),
    "apps": ("tests/browser", "tests/examples", "tests/faults", "tests/host", "tests/samples"),
}
#: All tests, as three runs at a time even on two cores, since each waits for most of its time: for browsers,
#: timers and peers.
SIDE_BY_SIDE = {
    "all others": ["tests", *(f"--ignore={folder}" for folders in SHARES.values() for folder in folders)],
    **{name: [*folders] for name, folders in SHARES.items()},
}


def pytest(arguments: list[str]) -> None:
    """Run the tests: real sockets, real TLS, real browsers. A few that fail are named and tried once more."""
    if arguments:
        runs = [PytestRun("pytest", arguments)]
    else:
        runs = [PytestRun(name, words) for name, words in SIDE_BY_SIDE.items()]
    with ThreadPoolExecutor(len(runs)) as pool:
        codes = list(pool.map(PytestRun.run, runs, [True] + [False] * (len(runs) - 1)))
    failing = [(each, code) for each, code in zip(runs, codes, strict=True) if code]
    failed = [name for each, _ in failing for name in each.failed()]
    if not failing:
        return
    if any(code != 1 for _, code in failing) or not 0 < len(failed) <= SECOND_TRIES:
        sys.exit("\nThe tests failed.")
    print("\nTried once more:", *failed, sep="\n  ", flush=True)
    if any(each.run(True, "--last-failed", "--last-failed-no-failures", "none") for each, _ in failing):
        sys.exit("\nThe tests failed.")


class PytestRun:
    """One run of pytest, which keeps what it knows of failures in a folder of its own."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.name = name
        self._cache = ROOT / ".pytest_cache" / name.replace(" ", "-")
        self._command = [BIN / "python", "-m", "pytest", "-o", f"cache_dir={self._cache}", *arguments]

    def run(self, live: bool, *more: str) -> int:
        """Run it, with its output as it comes or as a whole at its end; the exit status."""
        command = [str(part) for part in (*self._command, *more)]
        print("$", *command, flush=True)
        done = subprocess.run(
            command,
            cwd=ROOT,
            check=False,
            stdout=None if live else subprocess.PIPE,
            stderr=None if live else subprocess.STDOUT,
        )
        if not live:
            print(f"\n-- {self.name}", done.stdout.decode(errors="replace"), sep="\n", flush=True)
        return done.returncode

    def failed(self) -> list[str]:
        """The tests that failed in it."""
        found = self._cache / "v" / "cache" / "lastfailed"
        return sorted(json.loads(found.read_text())) if found.exists() else []


STEPS: dict[str, Callable[[], None]] = {
    "lint": lint,
    "types": types,
    "page": page,
    "docs": docs,
    "audit": audit,
    "package": package,
}


#: What goes between lint and the tests, as two rows of steps at a time: most keep no more than one core busy.
#: What is packaged is what the step of the page built.
ROWS = (("types", "docs", "audit"), ("page", "package"))


def rows() -> None:
    """Check types, documentation, page and package, two at a time."""

    def go(row: tuple[str, ...]) -> int:
        live = row is ROWS[0]
        done = subprocess.run(
            [sys.executable, __file__, "--prepared", *row],
            check=False,
            stdout=None if live else subprocess.PIPE,
            stderr=None if live else subprocess.STDOUT,
        )
        if not live:
            print(done.stdout.decode(errors="replace"), flush=True)
        return done.returncode

    with ThreadPoolExecutor(len(ROWS)) as pool:
        if any(list(pool.map(go, ROWS))):
            sys.exit("\nFAILED, see above.")


def main() -> None:
    """Run the steps that were asked for and say how long each took."""
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    own, rest = words[:cut], words[cut + 1 :]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("steps", nargs="*", help="steps to run; all when none is given")
    parser.add_argument("--list", action="store_true", help="name the steps and stop")
    parser.add_argument("--prepared", action="store_true", help="all that the steps need is there")
    options = parser.parse_args(own)
    steps = {**STEPS, "rows": rows, "pytest": lambda: pytest(rest), "release": release}
    if options.list:
        for name, step in steps.items():
            print(f"{name:10s} {(step.__doc__ or 'Run the tests.').splitlines()[0]}")
        return
    if unknown := set(options.steps) - set(steps):
        parser.error(f"no step {', '.join(sorted(unknown))}; --list names them")
    # Deno fetches what it checks with; a network may have an authority of its own.
    os.environ.setdefault("DENO_TLS_CA_STORE", "mozilla,system")
    if not options.prepared:
        browsers()
        prepare()
    took = []
    for name in options.steps or ("lint", "rows", "pytest"):
        begin = time.monotonic()
        print(f"\n== {name}", flush=True)
        steps[name]()
        took.append(f"{name} {time.monotonic() - begin:.0f} s")
    print("\nPassed:" if options.prepared else "\nAll passed:", ", ".join(took), flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failure:
        sys.exit(f"\nFAILED: {' '.join(failure.cmd)} (exit status {failure.returncode})")
