"""Bodies that are JSON or an urlencoded form, nearly so, or not at all."""

import json
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

from flux2.request.fields import NAMES
from tests.fuzz.values import ANYTHING, FIELDS, GOOD, OBJECTS, PROMPTS, SURROGATES, WORDS

# JSON


def _dumped(value: Any, ascii_only: bool) -> bytes:
    return json.dumps(value, ensure_ascii=ascii_only).encode(errors="surrogatepass")


LONE = SURROGATES.map(lambda character: {"prompt": character})
DOCUMENTS = st.builds(_dumped, st.one_of(OBJECTS, OBJECTS, OBJECTS, ANYTHING, LONE), st.booleans())
GOOD_DOCUMENTS = st.builds(_dumped, GOOD, st.booleans())
JUNK = (b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"'", b'"', b"\\", b"{", b"}", b"]", b",", b":")
JUNK += (b"\n", b"NaN", b"-Infinity", b"1e999", b"-", b"01", b"9" * 5000, b"\\ud800")
JUNK += (b"\xed\xa0\x80", b"/*", b'"prompt":1,', b'"prompt":"y","prompt":"emulate:flagged",')
JUNK += (b"\x1f", b" " * 300, b"--rand--")


def _spoiled(body: bytes, place: float, cut: int, junk: bytes) -> bytes:
    """With `junk` in the place of `cut` bytes."""
    at = int(place * len(body))
    return body[:at] + junk + body[at + cut :]


SPOILED = st.builds(
    _spoiled,
    DOCUMENTS,
    st.floats(0, 1),
    st.sampled_from((0, 0, 1, 2, 10**9)),
    st.sampled_from(JUNK) | st.binary(max_size=6),
)


def _deep(opening: bytes, levels: int, closing: bytes, key: bytes) -> bytes:
    return b'{"%s":%s%s}' % (key, opening * levels, b"1" + closing * levels if closing else b"")


DEEP = st.builds(
    lambda pair, levels, key: _deep(pair[0], levels, pair[1], key),
    st.sampled_from(
        ((b"[", b"]"), (b'{"a":', b"}"), (b"[", b""), (b'{"a":[', b"]}"), (b'["[",', b"]"))
    ),
    st.integers(1, 70) | st.sampled_from((200, 201, 1000, 5000, 100_000)),
    st.sampled_from((b"prompt", b"user", b"images", b"size")),
)
LONG = st.builds(
    lambda name, text, times: _dumped({"prompt": "emulate:flagged", name: text * times}, False),
    st.sampled_from(FIELDS),
    st.sampled_from(("a", '"', "\\", "é", "🐄", " ", "data:;base64,AAAA", "\0")),
    st.sampled_from((1000, 32_001, 70_000)),
)
ENCODED = st.builds(
    lambda body, encoding: body.decode(errors="replace").encode(encoding),
    DOCUMENTS,
    st.sampled_from(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7")),
)
JSON_BODIES = st.one_of(DOCUMENTS, DOCUMENTS, GOOD_DOCUMENTS, SPOILED, SPOILED, DEEP, LONG, ENCODED)

# Urlencoded

PERCENTS = ("%", "%zz", "%0", "%00", "%ff", "%C3%28", "%ed%a0%80", "+", "%2", "%u0041", "%25", "&")
PERCENTS += ("=",)
ODD_PAIRS = ("prompt=emulate:flagged", "prompt=a+cat&size=256x256", "&", "&&", "=", "a", "=b")
ODD_PAIRS += ("a=b=c", ";", "\0", "é")
URLENCODED = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(FIELDS), PROMPTS | st.sampled_from(WORDS)).map(
            lambda pair: f"{quote_plus(pair[0])}={quote_plus(pair[1])}"
        ),
        st.tuples(st.sampled_from((*NAMES, *PERCENTS)), st.sampled_from(PERCENTS)).map("=".join),
        st.sampled_from(ODD_PAIRS),
    ),
    max_size=8,
).map(lambda pairs: "&".join(pairs).encode())


def _completed(body: bytes) -> bytes:
    return b"prompt=a+cat&size=256x256&user=" + body.replace(b"&", b"%26")


MANY_PAIRS = st.integers(1, 4000).map(lambda count: b"prompt=emulate:flagged&" + b"a=b&" * count)
URLENCODED_BODIES = st.one_of(URLENCODED, URLENCODED.map(_completed), URLENCODED, MANY_PAIRS)
