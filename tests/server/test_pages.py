from __future__ import annotations

import codecs

import pytest

from homeport.server._pages import (
    declares_charset,
    generated_background_page,
    with_shim,
    with_shim_in_xhtml,
)

SHIM = b'<script src="/_homeport/shim.js"></script>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"", b"<p>no head at all"),
        (b"", b"<html><head><script src=a.js></script>"),
        (b"<!doctype html>", b"<html><head><title>x</title>"),
        (b"<!DOCTYPE html>\n", b"<script>1</script>"),
        (
            b'<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/strict.dtd">',
            b"<p>",
        ),
        (b"\n\n  <!doctype html>\r\n\t", b"<html>"),
        (b"<!-- <html><head><script> --><!doctype html><!-- x -->\n", b"<head>"),
        (b"<!-- a --!><!doctype html>", b"<body>"),
        (b"<!--><!doctype html>", b"<body>"),
        (b"<!---><!doctype html>", b"<body>"),
        (b"<!-- -- > <script> --><!doctype html>", b"<body>"),
        (b'<?xml version="1.0"?><!doctype html>', b"<html>"),
        (b"<!bogus><!doctype html>", b"<html>"),
        (b"", b"text <!doctype html>"),
        (b"", b"</html><p>"),
        (b"", b"<!-- never closed <script>x</script>"),
        (b"", b"<!doctype html"),
    ],
)
def test_the_shim_is_the_first_element_and_the_doctype_stays_in_front(before, after):
    assert with_shim(before + after) == before + SHIM + after


def test_a_byte_order_mark_stays_first():
    page = codecs.BOM_UTF8 + "<!doctype html><p>é".encode()
    assert with_shim(page) == codecs.BOM_UTF8 + b"<!doctype html>" + SHIM + "<p>é".encode()


@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_utf16_pages_get_it_in_their_own_encoding(mark, encoding):
    page = mark + "<!doctype html><p>é€".encode(encoding)
    assert with_shim(page) == mark + f"<!doctype html>{SHIM.decode()}<p>é€".encode(encoding)


def test_bytes_of_other_encodings_stay_as_they_are():
    page = "<!doctype html><meta charset=shift_jis><p>日本".encode("shift_jis")
    assert with_shim(page) == page.replace(b"<meta", SHIM + b"<meta")


def test_a_long_hostile_prolog_takes_no_time():
    for piece in b"<!-- -", b"<!--", b"<!", b"<?", b" ", b"</ >":
        with_shim(piece * 100_000)


def test_a_prolog_of_more_pieces_than_anybody_writes_has_it_in_their_midst():
    page = with_shim(b"<!---->" * 1_000_000)
    assert page.index(b"shim.js") < 10_000
    assert page.replace(SHIM, b"") == b"<!---->" * 1_000_000


def test_xhtml_gets_it_in_its_head_with_its_namespace():
    page = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>\n<title/></head></html>'
    shim = b'<script xmlns="http://www.w3.org/1999/xhtml" src="/_homeport/shim.js"></script>'
    assert with_shim_in_xhtml(page) == page.replace(b"<head>", b"<head>" + shim)
    assert with_shim_in_xhtml(b"<html><body/></html>") == b"<html>" + shim + b"<body/></html>"
    assert with_shim_in_xhtml(b"<svg/>") == b"<svg/>"


def test_a_page_may_name_its_encoding():
    assert declares_charset(b"<head><META http-equiv=x content='text/html; charset=x'>")
    assert declares_charset(b"<meta charset=utf-8>")
    assert not declares_charset(b"<meta name=a>" + b" " * 1024 + b"<meta charset=x>")


def test_the_generated_page_is_chromes_own():
    assert generated_background_page(["bg.js"]) == b'<!DOCTYPE html>\n<body>\n<script src="bg.js"></script>\n'


def test_names_of_scripts_stay_names():
    page = generated_background_page(["a b.js", 'x"><script>alert(1)</script>.js', "q?x#y%41.js", "é.js"])
    assert page.splitlines()[2:] == [
        b'<script src="a%20b.js"></script>',
        b'<script src="x%22%3E%3Cscript%3Ealert(1)%3C/script%3E.js"></script>',
        b'<script src="q%3Fx%23y%2541.js"></script>',
        b'<script src="%C3%A9.js"></script>',
    ]
