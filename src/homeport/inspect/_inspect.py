"""``inspect_app``: looks at an app without running it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from homeport._text import did_you_mean
from homeport.appfiles import App, open_app
from homeport.manifest import (
    Manifest,
    ManifestError,
    NotAPackagedAppError,
    app_id_from_path,
    load_catalogue,
)

from ._apis import Api, Status, find_api, known_members
from ._calls import operation_of
from ._files import Tree
from ._html import Page, parse_page
from ._javascript import Use, parse_script
from ._pages import local_scripts, look_at_page
from ._reach import describe_reach
from ._reachable import used_files
from ._report import ApiUse, Level, Problem, Report, Spot
from ._scripts import look_at_script, uses_of
from ._syntax import look_at_syntax

__all__ = ["inspect_app"]

_LEVELS = list(Level)


def inspect_app(path: str | Path) -> Report:
    """Looks at an app: its folder, or a ``.zip`` or ``.crx``.

    An app that cannot be loaded gives a report that says why.

    Raises:
        UserError: there is no app at ``path`` at all.
    """
    path = Path(path)
    try:
        app = open_app(path)
    except (ManifestError, NotAPackagedAppError) as error:
        return Report(path, None, (), (), (), (), (), (_load_error(error),))
    return _Inspection(app).report(path)


def _load_error(error: ManifestError | NotAPackagedAppError) -> Problem:
    if isinstance(error, NotAPackagedAppError):
        return Problem(
            Level.ERROR, f"This is no packaged Chrome App but another kind: {error.kind}.", error.advice
        )
    spot = Spot(error.path.as_posix(), error.line or 0, error.column or 0) if error.path else None
    return Problem(Level.ERROR, error.message, error.hint or "", spot)


class _Inspection:
    def __init__(self, app: App) -> None:
        self.manifest: Manifest = app.manifest
        self.root = app.root
        self.tree = Tree(app.root)
        self.used = used_files(self.tree, app.manifest)
        self.problems: list[Problem] = []
        self.uses: list[tuple[Api, Use, Spot]] = []

    def report(self, path: Path) -> Report:
        pages = {
            file: parse_page(self.tree.read(file).decode("utf-8", "replace"))
            for file in self.tree.pages
            if file in self.used
        }
        self.problems += self.manifest_problems()
        self.look_at_pages(pages)
        self.look_at_scripts(pages)
        self.problems += self.syntax_problems(pages)
        self.problems += self.api_problems()
        self.problems += self.flow_problems()
        sockets = self.manifest.sockets
        return Report(
            path=path,
            manifest=self.manifest,
            about=tuple(self.about(path)),
            reach=describe_reach(self.manifest),
            install_warnings=sockets.warnings() if sockets is not None else (),
            apis=tuple(self.apis()),
            unused=tuple(sorted({*self.tree.scripts, *self.tree.pages} - self.used)),
            problems=tuple(sorted(dict.fromkeys(self.problems), key=_order)),
        )

    def about(self, path: Path) -> Iterator[str]:
        manifest = self.manifest
        yield f"{manifest.name} {manifest.version}, a packaged Chrome App."
        if manifest.key is not None:
            yield f"Its id is {manifest.app_id}, from the key in its manifest."
        elif manifest.app_id not in {app_id_from_path(path), app_id_from_path(self.root)}:
            yield f"Its id is {manifest.app_id}, from the key that signed its package."
        else:
            yield f"Its id is {manifest.app_id}; without a key it changes when the app is moved."
        scripts = ", ".join(manifest.background_scripts)
        yield f"In the background it runs {manifest.background_page or scripts}."
        if manifest.kiosk_only:
            yield "It is meant for kiosks only."

    def look_at_pages(self, pages: dict[str, Page]) -> None:
        for file, page in pages.items():
            self.problems += look_at_page(page, file, self.tree, self.manifest)
            if not page.whole:
                message = "This page was not looked through to its end: it takes too long."
                self.problems.append(Problem(Level.HINT, message, "", Spot(file)))
            for script in page.inline_scripts:
                parsed = parse_script(script.source.encode(), script.line, script.column)
                self.remember(uses_of(parsed, file))

    def look_at_scripts(self, pages: dict[str, Page]) -> None:
        sandboxed = self.sandboxed_scripts(pages)
        for file in sorted(self.used.intersection(self.tree.scripts)):
            script = parse_script(self.tree.read(file))
            is_sandboxed = file in sandboxed
            self.problems += look_at_script(script, file, self.tree, self.manifest, sandboxed=is_sandboxed)
            if not is_sandboxed:
                self.remember(uses_of(script, file))
        for file in self.tree.passed_over:
            self.problems.append(
                Problem(Level.HINT, "This file was not looked into: too large.", "", Spot(file))
            )

    def remember(self, uses: Iterator[tuple[str, Use, Spot]]) -> None:
        for _, use, spot in uses:
            api = find_api(use.names)
            if api is not None:
                self.uses.append((api, use, spot))

    def sandboxed_scripts(self, pages: dict[str, Page]) -> set[str]:
        """The scripts that only sandboxed pages load; they have no ``chrome``, and may use ``eval``."""
        inside: set[str] = set()
        outside = set(self.manifest.background_scripts)
        for file, page in pages.items():
            scripts = inside if file in self.manifest.sandbox_pages else outside
            scripts.update(local_scripts(page, file, self.manifest))
        return inside - outside

    def syntax_problems(self, pages: dict[str, Page]) -> Iterator[Problem]:
        """The scripts that do not compile."""
        background = set(self.manifest.background_scripts)
        if (page := self.manifest.background_page) in pages:
            background.update(local_scripts(pages[page], page, self.manifest))
        files = sorted(self.used.intersection(self.tree.scripts))
        yield from look_at_syntax(files, self.tree, background, set(self.manifest.background_scripts))

    def manifest_problems(self) -> Iterator[Problem]:
        for warning in self.manifest.warnings:
            meant = did_you_mean(warning.name, warning.known)
            spot = Spot("manifest.json", warning.line, warning.column)
            yield Problem(Level.HINT, warning.message, meant, spot)
        for page in self.manifest.sandbox_pages:
            if not self.tree.has(page):
                message = f"There is no {page} in the app's folder, which sandbox.pages names."
                yield Problem(Level.WARNING, message, "Add it, or correct its name.", Spot("manifest.json"))
        for file in sorted(self.tree.root.glob("_locales/*/messages.json")):
            try:
                load_catalogue(file)
            except ManifestError as error:
                spot = Spot(file.relative_to(self.tree.root).as_posix(), error.line or 0, error.column or 0)
                message = error.message.replace(str(file), spot.file).rstrip(".")
                yield Problem(Level.HINT, f"{message}.", "Chromium would not load the app.", spot)

    def apis(self) -> Iterator[ApiUse]:
        by_name: dict[str, tuple[Api, list[Spot]]] = {}
        for api, _, spot in self.uses:
            by_name.setdefault(api.name, (api, []))[1].append(spot)
        for name, (api, spots) in sorted(by_name.items()):
            if name == api.namespace and any(other.startswith(f"{name}.") for other in by_name):
                continue  # Only a step to its members.
            yield ApiUse(name, api.namespace, api.status, api.note, tuple(sorted(dict.fromkeys(spots))))

    def api_problems(self) -> Iterator[Problem]:
        seen: set[str] = set()
        # A call counts more than a look: of several uses it is the one that is told.
        for api, use, spot in sorted(self.uses, key=lambda item: (item[1].arguments is None, item[2])):
            for subject, problem in self.problems_of(api, use, spot):
                if subject not in seen:
                    seen.add(subject)
                    yield problem

    def problems_of(self, api: Api, use: Use, spot: Spot) -> Iterator[tuple[str, Problem]]:
        """What is wrong with using an API, each with a subject of which one problem suffices."""
        if api.status is Status.ABSENT:
            whole = find_api(api.namespace.split("."))
            all_absent = whole is not None and whole.status is Status.ABSENT
            fails = use.arguments is not None or (all_absent and self.throws(api, use, spot))
            level = Level.WARNING if fails else Level.HINT
            name = api.namespace if all_absent else api.name
            yield name, Problem(level, f"Homeport has no chrome.{name}.", api.note, spot)
        elif api.status is Status.EXTENSION:
            yield (
                api.namespace,
                Problem(Level.HINT, f"Chrome Apps have no chrome.{api.namespace}.", api.note, spot),
            )
        elif api.status is Status.UNKNOWN:
            message = f"Chrome Apps have no chrome.{api.name}."
            meant = did_you_mean(api.name.rpartition(".")[2], known_members(api.namespace))
            yield api.name, Problem(Level.HINT, message, meant or "Look whether the name is right.", spot)
        elif (missing := self.missing(api)) is not None:
            yield f"{api.namespace} permission", Problem(Level.WARNING, *missing, spot)
        elif api.status is Status.PARTIAL:
            yield (
                api.name,
                Problem(Level.HINT, f"chrome.{api.name} is there with a difference.", api.note, spot),
            )
        if api.old:
            yield (
                f"{api.namespace} old",
                Problem(Level.HINT, f"The app uses chrome.{api.namespace}.", api.old, spot),
            )
        yield from self.refused(api, spot)

    def throws(self, api: Api, use: Use, spot: Spot) -> bool:
        """Whether a member is read of what is not there, and the file never asks whether that is there."""
        asks = any(other.name == api.namespace and at.file == spot.file for other, _, at in self.uses)
        return api.name != api.namespace and not asks and not use.is_fallback

    def missing(self, api: Api) -> tuple[str, str] | None:
        """What the manifest lacks for this API to be there, and how to add it."""
        manifest = self.manifest
        if api.key is not None and api.key not in manifest.raw:
            message = f'chrome.{api.namespace} is undefined: the manifest has no "{api.key}" key.'
            return message, f'Add "{api.key}".'
        name = api.permission
        optional = any(
            name == item if isinstance(item, str) else name in item for item in manifest.optional_permissions
        )
        if name is None or optional or manifest.has_permission(name) or manifest.permission_arguments(name):
            return None
        message = f'chrome.{api.namespace} is undefined: the manifest does not ask for "{name}".'
        return message, f'Add "{name}" to "permissions".'

    def refused(self, api: Api, spot: Spot) -> Iterator[tuple[str, Problem]]:
        kind = operation_of(api.name)
        sockets = self.manifest.sockets
        if kind is None or sockets is None or sockets.of_kind(kind):
            return
        group, _, slot = kind.partition(".")
        message = f'Every call of chrome.{api.name} is refused: the manifest allows no "{slot}" of "{group}".'
        fix = f'Add "{slot}": "*:*" (or less) to "{group}" in the "sockets" key.'
        if not kind.has_address:
            fix = f'Add "{slot}": "" to "{group}" in the "sockets" key.'
        yield kind, Problem(Level.WARNING, message, fix, spot)

    def flow_problems(self) -> Iterator[Problem]:
        """What the scripts together lack."""
        spots: dict[str, Spot] = {}
        for api, _, spot in self.uses:
            spots.setdefault(api.name, spot)
        if "app.runtime.onLaunched" not in spots:
            message = "No script listens to chrome.app.runtime.onLaunched: a launch does nothing."
            yield Problem(Level.HINT, message)
        accept = spots.get("sockets.tcpServer.onAccept")
        if accept is not None and "sockets.tcp.setPaused" not in spots:
            message = "Accepted sockets start paused: without setPaused they receive nothing."
            fix = "Call chrome.sockets.tcp.setPaused(info.clientSocketId, false)."
            yield Problem(Level.HINT, message, fix, accept)


def _order(problem: Problem) -> tuple[int, Spot, str]:
    return _LEVELS.index(problem.level), problem.spot or Spot(""), problem.message
