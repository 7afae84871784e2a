"""Scripts of workers: ours runs before them, where the app may ask other servers."""

from __future__ import annotations

import time

import pytest

from homeport.server._bundle import bundle_file
from homeport.server._workers import with_worker_shim

OURS = b'import "/_homeport/web_worker.js";'
CSP = "content-security-policy"


def shim() -> bytes:
    found = bundle_file("web_worker.js")
    assert found is not None
    return found


@pytest.fixture
def served(make_app, make_daemon, make_http):
    async def serve(script: bytes, destination: str | None, permissions=("http://127.0.0.1/*",)):
        app = make_app("workers", {"w.js": script}, permissions=list(permissions))
        return await make_http(await make_daemon(app), app)("GET", "/w.js", Sec_Fetch_Dest=destination)

    return serve


@pytest.mark.parametrize("destination", ["worker", "sharedworker"])
async def test_ours_comes_first_in_the_same_line(served, destination):
    answer = await served(b"let a;\nlet b;\n", destination)
    assert answer.body == shim() + b";let a;\nlet b;\n"
    assert b"\n" not in shim()
    assert "script-src 'self'" in answer.headers[CSP]


@pytest.mark.parametrize("destination", [None, "empty", "script", "serviceworker", "document"])
async def test_what_is_no_worker_is_as_it_is(served, destination):
    assert (await served(b"let a;\n", destination)).body == b"let a;\n"


@pytest.mark.parametrize("permissions", [(), ("storage", "file:///*")])
async def test_a_worker_that_may_ask_nobody_is_as_it_is(served, permissions):
    assert (await served(b"let a;\n", "worker", permissions)).body == b"let a;\n"


@pytest.mark.parametrize(
    "script",
    [
        b"import './a.js';",
        b"const a = 1;\nexport default a;",
        b"/* import */ 'use strict';\nimport * as a from './a.js';",
        b"export {};",
    ],
)
def test_a_module_brings_ours_before_what_it_brings_itself(script):
    assert with_worker_shim(script, b"SHIM") == OURS + script


@pytest.mark.parametrize(
    "script",
    [
        b"`\nimport './a.js';\n`",
        b"// export\n",
        b"/*\nimport './a.js'\n*/",
        b"import('./a.js')",
        b"x.import()",
    ],
)
def test_what_only_speaks_of_modules_is_none(script):
    assert with_worker_shim(script, b"SHIM\n") == b"SHIM;" + script


@pytest.mark.parametrize("start", [b'"use strict"', b"'use strict';", b"// a\n/* b\n */ 'use strict'\n"])
def test_a_strict_script_stays_strict(start):
    assert with_worker_shim(start + b" f()", b"SHIM") == b'"use strict";SHIM;' + start + b" f()"


@pytest.mark.parametrize("start", [b"/* 'use strict' */ f()", b"f('use strict')", b"'use strictly'; f()"])
def test_one_that_is_not_strict_does_not_become_so(start):
    assert with_worker_shim(start, b"SHIM") == b"SHIM;" + start


def test_what_must_come_first_does():
    assert with_worker_shim(b"\xef\xbb\xbflet a", b"SHIM") == b"SHIM;let a"
    assert with_worker_shim(b"#!/usr/bin/env node\nlet a", b"SHIM") == b"#!/usr/bin/env node\nSHIM;let a"


@pytest.mark.parametrize(
    "script",
    [
        b"/" * 60 + b"\n// A worker.\n",
        b"//\n" * 20_000,
        b"/**/" * 20_000 + b"/*",
        b"/*" * 30_000,
        b" " * 60_000,
    ],
)
def test_a_script_that_begins_with_a_long_comment_is_looked_through_once(script):
    """A row of slashes was taken apart in all ways that there are: one such worker stopped all apps."""
    begun = time.process_time()
    assert with_worker_shim(script + b"f()", b"SHIM") == b"SHIM;" + script + b"f()"
    assert time.process_time() - begun < 0.3
    assert with_worker_shim(b"/" * 60 + b"\n'use strict';", b"S").startswith(b'"use strict";S;')


def test_only_the_top_of_a_script_is_looked_at_for_imports():
    """All of it took a minute, in which no app got an answer."""
    script = b"import a from 'a';\nimport " + b"{" * (4 << 20)
    begun = time.process_time()
    assert with_worker_shim(script, b"SHIM").startswith(OURS)
    assert time.process_time() - begun < 4
