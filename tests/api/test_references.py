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


def test_image_that_cannot_be_decoded_is_refused(client: httpx.Client) -> None:
    """By its name; its header was good, and the IMAGES binding says no to the rest."""
    cut = encoded(noise(900, 900), "PNG")[:600]
    response = client.post(PATH, data={"prompt": "x", "size": "256x256"}, files={"image": cut})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, "invalid_image")
    assert error["param"] == "image"
    assert "could not be decoded" in error["message"]
