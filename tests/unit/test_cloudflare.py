"""What is sent to Cloudflare, how its answers are judged, and what its errors mean."""

import base64
import json

import pytest

from flux2.cloudflare import answer as reading
from flux2.cloudflare import failures
from flux2.errors import UpstreamError
from flux2.ports import NotConnected
from tests.unit.fakes import (
    ACCOUNT,
    ENVIRONMENT,
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
    """`success:true` with nothing in it has been seen on other image models."""
    check_error(await Server(Upstream(body)).generate(), 502, "upstream_error", "without an image")


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


async def test_answer_without_end_is_refused():
    """An answer in an unusual order must be held, so it may not be of any length."""
    body = _written(success=True, result={"image": "A" * reading.MOST_BYTES})

    check_error(await Server(Upstream(body)).generate(), 502, "upstream_error", "too large")


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


# Errors of Cloudflare's


AUTHENTICATION = (502, "upstream_authentication_error", "false", None)
REFUSED = (502, "upstream_error", "false", None)
FAILED = (502, "upstream_error", None, None)
TIMEOUT = (504, "upstream_timeout", None, None)
QUOTA = (429, "insufficient_quota", "false", None)

CODES = [
    # code, HTTP, (our status, code, x-should-retry, retry-after), words
    (3036, 429, QUOTA, ["10,000 neurons", "00:00 UTC"]),
    (4006, 429, QUOTA, ["10,000 neurons", "00:00 UTC"]),
    (3040, 429, (429, "rate_limit_exceeded", None, "5"), ["capacity"]),
    (3046, 408, TIMEOUT, ["timed out"]),
    (3007, 408, TIMEOUT, ["timed out"]),
    (3008, 408, TIMEOUT, ["timed out"]),
    (3001, 500, FAILED, ["Try again"]),
    (3003, 400, REFUSED, []),
    (5004, 400, REFUSED, []),
    (5006, 400, REFUSED, []),
    (8001, 400, REFUSED, []),
    (3006, 413, (413, "request_too_large", None, None), ["too large"]),
    (3042, 404, REFUSED, []),
    (5007, 400, REFUSED, []),
    (3023, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (3041, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (5016, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (5018, 403, AUTHENTICATION, ["ACCOUNT", "CF_API_TOKEN", "Workers AI"]),
    (5035, 403, AUTHENTICATION, ["ACCOUNT", "plan", "Workers AI"]),
    (7003, 404, AUTHENTICATION, ["variable ACCOUNT"]),
    (10000, 401, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (10000, 400, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (9106, 400, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (9109, 403, AUTHENTICATION, ["variable CF_API_TOKEN", "Workers AI"]),
    (10013, 429, (429, "rate_limit_exceeded", None, "60"), ["rate limit"]),
    (971, 429, (429, "rate_limit_exceeded", None, "60"), ["rate limit"]),
]
DOCUMENTED = {3030} | {code for code, *_ in CODES}


def _check(answer, expected, *words: str) -> None:
    status, code, retry, after = expected
    check_error(answer, status, code, *words)
    assert answer.headers.get("x-should-retry") == retry
    assert answer.headers.get("retry-after") == after


@pytest.mark.parametrize("as_200", [False, True], ids=["own status", "HTTP 200"])
@pytest.mark.parametrize(("code", "status", "expected", "words"), CODES)
async def test_code_of_cloudflare_is_translated(code, status, expected, words, as_200):
    """Each code has its row, whatever the status; Cloudflare's own code and text are shown."""
    upstream = Upstream(refusal(code, "AiError: its words."), 200 if as_200 else status)

    answer = await Server(upstream).generate()

    _check(answer, expected, *words, f"code {code}", "AiError: its words")
    assert upstream.cancelled


def test_every_documented_code_is_mapped():
    """The table has each code of Cloudflare's that we know, and none that we do not test."""
    assert set(failures.BY_CODE) == DOCUMENTED


@pytest.mark.parametrize("status", [400, 200])
async def test_flagged_content_is_the_callers_error(status):
    """3030 with its "flagged" text: content refused, seen with 400 and with 200."""
    text = "AiError: Your output has been flagged. Please choose another prompt / input image"

    answer = await Server(Upstream(refusal(3030, text), status)).generate()

    check_error(answer, 400, "content_policy_violation", "flagged", "code 3030", "prompt")
    assert answer.json["error"]["type"] == "image_generation_user_error"


@pytest.mark.parametrize("status", [400, 200])
async def test_other_3030_is_not_called_content(status):
    """3030 is also any invalid input; then its text is shown, and asking again is hopeless."""
    answer = await Server(Upstream(refusal(3030, "Invalid height"), status)).generate()

    _check(answer, REFUSED, "code 3030", "Invalid height")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, REFUSED),
        (400, REFUSED),
        (401, AUTHENTICATION),
        (403, AUTHENTICATION),
        (404, REFUSED),
        (408, TIMEOUT),
        (413, (413, "request_too_large", None, None)),
        (422, REFUSED),
        (429, (429, "rate_limit_exceeded", None, "60")),
        (500, FAILED),
        (502, FAILED),
        (503, FAILED),
        (504, TIMEOUT),
        (524, TIMEOUT),
    ],
)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Oops</html>", refusal(None), refusal(987654, "News"), b'{"errors":[null]}'],
    ids=["empty", "html", "no code", "unknown code", "odd"],
)
async def test_status_decides_where_no_known_code_does(status, expected, body):
    """An answer that says nothing we know is told by its status, and shows what it said."""
    upstream = Upstream(body, status, headers={"content-type": "text/html", "location": "/x"})

    answer = await Server(upstream).generate()

    _check(answer, expected, f"HTTP {status}")
    assert "<html>" not in answer.text
    if b"987654" in body:
        assert "News (code 987654" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("header", "retry_after"),
    [
        ("7", "7"),
        ("60", "60"),
        ("3600", "60"),
        ("0", "60"),
        ("", "60"),
        ("-5", "60"),
        ("²", "60"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "60"),
        (None, "60"),
    ],
)
async def test_retry_after_is_passed_on_up_to_a_minute(header, retry_after):
    """Clients wait as told, but give up if told more than a minute or two."""
    headers = {"content-type": "application/json"}
    if header is not None:
        headers["retry-after"] = header

    answer = await Server(Upstream(refusal(10013), 429, headers)).generate()

    _check(answer, (429, "rate_limit_exceeded", None, retry_after))


async def test_secrets_are_cut_out_of_cloudflares_text():
    """Whatever it repeats of what was sent."""
    text = f"Token {TOKEN} is not good for {ACCOUNT} at /accounts/{ACCOUNT}/ai"

    answer = await Server(Upstream(refusal(3003, text), 400)).generate()

    assert "Token … is not good for … at /accounts/…" in answer.json["error"]["message"]


@pytest.mark.parametrize("header", ["9" * 5000, "99999999"])
async def test_endless_retry_after_is_none(header):
    """More than a day is nonsense, and so is a number that nobody could write down."""
    headers = {"content-type": "application/json", "retry-after": header}

    answer = await Server(Upstream(refusal(10013), 429, headers)).generate()

    _check(answer, (429, "rate_limit_exceeded", None, "60"))


async def test_refusal_without_its_body_is_told_by_its_status():
    """The line breaks, but 429 was said."""
    upstream = Upstream(b"", 429)

    async def fail(_: int) -> bytes:
        raise ConnectionError

    upstream.head = fail

    _check(await Server(upstream).generate(), (429, "rate_limit_exceeded", None, "60"))


async def test_long_text_of_cloudflares_is_cut():
    """A message is for reading."""
    answer = await Server(Upstream(refusal(3001, "long " * 1000), 500)).generate()

    check_error(answer, 502, "upstream_error", "long long")
    assert len(answer.json["error"]["message"]) < 500


async def test_odd_codes_and_texts_are_no_bug():
    """Whatever stands where a code and a text should be, the answer is an upstream error."""
    for error in ({"code": "3030"}, {"code": None, "message": 5}, {"message": ["x"]}, "text", []):
        body = _written(success=False, errors=[error])

        check_error(await Server(Upstream(body, 400)).generate(), 502, "upstream_error", "HTTP 400")


# Calls that fail


async def test_timeout_is_504():
    """No progress for as long as the setting says; the message says what to do."""
    answer = await Server(TimeoutError()).generate()

    _check(answer, TIMEOUT, "120 seconds", "fewer steps")


async def test_broken_connection_is_502():
    """No answer at all."""
    answer = await Server(ConnectionError("secret details")).generate()

    _check(answer, FAILED, "connection to Cloudflare broke off", "Try again")
    assert "secret details" not in answer.text


@pytest.mark.parametrize(
    ("error", "expected"), [(TimeoutError(), TIMEOUT), (ConnectionError(), FAILED)]
)
@pytest.mark.parametrize("method", ["head", "buffer"])
@pytest.mark.parametrize("status", [200, 500])
async def test_failure_while_judging_is_translated(error, expected, method, status):
    """The head of an answer, or all of an unusual one, may fail to come as well."""
    upstream = Upstream(SLOW["success first"], status)

    async def fail(_: int) -> bytes:
        raise error

    setattr(upstream, "head" if status == 500 else method, fail)

    _check(await Server(upstream).generate(), expected)
    assert upstream.cancelled


@pytest.mark.parametrize(
    ("base", "host", "advice"),
    [
        ("", "api.cloudflare.com", "Try again"),
        ("http://127.0.0.1:1/client/v4", "127.0.0.1:1", "Check CF_API_BASE_URL"),
    ],
)
async def test_connection_that_was_never_made_names_the_host_and_the_reason(base, host, advice):
    """To the caller and in the log; nothing was sent, so it is tried again."""
    environment = ENVIRONMENT | {"CF_API_BASE_URL": base}
    server = Server(NotConnected("it refuses connections"), environment=environment)

    answer = await server.generate()

    _check(answer, FAILED, f"No connection to {host}", "it refuses connections", advice)
    assert len(server.cloudflare.calls) == 3
    line = json.loads(server.logged[0])
    assert line["event"] == "upstream_unreachable"
    assert (line["host"], line["reason"]) == (host, "it refuses connections")


# What Cloudflare says is judged as it came, and cleaned on its way out


async def test_word_that_an_account_id_is_part_of_is_still_read():
    """An id that happens to be in the text hides nothing from the table."""
    text = f"x{ACCOUNT}x Your output has been flagged."

    answer = await Server(Upstream(refusal(3030, text), 400)).generate()

    check_error(answer, 400, "content_policy_violation", "flagged")


async def test_secret_inside_the_deciding_word_does_not_hide_it():
    """A secret that is part of the word itself is no reason to misjudge; it is still not shown."""
    upstream = Upstream(refusal(3030, "It was flagged."), 400)

    answer = await Server(upstream, environment=ENVIRONMENT | {"CF_API_TOKEN": "flag"}).generate()

    check_error(answer, 400, "content_policy_violation", "code 3030")
    assert "flag" not in answer.json["error"]["message"].partition("Cloudflare said")[2]


async def test_markup_in_what_cloudflare_says_is_left_out():
    """A proxy's page in an error would be shown as it is by who trusts us."""
    text = "<b>Stop</b> <script>alert(1)</script> 3 < 4"

    answer = await Server(Upstream(refusal(3001, text), 500)).generate()

    _check(answer, FAILED, "Cloudflare said: Stop alert(1) 3 < 4")


@pytest.mark.parametrize("media_type", ["text/plain", "text/html; charset=utf-8", ""])
@pytest.mark.parametrize("body", [canonical(), b" " + canonical()[:-1] + b',"more":1}'])
async def test_json_is_json_whatever_its_content_type_says(media_type, body):
    """An image that was paid for is not thrown away for its label."""
    answer = await Server(Upstream(body, headers={"content-type": media_type})).generate()

    assert answer.status == 200
    assert answer.json["data"][0]["b64_json"] == encoded(JPEG)
