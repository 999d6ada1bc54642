"""What an image is and how large, by its own first bytes."""

import base64
import io

import pytest
from PIL import Image

from flux2.image_formats import sniff
from flux2.request import image_headers
from tests.unit.fakes import GIF, JPEG, KINDS, PNG, WEBP, Buffer, picture

SIZES = [(1, 1), (17, 300), (300, 17), (512, 512)]


def _size(data: bytes) -> tuple[int, int]:
    """Width and height as the handler would see them; no answer tells those of a small image."""
    file = Buffer(data)
    kind = sniff(data)
    assert kind is not None
    size = image_headers.measure(kind, file.read(0, image_headers.HEAD), file)
    assert size is not None
    return size


def _with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with more segments in front of the ones it has."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def _segment(marker: int, length: int) -> bytes:
    """A segment of `length` bytes besides its marker, full of what looks like frame headers."""
    content = b"\xff\xc0\0\x11\x08\0\x01\0\x01" * (length // 9 + 1)
    return bytes([0xFF, marker]) + length.to_bytes(2, "big") + content[: length - 2]


# What it is


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (JPEG, "jpeg"),
        (PNG, "png"),
        (WEBP, "webp"),
        (GIF, "gif"),
        (b"GIF87a" + bytes(20), "gif"),
        (b"", None),
        (b"\x89PNG", None),
        (b"\xff\xd8", None),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"BM" + bytes(60), None),
        (b"<!doctype html><script>alert(1)</script>", None),
        (b"%PDF-1.7\n1 0 obj", None),
        (b"PK\x03\x04" + bytes(100), None),
        (b"\0\0\1\0\1\0" + bytes(100), None),
        (b"\0\0\0\x18ftypheic" + bytes(100), None),
        (b" " + PNG, None),
        (b"iVBORw0KGgoAAAANSUhEUg", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"\0\0\0\x1cftypavif", None),
        (b"II*\0", None),
    ],
)
def test_format_is_told_by_the_first_bytes(data, kind):
    """PNG, JPEG, WebP and GIF, and nothing else."""
    assert sniff(data) == kind


# How large


@pytest.mark.parametrize("size", [*SIZES, (513, 40), (800, 600)], ids=str)
@pytest.mark.parametrize(("kind", "options"), KINDS.values(), ids=KINDS)
def test_size_is_measured(kind, options, size):
    """From the file's own header, of files that Pillow wrote."""
    data = picture(kind, size, **options)

    assert _size(data) == size


@pytest.mark.parametrize("colour", ["black", "white"])
@pytest.mark.parametrize("size", [(1, 1), (512, 512)], ids=str)
def test_plain_webp_of_a_few_bytes_is_measured(size, colour):
    """One colour, lossless, takes less than 40 bytes however large the image is."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "WEBP", lossless=True)

    assert _size(file.getvalue()) == size


def test_smallest_webp_is_measured():
    """26 bytes, the image with which pages find out whether a browser knows lossless WebP."""
    data = base64.b64decode("UklGRhIAAABXRUJQVlA4TAYAAAAvQWxvAGs=")

    assert _size(data) == Image.open(io.BytesIO(data)).size


@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_with_much_in_front_is_measured(progressive):
    """A phone's photo has its frame header behind 70 KB of EXIF, thumbnail and profile; a header
    inside of these is not the image's."""
    jpeg = picture("JPEG", (400, 300), progressive=progressive)
    data = _with_segments(jpeg, _segment(0xE1, 65_535), _segment(0xE1, 5_000), _segment(0xE2, 900))
    assert Image.open(io.BytesIO(data)).size == (400, 300)

    assert _size(data) == (400, 300)


def test_jpeg_is_measured_across_the_windows_in_which_it_is_read():
    """Wherever a segment ends, the next one is found."""
    for length in range(4060, 4110):
        assert _size(_with_segments(JPEG, _segment(0xE1, length))) == (64, 48), length


def test_jpeg_with_a_colour_profile_is_measured():
    """Pillow splits a profile of 200 KB into several segments."""
    assert _size(picture("JPEG", (30, 20), icc_profile=bytes(200_000))) == (30, 20)


def test_fill_bytes_in_a_jpeg_are_skipped():
    """T.81, B.1.1.2: any number of 0xFF may come before a marker."""
    assert _size(_with_segments(JPEG, b"\xff" * 40)) == (64, 48)
