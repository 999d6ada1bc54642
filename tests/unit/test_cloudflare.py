"""What is sent to Cloudflare, and how its answers are judged."""

import base64
import json

import pytest

from flux2.cloudflare import answer as reading
from flux2.errors import UpstreamError
from flux2.request import fields
from tests.unit.fakes import (
    ACCOUNT,
    GIF,
    JPEG,
    PNG,
    TOKEN,
    WEBP,
    Server,
    Upstream,
    canonical,
    check_error,
    encoded,
    picture,
    refusal,
)

DEV = "@cf/black-forest-labs/flux-2-dev"

# What is sent


async def test_call_upstream_is_the_documented_one():
    """The account and the model in the URL, the token in the header and nothing else there: the
    content type, with its boundary, is the serializer's to write."""
    server = Server()

    await server.generate(prompt="a cow", seed=0)

    (call,) = server.cloudflare.calls
    base = "https://api.cloudflare.com/client/v4"
    assert call.url == f"{base}/accounts/{ACCOUNT}/ai/run/{DEV}"
    assert call.headers == {"authorization": f"Bearer {TOKEN}"}
    assert call.form == [
        ("prompt", "a cow"),
        ("width", "1024"),
        ("height", "1024"),
        ("seed", "0"),
        ("steps", "25"),
    ]
    assert call.timeout == 120


@pytest.mark.parametrize("model", ["flux-2-klein-4b", "flux-2-klein-9b"])
@pytest.mark.parametrize("asked", [{}, {"steps": 50}, {"quality": "high"}])
async def test_klein_is_never_sent_steps(model, asked):
    """Its four steps are fixed, and Cloudflare says not to send them."""
    server = Server()

    answer = await server.generate(model=model, **asked)

    assert answer.json["steps"] == 4
    assert set(server.sent) == {"prompt", "width", "height", "seed"}
    assert server.cloudflare.calls[0].url.endswith(f"/ai/run/@cf/black-forest-labs/{model}")


@pytest.mark.parametrize(
    ("guidance", "sent"), [(0, "0"), (4, "4"), (3.5, "3.5"), (20, "20"), (3.1415926, "3.1415926")]
)
async def test_guidance_is_sent_as_given(guidance, sent):
    """Zero is a value, and no digit is dropped."""
    server = Server()

    await server.generate(guidance=guidance)

    assert server.sent["guidance"] == sent


@pytest.mark.parametrize(("given", "sent"), [(3, "3"), (0, "0"), (None, None)])
async def test_number_that_is_sent_on_needs_no_line_of_its_own(given, sent, monkeypatch):
    """So that a new field is one file of the source: its name among those, and it is sent."""
    monkeypatch.setattr(fields, "SENT_ON", (*fields.SENT_ON, "partial_images"))
    server = Server()

    await server.generate(partial_images=given)

    assert dict(server.sent).get("partial_images") == sent


async def test_references_are_sent_by_their_bytes():
    """Numbered in order, with the media type that the bytes have."""
    server = Server()
    jpeg, gif = picture("JPEG", (512, 512)), picture("GIF", (10, 512))

    await server.generate_from_form(
        ("image", PNG), ("image", jpeg), ("image", WEBP), ("image", gif)
    )

    assert server.cloudflare.calls[0].images == [
        ("input_image_0", "image/png", PNG),
        ("input_image_1", "image/jpeg", jpeg),
        ("input_image_2", "image/webp", WEBP),
        ("input_image_3", "image/gif", gif),
    ]


# Answers with an image


def _written(**document) -> bytes:
    return json.dumps(document).encode()


def _answer(image: str) -> dict:
    return {"result": {"image": image}, "success": True, "errors": [], "messages": []}


def _escaped(image: bytes) -> bytes:
    """With every solidus escaped, as PHP and others write JSON."""
    return _written(**_answer(encoded(image))).replace(b"/", b"\\/")


JPEG_TEXT = encoded(JPEG)
FAST = {
    "canonical": canonical(),
    "spaced": json.dumps(_answer(JPEG_TEXT), indent=2).encode(),
    "white space before": b"\r\n \t" + canonical(),
    "extra keys behind": _written(**_answer(JPEG_TEXT), usage={"neurons": 1}),
    "escaped solidus": _escaped(JPEG),
    "line feed at the end": canonical() + b"\n",
}
SLOW = {
    "success first": _written(success=True, result={"image": JPEG_TEXT}, errors=[]),
    "success first, spaced": json.dumps(
        {"success": True, "errors": [], "result": {"image": JPEG_TEXT}}, indent=4
    ).encode(),
    "success first, escaped solidus": _written(success=True, result={"image": JPEG_TEXT}).replace(
        b"/", b"\\/"
    ),
    "extra key in front": _written(id=7, **_answer(JPEG_TEXT)),
    "extra key in result": _written(result={"seed": 1, "image": JPEG_TEXT}, success=True),
    "much white space before": b" " * 600 + canonical(),
}


@pytest.mark.parametrize("body", FAST.values(), ids=FAST)
async def test_usual_answer_is_never_read_as_a_whole(body):
    """The image comes first, so it flows through: one stream, not taken before it is poured."""
    upstream = Upstream(body)

    answer = await Server(upstream).generate()

    assert answer.status == 200
    assert base64.b64decode(answer.json["data"][0]["b64_json"], validate=True) == JPEG
    assert len(upstream.streams) == 1
    assert not upstream.cancelled


@pytest.mark.parametrize("body", SLOW.values(), ids=SLOW)
async def test_unusual_answer_has_the_same_result(body):
    """Any order of keys, any white space: only the path differs."""
    usual = await Server().generate()

    upstream = Upstream(body)
    answer = await Server(upstream).generate()

    assert answer.status == 200
    assert answer.json == usual.json
    assert upstream.streams == []


@pytest.mark.parametrize("spaces", [450, 475, 480, 485, 490, 491, 492, 493, 511, 512, 513])
async def test_white_space_before_the_image_does_not_matter(spaces):
    """Wherever the image begins, it is the same image."""
    answer = await Server(Upstream(b" " * spaces + canonical())).generate()

    assert answer.status == 200, answer.text
    assert answer.json["data"][0]["b64_json"] == JPEG_TEXT


@pytest.mark.parametrize(
    ("image", "name"), [(JPEG, "jpeg"), (PNG, "png"), (WEBP, "webp")], ids=["jpeg", "png", "webp"]
)
@pytest.mark.parametrize("fast", [True, False], ids=["fast", "slow"])
async def test_format_is_told_by_the_bytes(image, name, fast):
    """Cloudflare does not say what it made, so the first bytes do."""
    body = canonical(image) if fast else _written(success=True, result={"image": encoded(image)})

    answer = await Server(Upstream(body)).generate()

    assert answer.json["output_format"] == name
    assert base64.b64decode(answer.json["data"][0]["b64_json"]) == image


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "text/json", ""])
async def test_content_type_of_json_is_accepted(media_type):
    """Or none at all."""
    answer = await Server(Upstream(headers={"content-type": media_type})).generate()

    assert answer.status == 200


# Answers that are none, judged before our first byte


@pytest.mark.parametrize(
    "image",
    [
        "",
        "notimage",
        encoded(b"<html>an error page, and quite a long one at that</html>" * 9),
        encoded(b"\0" * 200),
        encoded(GIF),
        encoded(b"%PDF-1.7" + b"\0" * 200),
        JPEG_TEXT[:9],
        f"data:image/jpeg;base64,{JPEG_TEXT}",
        f"-- -{JPEG_TEXT}",
    ],
    ids=[
        "empty",
        "notimage",
        "html",
        "zeros",
        "gif",
        "pdf",
        "broken base64",
        "data url",
        "garbage before",
    ],
)
@pytest.mark.parametrize("fast", [True, False], ids=["fast", "slow"])
async def test_answer_without_an_image_is_an_error(image, fast):
    """Only base64 that begins as a PNG, JPEG or WebP is an image, on either path."""
    body = _written(**_answer(image)) if fast else _written(success=True, result={"image": image})
    upstream = Upstream(body)

    answer = await Server(upstream).generate()

    check_error(answer, 502, "upstream_error", "without an image")
    assert upstream.cancelled


@pytest.mark.parametrize("character", ['"', "\n", "\\", "é"])
async def test_short_image_that_is_no_base64_never_breaks_our_json(character):
    """An image in an unusual answer that is too short to stay outside Python goes into our answer
    as text; if that text is not base64, there is no image."""
    image = f"{JPEG_TEXT[:36]}{character}AAAA"

    answer = await Server(Upstream(_written(success=True, result={"image": image}))).generate()

    check_error(answer, 502, "upstream_error", "without an image")


@pytest.mark.parametrize(
    "body",
    [
        _written(success=True, result={}, errors=[], messages=[]),
        _written(success=True, result=None),
        _written(success=True),
        _written(success=True, result="a string"),
        _written(success=True, result=[1]),
        _written(success=True, result={"image": None}),
        _written(success=True, result={"image": 5}),
        _written(success=True, result={"image": {"b64": JPEG_TEXT}}),
        _written(success=True, result={"Image": JPEG_TEXT}),
    ],
)
async def test_empty_result_is_an_error(body):
    """`success:true` with nothing in it has been seen on other image models. What to do is told."""
    answer = await Server(Upstream(body)).generate()

    check_error(answer, 502, "upstream_error", "without an image. Try again.")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"OK",
        b"[]",
        b"null",
        b"{}",
        b'{"result":',
        b'{"success":true,"result":{"image":"' + JPEG_TEXT.encode(),
        _written(success="true", result={"image": JPEG_TEXT}),
        _written(success=1, result={"image": JPEG_TEXT}),
        _written(result={"seed": 1, "image": JPEG_TEXT}),
        b"\xff\xfe\x00",
    ],
)
async def test_unreadable_answer_is_an_error(body):
    """HTTP 200 alone is no success."""
    upstream = Upstream(body)

    check_error(await Server(upstream).generate(), 502, "upstream_error", "Cloudflare")
    assert upstream.cancelled


async def test_success_false_with_200_is_an_error():
    """`success` decides, not the status."""
    body = refusal(3001, "AiError: something broke")

    answer = await Server(Upstream(body)).generate()

    check_error(answer, 502, "upstream_error", "code 3001, HTTP 200", "something broke")


@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", "image/jpeg", "text/plain"])
async def test_other_content_type_is_an_error(media_type):
    """A page or a bare picture is not the answer that Cloudflare documents."""
    upstream = Upstream(b"<p>Nothing here", headers={"content-type": media_type})

    answer = await Server(upstream).generate()

    check_error(answer, 502, "upstream_error", media_type.partition(";")[0], "JSON")
    assert upstream.cancelled


async def test_answer_without_end_is_refused(monkeypatch):
    """An answer in an unusual order must be held, so it may not be of any length."""
    monkeypatch.setattr(reading, "MOST_BYTES", 100_000)
    body = _written(success=True, result={"image": "A" * reading.MOST_BYTES})

    check_error(await Server(Upstream(body)).generate(), 502, "upstream_error", "too large")


async def test_refusal_beside_an_image_is_a_refusal():
    """However long it is."""
    errors = [{"code": 3006, "message": "no"}]
    body = _written(success=False, errors=errors, result={"image": "A" * 100_000})
    check_error(await Server(Upstream(body)).generate(), 413, "request_too_large")


# Answers that break later


@pytest.mark.parametrize(
    "rest",
    [
        b'"},"success":false,"errors":[{"code":3001}],"messages":[]}',
        b'"},"success":"true"}',
        b'"},"errors":[]}',
        b'"}}',
        b'"},"success":true,"errors":[],"messages":[]',
        b'"},"success":true',
        b'"}',
        b'"',
        b'" and then something else',
        b'"},"success":true} trailing',
    ],
)
async def test_answer_that_ends_badly_breaks_the_stream(rest):
    """What follows an image is judged too: success:false and a truncated end break our answer,
    which never ends as a well-formed one."""
    body = b'{"result":{"image":"' + JPEG_TEXT.encode() + rest
    server = Server(Upstream(body))

    with pytest.raises(UpstreamError):
        await server.generate()


@pytest.mark.parametrize("length", [100, 700, len(JPEG_TEXT)])
async def test_answer_that_is_cut_inside_the_image_breaks_the_stream(length):
    """Half an image is no image, even if upstream ends without an error."""
    server = Server(Upstream(canonical()[:length]))

    with pytest.raises(ConnectionError):
        await server.generate()


@pytest.mark.parametrize("body", [canonical()[:n] for n in (0, 1, 12, 20, 22)])
async def test_answer_that_is_cut_before_the_image_is_an_error(body):
    """Nothing has been sent yet, so there is an error to send."""
    check_error(await Server(Upstream(body)).generate(), 502, "upstream_error")


@pytest.mark.parametrize("media_type", ["text/plain", "text/html; charset=utf-8", ""])
@pytest.mark.parametrize("body", [canonical(), b" " + canonical()[:-1] + b',"more":1}'])
async def test_json_is_json_whatever_its_content_type_says(media_type, body):
    """An image that was paid for is not thrown away for its label."""
    answer = await Server(Upstream(body, headers={"content-type": media_type})).generate()

    assert answer.status == 200
    assert answer.json["data"][0]["b64_json"] == encoded(JPEG)
