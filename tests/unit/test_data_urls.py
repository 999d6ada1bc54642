"""Base64 with the escapes that JSON allows."""

import base64
import binascii
import json
import random

import pytest

from flux2 import data_urls
from tests.unit.fakes import Buffer

WINDOW = data_urls._WINDOW
ESCAPES = {"/": (r"\/", r"\u002f", r"\u002F"), "+": (r"\u002b", r"\u002B"), "=": (r"\u003d",)}
DATA = base64.b64encode(random.Random(1).randbytes(2 * WINDOW)).decode()


@pytest.mark.parametrize("character", ESCAPES)
def test_escape_is_what_it_stands_for(character):
    """As PHP and .NET write them, wherever they lie over the edge of a window."""
    for escape in ESCAPES[character]:
        for room in range(8):
            text = "A" * room + DATA.replace(character, escape) + escape

            plain = data_urls.clean(Buffer(text.encode()))

            assert plain.data.decode() == json.loads(f'"{text}"')  # type: ignore[attr-defined]


def test_line_breaks_are_left_out():
    """Base64 may be wrapped; white space does not count."""
    for line_break in (r"\r\n", "\r\n", " \t\n\f"):
        wrapped = line_break.join(DATA[i : i + 76] for i in range(0, len(DATA), 76))

        assert data_urls.clean(Buffer(wrapped.encode())).data.decode() == DATA  # type: ignore[attr-defined]


def test_any_character_may_be_escaped():
    """RFC 8259, 7."""
    text = "".join(rf"\u{ord(character):04x}" for character in DATA[:100])

    assert data_urls.clean(Buffer(text.encode())).data.decode() == DATA[:100]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", DATA, "*" * 10])
def test_other_text_stays_as_it_is(text):
    """The decoder judges it."""
    assert data_urls.clean(Buffer(text.encode())).data.decode() == text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    ["\\", "a\\", "\\x", "\\" * 99_999, r"\u00ff", r"\ud83d", r"\u20ac", '"', r"\u0022", "\udcff"],
)
def test_what_no_base64_has_stays_so(text):
    """The decoder refuses it."""
    plain = data_urls.clean(Buffer((r"AAAA\n" + text).encode(errors="surrogateescape")))

    with pytest.raises(binascii.Error):
        base64.b64decode(plain.data, validate=True)  # type: ignore[attr-defined]
