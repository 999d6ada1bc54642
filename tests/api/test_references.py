"""Reference images: from a phone's photo to what Cloudflare takes."""

import base64
import io
import json

import httpx
import pytest
from PIL import Image

from tests.api.test_generations import PATH, decoded
from tests.conftest import Server


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """A picture that does not compress, so that its file is as large as a photo's."""
    return Image.effect_noise((width, height), 90).convert("RGB")


def phone_photo() -> bytes:
    """4000x3000, taken with the phone held upright, with a thumbnail's worth of EXIF before it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "x" * 50_000
    return encoded(noise(4000, 3000), exif=exif, quality=60)


def data_url(data: bytes, media_type: str = "image/jpeg") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def sent(server: Server) -> list[tuple[str, str, tuple[int, int]]]:
    (call,) = server.calls()
    return [(f["field"], f["content_type"], (f["width"], f["height"])) for f in call["files"]]


def test_phone_photo_is_shrunk_upright(client: httpx.Client, server: Server) -> None:
    """At most 512 pixels on a side, and the way up that the photographer saw."""
    files = {"image": ("IMG_0001", phone_photo(), "application/octet-stream")}
    response = client.post(PATH, data={"prompt": "a hat", "size": "256x256"}, files=files)
    assert response.status_code == 200, response.text
    assert decoded(response.json()["data"][0]).size == (256, 256)
    assert sent(server) == [("input_image_0", "image/jpeg", (384, 512))]
    assert response.json()["cost"]["neurons"] == 25 * (37.5 + 18.75)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png"), ("JPEG", "image/jpeg")],
)
def test_each_format_is_shrunk_whatever_it_is_called(
    client: httpx.Client, server: Server, kind: str, media_type: str
) -> None:
    """The bytes say what an image is, not its name."""
    image = encoded(Image.new("RGB", (1200, 600), "teal"), kind)
    files = {"image[]": ("photo.txt", image, "text/plain")}
    response = client.post(PATH, data={"prompt": "x", "size": "256x256"}, files=files)
    assert response.status_code == 200, response.text
    assert sent(server) == [("input_image_0", media_type, (512, 256))]


def test_small_images_go_as_they_are_in_their_order(client: httpx.Client, server: Server) -> None:
    """The prompt speaks of "image 0", "image 1": the order is part of what was asked for."""
    widths = [101, 102, 103, 104]
    files = [("image[]", encoded(Image.new("RGB", (w, 50)), "PNG")) for w in widths]
    response = client.post(PATH, data={"prompt": "x", "size": "256x256"}, files=files)
    assert response.status_code == 200, response.text
    assert sent(server) == [
        (f"input_image_{i}", "image/png", (w, 50)) for i, w in enumerate(widths)
    ]


def test_numbered_images_may_come_in_any_order(client: httpx.Client, server: Server) -> None:
    """`input_image_1` is image 1 even if it is sent first."""
    files = [
        ("input_image_1", encoded(Image.new("RGB", (101, 50)))),
        ("input_image_0", encoded(Image.new("RGB", (100, 50)))),
    ]
    response = client.post(PATH, data={"prompt": "x", "size": "256x256"}, files=files)
    assert response.status_code == 200, response.text
    assert [size for _, _, size in sent(server)] == [(100, 50), (101, 50)]


@pytest.mark.parametrize("text", ["{}*{}", "{}#{}", "{}%{}", "{}=={}", "{}-{}", "{}\u00e9{}"])
@pytest.mark.parametrize("is_form", [False, True])
def test_damaged_data_url_is_refused(client: httpx.Client, text: str, is_form: bool) -> None:
    """And not sent without what is damaged: its header would still be a good image's."""
    whole = data_url(encoded(noise(64, 64)))
    damaged = text.format(whole[:2001], whole[2001:])
    body = {"prompt": "a hat", "size": "256x256"}
    if is_form:
        response = client.post(PATH, data=body, files={"image": (None, damaged)})
    else:
        response = client.post(PATH, json=body | {"images": [damaged]})
    assert response.status_code == 400, response.text
    assert response.json()["error"]["code"] == "invalid_value"


def test_json_takes_large_data_urls(client: httpx.Client, server: Server) -> None:
    """Also with the slashes escaped, as PHP writes JSON."""
    photo, small = phone_photo(), encoded(Image.new("RGB", (64, 48)), "PNG")
    body = json.dumps(
        {
            "images": [data_url(photo), {"image_url": data_url(small, "image/png")}],
            "prompt": 'a "hat"',
            "size": "256x256",
        }
    ).replace("/", "\\/")
    response = client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200, response.text
    assert response.json()["data"][0]["prompt"] == 'a "hat"'
    assert sent(server) == [
        ("input_image_0", "image/jpeg", (384, 512)),
        ("input_image_1", "image/png", (64, 48)),
    ]


@pytest.mark.parametrize(
    ("files", "param", "message"),
    [
        (
            [(f"input_image_{i}", encoded(Image.new("RGB", (9, 9)))) for i in range(5)],
            "input_image_4",
            "5 reference images were given; at most 4 are possible",
        ),
        ([("image", b"hello")], "image", "must be a PNG, JPEG, WebP or GIF"),
        ([("image", b"")], "image", "must be a PNG, JPEG, WebP or GIF"),
        ([("image", encoded(noise(900, 900))[:30_000])], None, None),
        ([("image", encoded(noise(900, 900), "PNG")[:600])], "image", "could not be decoded"),
    ],
    ids=["five", "text", "empty", "cut JPEG", "cut PNG"],
)
def test_bad_images_are_refused_by_name(
    client: httpx.Client, files: list, param: str | None, message: str | None
) -> None:
    """The answer names the field and the rule; what a decoder can still read is no error."""
    response = client.post(PATH, data={"prompt": "x", "size": "256x256"}, files=files)
    if message is None:
        assert response.status_code in (200, 400)
        return
    error = response.json()["error"]
    assert response.status_code == 400
    assert error["param"] == param
    assert message in error["message"]


def test_large_image_without_the_binding_is_refused(servers: dict[str, Server]) -> None:
    """Nothing is sent full-size in the hope that Cloudflare takes it."""
    with servers["no IMAGES"].client() as client:
        files = {"image": encoded(Image.new("RGB", (800, 600)))}
        response = client.post(PATH, data={"prompt": "x"}, files=files)
        assert response.status_code == 400
        assert response.json()["error"]["param"] == "image"
        for word in ("image is 800x600", "IMAGES", "512x512"):
            assert word in response.json()["error"]["message"]


def test_more_than_20_mb_is_refused(client: httpx.Client) -> None:
    """The limit of one image, told before it is decoded."""
    image = encoded(Image.new("RGB", (9, 9))) + bytes(21 * 1024 * 1024)
    response = client.post(PATH, data={"prompt": "x"}, files={"image": image})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "request_too_large"
    assert response.json()["error"]["param"] == "image"


def test_a_body_above_the_limit_is_refused_with_or_without_its_length(client: httpx.Client) -> None:
    """A chunked upload announces no length, so its bytes are counted."""
    piece = bytes(1_000_000)

    def pieces():
        yield b'{"prompt": "'
        for _ in range(101):
            yield piece

    response = client.post(PATH, content=pieces(), headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "request_too_large"
