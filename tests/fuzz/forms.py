"""Forms as nobody should write them: their parts, and multipart for a platform to take apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

from tests.fuzz.bodies import DEEP
from tests.fuzz.values import FIELDS, PROMPTS, REFERENCES, TEXTS, WORDS
from tests.unit.fakes import GIF, JPEG, PNG, WEBP

FILES = (b"", PNG, JPEG, WEBP, GIF, PNG[:20], JPEG[:30], b"GIF89a", b"<svg/>", b"data:;base64,AA")
FILES += (b"http:",)
_MOST_BYTES = 4_000_000
T = TypeVar("T")


def repeat(parts: Sequence[T], times: int, size: int) -> list[T]:
    """Repeat parts that have so many bytes together, up to 4 MB."""
    return [*parts] * min(times, max(1, _MOST_BYTES // (size or 1)))


NAMES_OF_PARTS = st.sampled_from(FIELDS)
_PARTS = st.one_of(
    st.tuples(st.sampled_from(("prompt", "input")), PROMPTS),
    st.tuples(NAMES_OF_PARTS, st.sampled_from(WORDS) | TEXTS),
    st.tuples(st.sampled_from(REFERENCES), st.sampled_from(FILES)),
    st.tuples(NAMES_OF_PARTS, st.binary(max_size=40)),
    st.tuples(st.just("prompt"), DEEP.map(lambda body: body.decode())),
)
_FEW = st.lists(_PARTS, max_size=7)
_MANY = st.builds(
    lambda parts, times: repeat(parts, times, sum(len(each) for part in parts for each in part)),
    _FEW,
    st.sampled_from((5, 300, 2000)),
)
FORMS = st.one_of(_FEW, _FEW, _FEW, _FEW, _MANY)
"""Names and values, to be written as multipart."""


@dataclass(frozen=True)
class Part:
    head: str
    content: bytes


DISPOSITIONS = ('form-data; name="{}"', 'form-data; name="{}"; filename="a.png"')
DISPOSITIONS += ('form-data; name="{}"; filename=""',)
DISPOSITIONS += ("form-data; name=\"{}\"; filename*=UTF-8''%e2%82%ac.png",)
DISPOSITIONS += ('form-data; name="{}"; filename="a\\"b.png"; filename*=x', "form-data; name={}")
DISPOSITIONS += ("form-data; name='{}'", 'form-data; name="{}', 'form-data; name="{}"; name="user"')
DISPOSITIONS += ("form-data; name*=UTF-8''{}", 'FORM-DATA; NAME="{}"')
DISPOSITIONS += ('attachment; name="{}"; filename="../../etc/passwd"', "form-data")
DISPOSITIONS += ("form-data; name=", ";", "")
MORE_HEADERS = (*[""] * 12, "Content-Type: image/png", "Content-Type: text/plain; charset=utf-16")
MORE_HEADERS += ("Content-Type: multipart/mixed; boundary=y", "Content-Transfer-Encoding: base64")
MORE_HEADERS += ("Content-Transfer-Encoding: quoted-printable", "Content-Length: 9999999")
MORE_HEADERS += ("X: " + "y" * 3000, "no colon", ": no name")
MORE_HEADERS += ("Content-Disposition: form-data; name=prompt",)
BOUNDARIES = (b"--rand", b"\r\n--rand", b"--rand--", b"--randx\r\n", b"=E2=82", b"\xff\xfe", b"7")
CONTENTS = st.one_of(
    PROMPTS.map(lambda text: text.encode(errors="replace")),
    st.sampled_from((*FILES, *BOUNDARIES)),
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


MULTIPART = st.builds(
    lambda first, parts, times, newline, around: _written(
        [*first, *repeat(parts, times, sum(len(each.content) + len(each.head) for each in parts))],
        newline,
        around,
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
