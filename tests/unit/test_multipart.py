"""`multipart/form-data`, in the spellings that programs have for it."""

import pytest

from flux2.errors import InvalidForm
from flux2.request import multipart
from tests.unit.fakes import PNG, Buffer, Server, check_error

FORM = "multipart/form-data; boundary=x"
NAMED = b'Content-Disposition: form-data; name="prompt"'
WINDOW = multipart._WINDOW


def _parse(body: bytes, content_type: str = FORM) -> list[tuple[str, bool, bytes]]:
    parts = multipart.parse(Buffer(body), content_type)
    return [(part.name, part.is_file, part.content.data) for part in parts]  # type: ignore[attr-defined]


def _write(*parts: tuple[bytes, bytes], end: bytes = b"\r\n") -> bytes:
    """Parts of headers and content, with that line break."""
    written = [b"--x" + end + head + end + end + content + end for head, content in parts]
    return b"".join(written) + b"--x--" + end


# How the headers of a part may be written


@pytest.mark.parametrize(
    "head",
    [
        NAMED,
        b"Content-Disposition: form-data; name=prompt",
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=prompt",
        b'content-disposition:form-data;name="prompt"',
        b'CONTENT-DISPOSITION : FORM-DATA ; NAME = "prompt" ',
        b'Content-Disposition: form-data;\r\n name="prompt"',
        b'Content-Disposition: form-data; other="; name=wrong"; name="prompt"',
        b'Content-Disposition: form-data; name="prompt"; name="second"',
        NAMED + b"\r\nContent-Disposition: form-data; name=second",
        NAMED + b"\r\nContent-Length: 5\r\nX-Long: " + b"y" * 4000,
    ],
)
def test_name_is_read_however_it_is_written(head):
    """In quotes or as a token, and among other headers in any order (RFC 7578, 4.2, RFC 9110)."""
    assert _parse(_write((head, b"a cow"))) == [("prompt", False, b"a cow")]


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        (rb'name="a\"b\\c"', 'a"b\\c'),
        ('name="größe"'.encode(), "größe"),
        (b'name="\xff"', "\ufffd"),
        (b'name=""', ""),
        (b"name=", ""),
        (b'name="a;b=c"', "a;b=c"),
        (b"name='a'", "'a'"),
    ],
)
def test_any_name_is_a_name(parameter, name):
    """Also an empty one, which forms of web pages have."""
    head = b"Content-Disposition: form-data; " + parameter

    assert _parse(_write((head, b"v"), (NAMED, b"a cow"))) == [
        (name, False, b"v"),
        ("prompt", False, b"a cow"),
    ]


@pytest.mark.parametrize(
    "parameter",
    [
        b'filename="a.png"',
        b"filename=a.png",
        b'filename=""',
        b"filename*=UTF-8''a.png",
        b'FileName="a"',
    ],
)
def test_part_with_a_file_name_is_a_file(parameter):
    """Whatever the name is."""
    head = b'Content-Disposition: form-data; name="image"; ' + parameter

    assert _parse(_write((head, PNG))) == [("image", True, PNG)]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Content-Type: text/plain",
        b"Content-Disposition: form-data",
        b"Content-Disposition: form-data; filename=a.png",
        b"Content-Disposition: form-data; name*=UTF-8''prompt",
        b"Content-Disposition",
    ],
)
async def test_part_without_a_name_is_refused(head):
    """With an example of one."""
    answer = await Server().post(_write((head, b"a cow")), FORM)

    check_error(answer, 400, "invalid_form", "needs a name", 'name="prompt"')
    assert "boundary" not in answer.text


# Where parts begin and end


@pytest.mark.parametrize(
    "content_type",
    [
        FORM,
        'Multipart/Form-Data; charset=utf-8; Boundary="x"',
        "multipart/form-data;boundary = x; other=y",
        "multipart/form-data; boundary=x, x",
    ],
)
def test_boundary_is_read_however_it_is_written(content_type):
    """In quotes or as a token, among other parameters."""
    assert len(_parse(_write((NAMED, b"a cow")), content_type)) == 1


@pytest.mark.parametrize("before", [b"", b"\r\n", b"a preamble\r\n", b"--y\r\n"])
@pytest.mark.parametrize("behind", [b"", b"an epilogue", b"\r\n--x\r\n"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_what_stands_around_a_form_is_no_part_of_it(before, behind, end):
    """RFC 2046, 5.1.1; and a line feed alone passes for a line break."""
    body = before + _write((NAMED, b"a\r\ncow\n"), (NAMED, b""), end=end) + behind

    assert _parse(body) == [("prompt", False, b"a\r\ncow\n"), ("prompt", False, b"")]


def test_white_space_behind_a_boundary_is_padding():
    """RFC 2046, 5.1.1."""
    assert len(_parse(_write((NAMED, b"a cow")).replace(b"--x\r\n", b"--x \t\r\n"))) == 1


def test_part_may_end_with_its_headers():
    """RFC 2046, 5.1.1: a body without a line is no line at all."""
    assert _parse(b"--x\r\n" + NAMED + b"\r\n\r\n--x--") == [("prompt", False, b"")]


def test_content_may_nearly_contain_the_boundary():
    """Only behind a line break it is one."""
    content = b"-x --x a--x-- \r\n-x \r\n--\r\n\n-"

    assert _parse(_write((NAMED, content))) == [("prompt", False, content)]


@pytest.mark.parametrize("size", [WINDOW - 300, WINDOW, 2 * WINDOW + 5])
def test_part_across_windows_is_whole(size):
    """Wherever the boundary, the headers and the contents lie over the edge of a window."""
    for more in range(0, 320, 3):
        content = bytes(size + more - 160)
        parts = [(NAMED, content), (NAMED, b"\r"), (NAMED, b"end")]

        assert [found[2] for found in _parse(_write(*parts))] == [content, b"\r", b"end"]


def test_content_is_a_view_of_the_body():
    """A file of 20 MB is not copied."""
    body = Buffer(_write((NAMED, b"a cow")))
    (part,) = multipart.parse(body, FORM)
    body.write(body.data.index(b"cow"), b"cat")

    assert part.content.read(0, 99) == b"a cat"


# What is none


@pytest.mark.parametrize(
    "body",
    [
        b"--x",
        b"--x\r\n",
        b"--x\r\nnonsense",
        b"--xx\r\n" + NAMED + b"\r\n\r\na\r\n--x--",
        b"--x\r\n" + NAMED + b"\r\n\r\nhalf a pro",
        b"--x\r\n" + NAMED + b"\r\n\r\na\r\n--x\r\nConte",
        b"--x\r\n" + NAMED + b"\r\n\r\na\r\n--x",
        b"--x\r\nX: " + b"y" * 9000 + b"\r\n" + NAMED + b"\r\n\r\na\r\n--x--",
    ],
)
async def test_form_that_is_cut_is_refused(body):
    """It may have been another prompt; the content type is not to blame."""
    answer = await Server().post(body, FORM)

    check_error(answer, 400, "invalid_form", "not a complete form")
    assert "boundary" not in answer.text


@pytest.mark.parametrize(
    ("content_type", "reason"),
    [
        ("multipart/form-data", "names none"),
        ("multipart/form-data; boundary=", "names none"),
        ("multipart/form-data; boundary=y", "has another one"),
    ],
)
async def test_wrong_boundary_is_told(content_type, reason):
    """Often somebody wrote the content type by hand; we say so."""
    answer = await Server().post(_write((NAMED, b"a cow")), content_type)

    check_error(answer, 400, "invalid_form", "boundary", reason, "Let your HTTP client write")


def test_no_form_takes_long():
    """A megabyte of what nearly is one: each byte is looked at a few times at most."""
    for body in (
        b"\r\n--" * 250_000,
        b"--x\r\n" * 200_000,
        b"--x\r\n" + b";" * 10**6,
        b"\n" * 10**6,
    ):
        with pytest.raises(InvalidForm):
            _parse(body)
    with pytest.raises(InvalidForm):
        _parse(_write((b"Content-Disposition: " + b"; a" * 2000, b"")))
