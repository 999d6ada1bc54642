"""Reference images that are broken, or made to hurt: each is refused by name or survived."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping

import httpx
import pytest
from PIL import Image

from tests.api.test_generations import PATH
from tests.unit.fakes import JPEG, PNG, WEBP, picture

HUGE = 2**31 - 1
MOST = 20 * 1024 * 1024
PROMPT = "a cat emulate:flagged"
"""The refusal comes behind all checks of an image, and is cheaper than a picture."""

# PNG


def _chunk(kind: bytes, data: bytes, crc: int | None = None) -> bytes:
    checksum = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _png(width: int, height: int, *chunks: bytes, crc: int | None = None) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header, crc) + b"".join(chunks)


def _zeros(size: int) -> bytes:
    """So many zeros, deflated: a thousandth of them."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)]
    return b"".join(pieces) + packer.compress(bytes(size % 1_000_000)) + packer.flush()


def _bomb(width: int, height: int) -> bytes:
    """A whole and valid grey PNG."""
    return _png(width, height, _chunk(b"IDAT", _zeros((width + 1) * height)), _chunk(b"IEND", b""))


def _apng() -> bytes:
    """An animated PNG that says it has 4 billion frames."""
    control = _chunk(b"acTL", struct.pack(">II", 2**32 - 1, 0))
    return PNG[:33] + control + PNG[33:]


def _png_with(kind: bytes, data: bytes) -> bytes:
    return PNG[:33] + _chunk(kind, data) + PNG[33:]


def _pngs() -> Mapping[str, bytes]:
    profile = b"icc\0\0" + _zeros(200_000_000)
    return {
        "PNG of 0x0": _png(0, 0, _chunk(b"IEND", b"")),
        "PNG of no height": _png(64, 0, _chunk(b"IEND", b"")),
        "PNG of 2^31-1 a side": _png(HUGE, HUGE, _chunk(b"IDAT", _zeros(1000))),
        "PNG of 2^32-1 a side": _png(2**32 - 1, 2**32 - 1),
        "PNG of 65535 a side": _png(65_535, 65_535, _chunk(b"IDAT", _zeros(1000))),
        "PNG with a wrong CRC": _png(64, 64, PNG[33:], crc=0),
        "large PNG with a wrong CRC": _png(900, 900, PNG[33:], crc=0),
        "PNG bomb of 400 megapixels": _bomb(20_000, 20_000),
        "PNG bomb of 12000x8333": _bomb(12_000, 8_333),
        "PNG of one long line": _bomb(100_000, 1),
        "PNG with a chunk of 4 GB": PNG[:33] + struct.pack(">I", 2**32 - 1) + b"IDAT" + b"x",
        "PNG with an ICC bomb": _png_with(b"iCCP", profile),
        "PNG with a text bomb": _png_with(b"zTXt", profile),
        "PNG with garbage for EXIF": _png_with(b"eXIf", b"\xff" * 5000),
        "large PNG with an ICC bomb": _bomb(900, 900)[:33]
        + _chunk(b"iCCP", profile)
        + _bomb(900, 900)[33:],
        "APNG": _apng(),
        "PNG with a ZIP behind it": PNG + b"PK\x03\x04" + bytes(500) + b"PK\x05\x06" + bytes(18),
    }


# JPEG


def _segment(marker: int, data: bytes, length: int | None = None) -> bytes:
    announced = len(data) + 2 if length is None else length
    return bytes([0xFF, marker]) + struct.pack(">H", announced) + data


def _jpeg(*segments: bytes, rest: bytes = JPEG[2:]) -> bytes:
    return b"\xff\xd8" + b"".join(segments) + rest


def _frame(width: int, height: int) -> bytes:
    return _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")


def _jpegs() -> Mapping[str, bytes]:
    large = picture("JPEG", (900, 700))
    exif = b"Exif\0\0MM\0*" + b"\xff" * 60_000
    loop = b"Exif\0\0II*\0" + struct.pack("<I", 8) + b"\1\0" + struct.pack("<HHII", 0x8769, 4, 1, 8)
    return {
        "JPEG of 0x0": _jpeg(_frame(0, 0), rest=b""),
        "JPEG of 65535 a side": _jpeg(_frame(65_535, 65_535), rest=b"\xff\xd9"),
        "JPEG of fill bytes": _jpeg(rest=b"\xff" * 1_000_000),
        "JPEG of empty segments": _jpeg(rest=b"\xff\xe0\0\2" * 500_000),
        "JPEG with a thousand APP segments": _jpeg(*[_segment(0xE1, bytes(20))] * 1000),
        "JPEG with 400 long APP segments": _jpeg(*[_segment(0xE2, bytes(40_000))] * 400),
        "JPEG whose segment is shorter than it says": _jpeg(_segment(0xE1, b"x", 65_535)),
        "JPEG whose segment is of length 0": _jpeg(_segment(0xE1, bytes(90), 0)),
        "JPEG whose segment is of length 1": _jpeg(_segment(0xE1, bytes(90), 1)),
        "JPEG with garbage for EXIF": _jpeg(_segment(0xE1, exif)),
        "large JPEG with garbage for EXIF": _jpeg(_segment(0xE1, exif), rest=large[2:]),
        "large JPEG with EXIF in a circle": _jpeg(_segment(0xE1, loop), rest=large[2:]),
        "large JPEG with an odd ICC profile": _jpeg(
            *[_segment(0xE2, b"ICC_PROFILE\0\xff\x01" + bytes(60_000))] * 9, rest=large[2:]
        ),
        "JPEG with a web page in it": _jpeg(_segment(0xFE, b"<script>alert(1)</script>")),
    }


# GIF


def _gif(width: int, height: int, frames: int, side: tuple[int, int] = (1, 1)) -> bytes:
    """So many frames of one colour."""
    screen = struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, *side) + b"\0\2\2\x44\1\0"
    return b"GIF89a" + screen + frame * frames + b"\x3b"


def _gifs() -> Mapping[str, bytes]:
    return {
        "GIF of 0x0": _gif(0, 0, 1),
        "GIF of 65535 a side": _gif(65_535, 65_535, 1),
        "GIF of 10,000 frames": _gif(64, 64, 10_000),
        "large GIF of 10,000 frames": _gif(900, 900, 10_000),
        "GIF with a frame larger than itself": _gif(1, 1, 1, (65_535, 65_535)),
        "GIF without frames": _gif(64, 64, 0),
        "GIF with an endless comment": _gif(64, 64, 0)[:-1] + b"\x21\xfe" + b"\xffx" * 200_000,
    }


# WebP


def _webp(kind: bytes, data: bytes, *more: bytes) -> bytes:
    chunks = kind + struct.pack("<I", len(data)) + data + b"".join(more)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _canvas(side: int, flags: int = 0) -> bytes:
    return bytes([flags, 0, 0, 0]) + (side - 1).to_bytes(3, "little") * 2


def _animated() -> bytes:
    stream = io.BytesIO()
    frames = [Image.new("RGB", (600, 600), (shade, 0, 0)) for shade in range(0, 250, 10)]
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def _webps() -> Mapping[str, bytes]:
    lossy = b"\x10\0\0\x9d\x01\x2a"
    return {
        "VP8 of 0x0": _webp(b"VP8 ", lossy + bytes(40)),
        "VP8 of 16383 a side": _webp(b"VP8 ", lossy + b"\xff\x3f\xff\x3f" + bytes(40)),
        "VP8L of 16384 a side": _webp(b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(40)),
        "small VP8L of garbage": _webp(b"VP8L", b"\x2f\x0f\xc0\x03\0" + b"\xa5" * 400),
        "VP8X of 2^24 a side": _webp(b"VP8X", _canvas(2**24)),
        "small VP8X of nothing": _webp(b"VP8X", _canvas(64)),
        "small VP8X with an ICC profile of garbage": _webp(
            b"VP8X", _canvas(64, 0x20), b"ICCP" + struct.pack("<I", 90_000) + b"\xff" * 90_000
        ),
        "VP8X animated without frames": _webp(b"VP8X", _canvas(900, 2), b"ANIM\6\0\0\0" + bytes(6)),
        "animated WebP": _animated(),
        "WebP that says it has 4 GB": WEBP[:4] + b"\xff\xff\xff\xff" + WEBP[8:],
        "WebP without a chunk": b"RIFF\4\0\0\0WEBP",
    }


# All of them

LARGE = {kind: picture(kind, (900, 700)) for kind in ("PNG", "JPEG", "GIF", "WEBP")}
BROKEN: Mapping[str, Callable[[], Mapping[str, bytes]]] = {
    "PNG": _pngs,
    "JPEG": _jpegs,
    "GIF": _gifs,
    "WEBP": _webps,
}


def _cut(image: bytes) -> Iterator[bytes]:
    """In the header, and at some places behind it."""
    yield image[:40]
    yield from (image[: len(image) * part // 10] for part in range(1, 10))
    yield image[:-1]


def _ask(client: httpx.Client, image: bytes, name: str = "image[]") -> httpx.Response:
    fields = {"prompt": PROMPT, "size": "256x256", "model": "flux-2-klein-4b"}
    return client.post(PATH, data=fields, files={name: ("a.png", image, "image/png")})


def _check(response: httpx.Response, what: str) -> str:
    """The image's own fault and told so, or no fault; the code that was answered."""
    error = response.json()["error"]
    code = error["code"]
    expected = {
        "invalid_image": (400, "image[]"),
        "request_too_large": (413, "image[]"),
        "content_policy_violation": (400, None),
        "upstream_error": (502, None),
    }
    assert code in expected, f"{what}: {response.status_code} {response.text}"
    assert (response.status_code, error["param"]) == expected[code], f"{what}: {response.text}"
    if error["param"]:
        assert "image[]" in error["message"], what
    return code


@pytest.fixture(autouse=True)
def works_afterwards(client: httpx.Client) -> Iterator[None]:
    """Whatever was sent, the next request is served as ever."""
    yield
    fields = {"prompt": "a cat", "size": "256x256"}
    assert client.post(PATH, data=fields, files={"image": PNG}).status_code == 200


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_image_is_refused_or_survived(client: httpx.Client, kind: str) -> None:
    """400 that names the field, or Cloudflare's own judgement of what only it looks into."""
    for what, image in BROKEN[kind]().items():
        assert _check(_ask(client, image), what)


@pytest.mark.parametrize("kind", LARGE)
def test_cut_image_is_refused_or_survived(client: httpx.Client, kind: str) -> None:
    """Wherever it ends behind its header: within a chunk, a segment, or a byte before the end."""
    codes = {_check(_ask(client, part), f"{kind} of {len(part)}") for part in _cut(LARGE[kind])}

    assert "invalid_image" in codes


def test_one_byte_more_than_20_mb_is_too_much(client: httpx.Client) -> None:
    """By its size alone, as the platform says it; with one byte less the image itself is judged."""
    assert _check(_ask(client, PNG + bytes(MOST - len(PNG))), "20 MB") != "request_too_large"
    assert _check(_ask(client, PNG + bytes(MOST - len(PNG) + 1)), "more") == "request_too_large"


def test_four_bombs_at_once_are_survived(client: httpx.Client) -> None:
    """The most that one request can make the IMAGES binding unpack."""
    bomb = _bomb(10_000, 10_000)
    files = [("image[]", bomb)] * 4
    response = client.post(PATH, data={"prompt": PROMPT, "size": "256x256"}, files=files)

    assert response.json()["error"]["code"] == "content_policy_violation"
