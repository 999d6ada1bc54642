"""Requests that no client should send, for Hypothesis to choose from.

What could become an image carries `emulate:…`, since a refusal is cheaper than a picture; the fakes
in memory do not know the word.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from flux2.request.fields import NAMES
from tests.unit.fakes import GIF, JPEG, PNG, WEBP, Request, data_url

GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
IMAGE_PATHS = (GENERATIONS, EDITS)
REFERENCES = ("image", "image[]", "image[0]", "image[3]", "images", "images[]", "input_image_0")
REFERENCES += ("input_image_1", "input_image_3", "input_image_4", "image[image_url]", "image[999]")
OTHERS = ("mask", "user", "background", "", " prompt", "PROMPT", "prompt\0", "__proto__", "x" * 300)
FIELDS = (*sorted(NAMES), *REFERENCES, *OTHERS)


def fuzz(requests: SearchStrategy[Any], count: int, send: Callable[[Any], None]) -> None:
    """Send `count` of them or so, the same ones each time; a failure shows the smallest."""

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(requests)
    def run(request: Any) -> None:
        try:
            send(request)
        except Exception as exc:
            exc.add_note(f"{request!r:.3000}")
            raise

    run()


# Values

CONTROLS = st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Co", "Cn"])
SURROGATES = st.characters(categories=["Cs"])
TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(max_size=12),
    st.text(CONTROLS, max_size=4),
    st.sampled_from(("x" * 32_001, "\0" * 9, "🐄" * 32_000, '"' * 20_000, "\u202e", "\ufeff")),
)
FAILURES = ("flagged", "capacity", "internal", "garbage", "html", "error=503", "redirect")
FAILURES += ("break_before", "break_headers", "quota", "token", "empty", "code=1", "unknown")
PROMPTS = st.builds("{} emulate:{}".format, TEXTS, st.sampled_from(FAILURES))
NUMBERS = (0, 1, -1, 4, 255, 256, 2048, 2049, 2**31, 2**32 - 1, 2**32, 2**63, 2**64, 10**400)
FRACTIONS = (0.5, -0.0, 256.0, 1e-320, 5e-7, 1e308, -1e308, 1.7976931348623157e308)
WORDS = (
    "",
    " ",
    "auto",
    "AUTO",
    "null",
    "true",
    "yes",
    "1",
    " 7 ",
    "1_0",
    "٣",
    "0x10",
    "+5",
    "1e2",
)
WORDS += ("NaN", "Infinity", "1e999", "-1", "9" * 5000, "256x256", "256 X 256", "0x0", "٢٥٦x٢٥٦")
WORDS += ("b64_json", "url", "png", "jpeg", "webp", "low", "hd", "dall-e-3", "gpt-image-1", "\0")
WORDS += ("flux-2-dev", "flux-2-klein-4b", "@cf/black-forest-labs/flux-2-klein-9b", "@cf/", "flux")
DATA_URLS = (data_url(), data_url(JPEG), data_url(WEBP, ""), data_url(GIF), data_url(b""))
DATA_URLS += (
    "data:",
    "data:;base64,",
    "data:;base64,====",
    "data:;base64,AAAA",
    "data:,x",
    "blob:x",
)
DATA_URLS += (
    "data:;BASE64,AA=A",
    'data:;base64,"\\',
    "http://x/",
    "HTTPS://x/",
    "\0image:0",
    "file:",
)
DATA_URLS += (f"data:{'x' * 300};base64,AAAA", f"data:;base64,{'A' * 70_000}", "data:;base64,é")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.integers(),
    st.sampled_from(FRACTIONS),
    st.floats(allow_nan=False),
    st.sampled_from(WORDS),
    TEXTS,
)
ANYTHING = st.recursive(
    st.one_of(SCALARS, st.sampled_from(DATA_URLS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(
            st.sampled_from(("image_url", "url", "file_id", *FIELDS)), inner, max_size=4
        ),
    ),
    max_leaves=8,
)
URLS = st.sampled_from(DATA_URLS)
PAIRS = st.one_of(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from((*WORDS, *NUMBERS, *FRACTIONS, None, True))),
    st.tuples(st.sampled_from(REFERENCES), URLS),
    st.tuples(st.sampled_from(REFERENCES), st.lists(URLS, max_size=6)),
    st.tuples(st.sampled_from(REFERENCES), URLS.map(lambda url: {"image_url": url})),
    st.tuples(st.sampled_from(FIELDS), ANYTHING),
)
"""A field and a value that is nearly right, or anything."""
OBJECTS = st.builds(
    lambda prompt, is_json, pairs: {"prompt": {"a": prompt} if is_json else prompt, **dict(pairs)},
    PROMPTS,
    st.booleans(),
    st.lists(PAIRS, max_size=4),
)
GOOD = st.fixed_dictionaries(
    {"prompt": TEXTS.map(lambda text: text or "a cat")},
    optional={
        "seed": st.integers(0, 2**32 - 1),
        "guidance": st.floats(0, 20),
        "stream": st.booleans(),
        "response_format": st.sampled_from(("url", "b64_json", None)),
        "images": st.lists(st.sampled_from(DATA_URLS[:4]), max_size=4),
    },
).map(lambda fields: {**fields, "size": "256x256", "model": "flux-2-klein-4b"})


# Bodies


def _dumped(value: Any, ascii_only: bool) -> bytes:
    return json.dumps(value, ensure_ascii=ascii_only).encode(errors="surrogatepass")


LONE = SURROGATES.map(lambda character: {"prompt": character})
DOCUMENTS = st.builds(_dumped, st.one_of(OBJECTS, OBJECTS, OBJECTS, ANYTHING, LONE), st.booleans())
GOOD_DOCUMENTS = st.builds(_dumped, GOOD, st.booleans())
JUNK = (
    b"",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"'",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"]",
    b",",
    b":",
    b"\n",
)
JUNK += (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-",
    b"01",
    b"9" * 5000,
    b"\\ud800",
    b"\xed\xa0\x80",
    b"/*",
)
JUNK += (
    b'"prompt":1,',
    b'"prompt":"y","prompt":"emulate:flagged",',
    b"\x1f",
    b" " * 300,
    b"--rand--",
)


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

PERCENTS = (
    "%",
    "%zz",
    "%0",
    "%00",
    "%ff",
    "%C3%28",
    "%ed%a0%80",
    "+",
    "%2",
    "%u0041",
    "%25",
    "&",
    "=",
)
URLENCODED = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(FIELDS), PROMPTS | st.sampled_from(WORDS)).map(
            lambda pair: f"{quote_plus(pair[0])}={quote_plus(pair[1])}"
        ),
        st.tuples(st.sampled_from((*NAMES, *PERCENTS)), st.sampled_from(PERCENTS)).map("=".join),
        st.sampled_from(
            (
                "prompt=emulate:flagged",
                "prompt=a+cat&size=256x256",
                "&",
                "&&",
                "=",
                "a",
                "=b",
                "a=b=c",
                ";",
                "\0",
                "é",
            )
        ),
    ),
    max_size=8,
).map(lambda pairs: "&".join(pairs).encode())


def _completed(body: bytes) -> bytes:
    return b"prompt=a+cat&size=256x256&user=" + body.replace(b"&", b"%26")


MANY_PAIRS = st.integers(1, 4000).map(lambda count: b"prompt=emulate:flagged&" + b"a=b&" * count)


# Headers

HEADER_TEXT = st.text(
    st.sampled_from([chr(c) for c in (*range(32, 127), *range(160, 256))]), max_size=40
)
ODD_TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "APPLICATION/JSON;",
    "text/json",
    "application/problem+json",
    "json",
    "text/plain",
    "text/html; charset=\u00ff",
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-Urlencoded; charset=koi8-r",
    "multipart/form-data",
    "multipart/form-data; boundary",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="x',
    "multipart/form-data; boundary=rand; boundary=y",
    "multipart/form-data; BOUNDARY=x",
    f"multipart/form-data; boundary={'x' * 300}",
    "multipart/mixed; boundary=rand",
    "multipart/form-data, application/json",
    ";",
    "/",
    "image/png",
    "a" * 5000,
)
TYPES = st.one_of(st.sampled_from(("application/json", None, *ODD_TYPES)), HEADER_TEXT)
AUTHORIZATIONS = st.one_of(
    st.sampled_from(
        ("", "Bearer", "Bearer ", "bearer  ", "Basic eDp5", "Bearer wrong", "Bearer \u00ff")
    ),
    HEADER_TEXT,
    HEADER_TEXT.map(lambda text: f"Bearer {text}"),
)
OTHER_HEADERS = st.dictionaries(
    st.sampled_from(
        ("accept", "accept-encoding", "referer", "access-control-request-headers", "range")
    ),
    HEADER_TEXT,
    max_size=2,
)


def _headers(content_type: str | None, key: str) -> dict[str, str]:
    kind = {} if content_type is None else {"content-type": content_type.strip()}
    return {"authorization": f"Bearer {key}", **kind}


# Requests, to a server with that key


def json_requests(key: str) -> SearchStrategy[Request]:
    """Bodies that are JSON, nearly so, or not at all, under any content type."""
    types = st.one_of(st.just("application/json"), st.just("application/json"), TYPES)
    return st.builds(
        lambda path, kind, body: Request("POST", path, _headers(kind, key), body),
        st.sampled_from(IMAGE_PATHS),
        types,
        JSON_BODIES,
    )


def urlencoded_requests(key: str) -> SearchStrategy[Request]:
    headers = _headers("application/x-www-form-urlencoded", key)
    return st.builds(
        lambda path, body: Request("POST", path, headers, body),
        st.sampled_from(IMAGE_PATHS),
        st.one_of(URLENCODED, URLENCODED.map(_completed), URLENCODED, MANY_PAIRS),
    )


SEGMENTS = (
    "%",
    "%zz",
    "%00",
    "%ff",
    "%e2%82",
    "%2F",
    "%252e",
    "%20",
    "+",
    "@cf",
    "a:b",
    "~",
    "flux-2-dev",
)
SEGMENTS += (
    "@cf%2Fblack-forest-labs%2Fflux-2-dev",
    "x" * 3000,
    "%F0%9F%90%84",
    "*",
    "",
    "'",
    "dall-e-2",
)
SEGMENTS += (f"{'0' * 32}.png", f"{'0' * 32}.exe", "constructor", "generations", "edits", "%0d%0a")
KNOWN = ("/health", "/openapi.json", "/v1/models", "/v1/models/", GENERATIONS, EDITS)
ROOTS = (*KNOWN, "/v1", "/v1/", "/V1/models", "/v1/images", "/v1/images/files/", "/zz", "/health/")
PATHS = st.builds(
    lambda root, segments, query: root + "/".join(segments) + query,
    st.sampled_from(ROOTS),
    st.lists(st.sampled_from(SEGMENTS), max_size=3),
    st.sampled_from(("", "", "?", "?a=%zz", "?" + "a" * 2000)),
)
METHODS = ("GET", "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "QUERY")


def door_requests(key: str) -> SearchStrategy[Request]:
    """Any method and path, with and without the key."""
    return st.builds(
        lambda method, path, authorization, others: Request(
            method, path, {**others, "authorization": authorization.strip()}
        ),
        st.sampled_from(METHODS),
        st.sampled_from(KNOWN) | PATHS,
        st.one_of(st.just(f"Bearer {key}"), AUTHORIZATIONS),
        OTHER_HEADERS,
    )


# Forms

FILES = (
    b"",
    PNG,
    JPEG,
    WEBP,
    GIF,
    PNG[:20],
    JPEG[:30],
    b"GIF89a",
    b"<svg/>",
    b"data:;base64,AA",
    b"http:",
)
NAMES_OF_PARTS = st.sampled_from(FIELDS)


def form_requests(key: str) -> SearchStrategy[Request]:
    """Forms as the platform hands them over, already taken apart."""
    part = st.one_of(
        st.tuples(st.sampled_from(("prompt", "input")), PROMPTS),
        st.tuples(NAMES_OF_PARTS, st.sampled_from(WORDS) | TEXTS),
        st.tuples(st.sampled_from(REFERENCES), st.sampled_from(FILES)),
        st.tuples(NAMES_OF_PARTS, st.binary(max_size=40)),
        st.tuples(st.just("prompt"), DEEP.map(lambda body: body.decode())),
    )
    forms = st.lists(part, max_size=7)
    many = st.builds(lambda parts, times: parts * times, forms, st.sampled_from((5, 300, 2000)))
    headers = _headers("multipart/form-data; boundary=rand", key)
    return st.builds(
        lambda path, form: Request("POST", path, headers, b"--rand\r\n", form),
        st.sampled_from(IMAGE_PATHS),
        st.one_of(forms, forms, forms, forms, many),
    )


@dataclass(frozen=True)
class Part:
    head: str
    content: bytes


DISPOSITIONS = (
    'form-data; name="{}"',
    'form-data; name="{}"; filename="a.png"',
    'form-data; name="{}"; filename=""',
    "form-data; name=\"{}\"; filename*=UTF-8''%e2%82%ac.png",
    'form-data; name="{}"; filename="a\\"b.png"; filename*=x',
    "form-data; name={}",
    "form-data; name='{}'",
    'form-data; name="{}',
    'form-data; name="{}"; name="user"',
    "form-data; name*=UTF-8''{}",
    'FORM-DATA; NAME="{}"',
    'attachment; name="{}"; filename="../../etc/passwd"',
    "form-data",
    "form-data; name=",
    ";",
    "",
)
MORE_HEADERS = (
    *[""] * 12,
    "Content-Type: image/png",
    "Content-Type: text/plain; charset=utf-16",
    "Content-Type: multipart/mixed; boundary=y",
    "Content-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: quoted-printable",
    "Content-Length: 9999999",
    "X: " + "y" * 3000,
    "no colon",
    ": no name",
    "Content-Disposition: form-data; name=prompt",
)
CONTENTS = st.one_of(
    PROMPTS.map(lambda text: text.encode(errors="replace")),
    st.sampled_from(
        (
            *FILES,
            b"--rand",
            b"\r\n--rand",
            b"--rand--",
            b"--randx\r\n",
            b"=E2=82",
            b"\xff\xfe",
            b"7",
        )
    ),
    st.just(b'--y\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--y--'),
)
PARTS = st.builds(
    lambda disposition, name, more, content: Part(
        "\r\n".join(filter(None, (f"Content-Disposition: {disposition.format(name)}", more))),
        content,
    ),
    st.sampled_from((*DISPOSITIONS[:2] * 12, *DISPOSITIONS)),
    st.sampled_from(("prompt", "image", "size", "n")) | NAMES_OF_PARTS,
    st.sampled_from(MORE_HEADERS),
    CONTENTS,
)
PROMPT = Part('Content-Disposition: form-data; name="prompt"', b"a cat emulate:flagged")
CAT = Part('Content-Disposition: form-data; name="prompt"', b"a cat")
SMALL = Part('Content-Disposition: form-data; name="size"', b"256x256")


def _written(parts: Sequence[Part], newline: bytes, around: tuple[bytes, bytes, bytes]) -> bytes:
    """As multipart, with what stands before, the end, and what stands behind it."""
    before, end, behind = around
    written = [
        b"--rand\r\n" + part.head.encode(errors="replace") + b"\r\n\r\n" + part.content + b"\r\n"
        for part in parts
    ]
    return (before + b"".join(written) + end + behind).replace(b"\r\n", newline)


def _repeated(parts: Sequence[Part], times: int) -> Sequence[Part]:
    """At most 4 MB of them."""
    size = sum(len(part.content) + len(part.head) for part in parts)
    return [*parts] * min(times, max(1, 4_000_000 // (size or 1)))


MULTIPART = st.builds(
    lambda first, parts, times, newline, around: _written(
        [*first, *_repeated(parts, times)], newline, around
    ),
    st.sampled_from(((PROMPT,), (CAT, SMALL), (CAT, SMALL), ())),
    st.lists(PARTS, max_size=3),
    st.sampled_from((1,) * 12 + (2, 5, 1000)),
    st.sampled_from((b"\r\n",) * 12 + (b"\n", b"\r")),
    st.tuples(
        st.sampled_from((b"",) * 8 + (b"a preamble\r\n", b"\r\n", b"--rand")),
        st.sampled_from(
            (b"--rand--\r\n",) * 8 + (b"--rand--", b"", b"--rand", b"--", b"--rand--rand")
        ),
        st.sampled_from((b"",) * 8 + (b"an epilogue", b"\r\n\r\n--rand\r\n", b"\0")),
    ),
)


def multipart_requests(key: str) -> SearchStrategy[Request]:
    """Multipart as nobody should write it, for a platform that takes it apart."""
    usual = "multipart/form-data; boundary=rand"
    return st.builds(
        lambda path, kind, body: Request("POST", path, _headers(kind, key), body),
        st.sampled_from(IMAGE_PATHS),
        st.sampled_from((*[usual] * 6 * len(ODD_TYPES), *ODD_TYPES)),
        MULTIPART,
    )
