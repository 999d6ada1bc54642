"""Reference images: which are refused, and when one is shrunk."""

import struct

import pytest

from flux2.image_formats import sniff
from tests.unit.fakes import (
    GIF,
    JPEG,
    KINDS,
    PNG,
    WEBP,
    Resizer,
    Server,
    check_error,
    data_url,
    picture,
)

# What is none


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg/>", b"\0\0\0\x1cftypavif" + bytes(50)])
async def test_other_file_is_refused(data):
    """Whatever it is called."""
    answer = await Server().generate_from_form(("image[]", data))

    check_error(answer, 400, "invalid_image", "PNG, JPEG, WebP or GIF", param="image[]")


def _damaged() -> dict[str, bytes]:
    return {
        "png": PNG[:20],
        "png without header": PNG[:12] + b"oops" + PNG[16:],
        "png of no width": PNG[:16] + bytes(4) + PNG[20:],
        "gif": GIF[:8],
        "gif of no height": GIF[:8] + bytes(2) + GIF[10:],
        "webp": WEBP[:16],
        "webp of another kind": WEBP[:12] + b"oops" + WEBP[16:],
        "jpeg": JPEG[:30],
        "jpeg without frame": JPEG[:2]
        + b"\xff\xe0\0\x64"
        + (b"\xff\xc0\0\x11\x08\0\x01\0\x01" * 11)[:98],
        "jpeg of garbage": b"\xff\xd8\xff\xe0\0\x04ab" + b"garbage" * 100,
        "jpeg without end": b"\xff\xd8" + b"\xff\xe0\0\x02" * 2_000,
        "jpeg of empty segments": b"\xff\xd8" + b"\xff\xe0\0\0" * 2_000,
    }


@pytest.mark.parametrize("whole", [PNG, JPEG, WEBP, GIF], ids=["png", "jpeg", "webp", "gif"])
async def test_cut_image_is_refused_or_sent(whole):
    """Wherever it ends: by its name where that shows, or as it is for Cloudflare to judge."""
    codes = set()
    for length in range(8, len(whole), 3):
        answer = await Server(resize=Resizer()).generate_from_form(("image", whole[:length]))
        codes.add(answer.status)
        if answer.status != 200:
            check_error(answer, 400, "invalid_image", "image", param="image")

    assert codes == {200, 400}


@pytest.mark.parametrize("data", _damaged().values(), ids=_damaged())
async def test_damaged_image_is_refused(data):
    """400 that says what it looked like; upstream is not asked."""
    server = Server()

    answer = await server.generate_from_form(("image", data))

    kind = sniff(data)
    check_error(answer, 400, "invalid_image", f"damaged {kind.upper()}", param="image")
    assert server.cloudflare.calls == []


# Too large


@pytest.mark.parametrize(("kind", "options"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("size", [(513, 100), (100, 513)], ids=str)
async def test_large_image_is_shrunk(kind, options, size):
    """More than 512 pixels on a side, either side, and the IMAGES binding makes it fit."""
    resize = Resizer()
    server = Server(resize=resize)

    answer = await server.generate_from_form(("image", picture(kind, size, **options)))

    assert answer.status == 200
    assert resize.asked == [(f"image/{kind.lower()}", 512)]
    assert server.cloudflare.calls[0].images == [("input_image_0", "image/png", b"shrunk")]


async def test_image_of_512_is_not_shrunk():
    """It goes to Cloudflare byte for byte."""
    resize = Resizer()
    server = Server(resize=resize)
    data = picture("PNG", (512, 512))

    await server.generate_from_form(("image", data))

    assert resize.asked == []
    assert server.cloudflare.calls[0].images == [("input_image_0", "image/png", data)]


async def test_large_image_is_refused_without_the_binding():
    """400 that names the image, its size and the limit."""
    server = Server()
    large = picture("JPEG", (700, 300))

    answer = await server.generate_from_form(("image[0]", PNG), ("image[1]", large))

    check_error(answer, 400, "invalid_image", "image[1]", "700x300", "512x512", param="image[1]")
    assert server.cloudflare.calls == []


async def test_image_that_cannot_be_shrunk_is_refused():
    """Its header was good, the rest was not."""
    server = Server(resize=Resizer(ValueError("cannot decode")))

    answer = await server.generate_from_form(("image", picture("PNG", (600, 600))))

    check_error(answer, 400, "invalid_image", "could not be decoded", "512x512", param="image")
    assert server.cloudflare.calls == []


async def test_failure_of_what_shrinks_is_not_the_callers():
    """Nobody should look for a fault in a picture that has none."""
    server = Server(resize=Resizer(OSError("the limit of transformations was reached")))

    answer = await server.generate_from_form(("image", picture("PNG", (600, 600))))

    words = ("Cloudflare Images", "limit of transformations", "512x512")
    check_error(answer, 502, "upstream_error", *words, param="image")
    assert server.cloudflare.calls == []


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
async def test_image_of_20_megabytes_is_the_largest(more, status):
    """One byte more is refused before anything of it is read."""
    answer = await Server().generate_from_form(("image", PNG.ljust(20 * 1024**2 + more)))

    assert answer.status == status
    if more:
        check_error(answer, 413, "request_too_large", "20,971,521 bytes", param="image")


LARGEST = {
    "png": ((12_000, 8_333), [(12_001, 600), (600, 12_001), (10_001, 10_000), (2**32 - 1, 1)]),
    "jpeg": ((12_000, 8_333), [(12_001, 600), (65_535, 65_535)]),
    "gif": ((12_000, 8_333), [(600, 12_001), (65_535, 65_535)]),
    "webp": ((16_383, 6_000), [(16_384, 6_000), (16_383, 16_383), (2**24, 2**24)]),
}
CASES = [(kind, size, most) for kind, (most, sizes) in LARGEST.items() for size in (most, *sizes)]


@pytest.mark.parametrize(("kind", "size", "most"), CASES, ids=str)
async def test_image_that_the_binding_cannot_take_is_refused(kind, size, most):
    """At most 12,000 pixels on a side (of WebP 16,383) and 100 million in all: told by the header,
    before a few bytes become gigabytes."""
    resize = Resizer()

    answer = await Server(resize=resize).generate_from_form(("image", _header(kind, *size)))

    if size == most:
        assert (answer.status, len(resize.asked)) == (200, 1)
        return
    limits = (f"{size[0]}x{size[1]}", f"{most[0]:,} on a side", "100,000,000 in all")
    check_error(answer, 400, "invalid_image", *limits, param="image")
    assert resize.asked == []


async def test_bomb_in_a_data_url_is_no_better():
    """The same rule for JSON."""
    resize = Resizer()
    bomb = data_url(_header("png", 20_000, 20_000))

    answer = await Server(resize=resize).generate(images=[bomb])

    check_error(answer, 400, "invalid_image", "20000x20000", param="images")
    assert resize.asked == []


def _header(kind: str, width: int, height: int) -> bytes:
    """The beginning of an image of that size."""
    if kind == "png":
        return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)
    if kind == "jpeg":
        return b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width)
    if kind == "gif":
        return b"GIF89a" + struct.pack("<HH", width, height)
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0" + sides
