"""Bodies of requests: JSON or a form, told apart, and how large they may be."""

import json
from urllib.parse import urlencode

import pytest

from tests.unit.fakes import (
    GENERATIONS,
    KEY,
    PNG,
    Buffer,
    Request,
    Server,
    check_error,
    data_url,
)

FORM = "multipart/form-data; boundary=x"
URLENCODED = "application/x-www-form-urlencoded"


# JSON or a form


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.api+json",
        "text/json",
        None,
        "",
        URLENCODED,
        FORM,
        "text/plain;charset=UTF-8",
        "application/octet-stream",
    ],
)
@pytest.mark.parametrize("before", [b"", b" \r\n\t"], ids=["bare", "white space"])
async def test_body_that_begins_with_a_brace_is_json(content_type, before):
    """`curl -d` calls all it sends a form, and a page may send text; a brace says it is JSON."""
    server = Server()

    answer = await server.post(before + b'{"prompt":"a cow","steps":3}\n', content_type)

    assert answer.status == 200
    assert (server.sent["prompt"], server.sent["steps"]) == ("a cow", "3")


@pytest.mark.parametrize("content_type", ["application/json", URLENCODED, None])
async def test_much_white_space_before_json_does_not_matter(content_type):
    """RFC 8259, 2: any amount of it is allowed."""
    answer = await Server().post(b" " * 300 + b'{"prompt":"a cow"}', content_type)

    assert answer.status == 200, answer.text


@pytest.mark.parametrize("content_type", [URLENCODED, f"{URLENCODED}; charset=utf-8"])
async def test_urlencoded_form_is_a_form(content_type):
    """With its own escapes, and text for numbers."""
    server = Server()
    fields = {"prompt": "a cow & a künstler", "size": "512x256", "n": "1", "user": "me"}

    answer = await server.post(urlencode(fields).encode(), content_type)

    assert answer.status == 200
    assert server.sent["prompt"] == "a cow & a künstler"
    assert (server.sent["width"], server.sent["height"]) == ("512", "256")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "image/png", "application/xml", "multipart/mixed; boundary=x"]
)
@pytest.mark.parametrize("body", [b"", b"prompt", b"\x89PNG"])
async def test_other_content_type_is_unsupported(content_type, body):
    """415 that names what came and what may come."""
    answer = await Server().post(body, content_type)

    media_type = content_type.partition(";")[0]
    check_error(answer, 415, "unsupported_media_type", media_type, "application/json")


@pytest.mark.parametrize("content_type", ["application/json", None, URLENCODED])
async def test_empty_body_lacks_a_prompt(content_type):
    """The commonest mistake gets the plainest answer."""
    answer = await Server().post(b"", content_type)

    check_error(answer, 400, "missing_required_parameter", "prompt is required", param="prompt")


async def test_byte_order_mark_is_refused():
    """RFC 8259, 8.1: senders must not add one."""
    answer = await Server().post(b'\xef\xbb\xbf{"prompt":"a cow"}')

    check_error(answer, 400, "invalid_json", "not valid JSON")


@pytest.mark.parametrize(
    "body",
    [
        b'{"prompt":',
        b'{"prompt":"a"',
        b'{"prompt":"a}',
        b'{"prompt":"a"} more',
        b"{'prompt':'a'}",
        b'{"prompt":"a",}',
        b'{"prompt":"\xff"}',
        b'{"prompt":"\\ud83d"}',
        b'{"prompt":"a\nb"}',
        b"nonsense",
    ],
)
async def test_bad_json_is_refused(body):
    """400 with the parser's reason."""
    answer = await Server().post(body)

    check_error(answer, 400, "invalid_json", "not valid JSON")


@pytest.mark.parametrize("body", [b"[]", b'[{"prompt":"a"}]', b'"a cow"', b"5", b"null", b"true"])
async def test_json_that_is_no_object_is_refused(body):
    """Fields have names."""
    check_error(await Server().post(body), 400, "invalid_json", "must be a JSON object")


@pytest.mark.parametrize("size", [530_000, 40_000_000 - 50])
async def test_json_of_more_than_half_a_megabyte_without_images_is_too_large(size):
    """No prompt is that long; only images are."""
    body = json.dumps({"prompt": "a", "user": "x" * size}).encode()

    check_error(await Server().post(body), 413, "request_too_large", "512 KB")


async def test_large_image_as_base64_alone_is_told_how_to_come():
    """Nothing tells it from text."""
    body = json.dumps({"prompt": "a", "images": ["A" * 1_000_000]}).encode()

    check_error(await Server().post(body), 413, "request_too_large", "data URL")


async def test_longest_prompt_fits_however_it_is_escaped():
    """32,000 characters, of which each may be a pair of surrogates."""
    body = json.dumps({"prompt": "🐄" * 32_000}).encode()

    assert (await Server().post(body)).status == 200


async def test_form_without_fields_lacks_a_prompt():
    """As an empty JSON object does."""
    answer = await Server().post(b"--x--\r\n", FORM)

    check_error(answer, 400, "missing_required_parameter", "prompt is required", param="prompt")


@pytest.mark.parametrize("name", ["prompt", "steps", "size", "seed"])
async def test_field_that_is_given_twice_is_refused(name):
    """Which one is meant? We do not guess."""
    answer = await Server().generate_from_form((name, "7"), (name, "7"))

    check_error(answer, 400, "invalid_value", "more than once", param=name)


@pytest.mark.parametrize("name", ["prompt", "steps"])
async def test_file_where_text_belongs_is_refused(name):
    """A prompt uploaded as a file is not read."""
    answer = await Server().generate_from_form((name, b"a cow"))

    check_error(answer, 400, "invalid_value", "text, not a file", param=name)


# Too much of it


def _nested(levels: int) -> dict:
    """A JSON prompt of so many levels, with brackets in text, which do not count."""
    value: dict = {"scene": "[{" * 99}
    for _ in range(levels - 1):
        value = {"inside": value}
    return value


async def test_json_of_64_levels_is_the_deepest():
    """Deeper is refused whatever a parser's own limit is; the body itself is one level."""
    server = Server()

    assert (await server.generate(prompt=_nested(63))).status == 200
    answer = await server.generate(prompt=_nested(64))

    check_error(answer, 400, "invalid_json", "at most 64 levels")
    assert len(server.cloudflare.calls) == 1


@pytest.mark.parametrize("depth", [65, 300, 100_000])
async def test_much_deeper_json_is_refused_alike(depth):
    """Closed or not: no recursion follows the brackets."""
    for end in ("", "]" * depth + "}"):
        answer = await Server().post(b'{"a":%s' % ("[" * depth + end).encode())

        check_error(answer, 400, "invalid_json", "at most 64 levels")


async def test_json_prompt_of_a_form_has_64_levels_at_most():
    """The same rule, with the name of the field."""
    server = Server()

    fits = await server.generate_from_form(("prompt", json.dumps(_nested(64))))
    too_deep = await server.generate_from_form(("input", json.dumps(_nested(65))))

    assert fits.status == 200
    check_error(too_deep, 400, "invalid_value", "input", "at most 64 levels", param="input")


@pytest.mark.parametrize(("values", "status"), [(1000, 200), (1001, 400)])
@pytest.mark.parametrize("as_form", [False, True], ids=["JSON", "prompt of a form"])
async def test_json_of_1000_values_is_the_largest(values, status, as_form):
    """Each of them costs memory, however short it is written; commas in text do not count."""
    around = 2 if as_form else 3
    prompt = json.dumps({"x": (["x,[", 1] * values)[: values - around]})
    if as_form:
        answer = await Server().generate_from_form(("prompt", prompt))
    else:
        answer = await Server().post(b'{"prompt":%s}' % prompt.encode())

    assert answer.status == status, answer.text
    if status == 400:
        code = "invalid_value" if as_form else "invalid_json"
        check_error(answer, 400, code, "at most 1,000 values", param=(as_form and "prompt") or None)


async def test_keys_that_nobody_knows_are_counted_as_well():
    """60,000 of them would be a dictionary of several megabytes."""
    body = json.dumps({"prompt": "a", **{f"k{i}": i for i in range(30_000)}}).encode()

    check_error(await Server().post(body), 400, "invalid_json", "at most 1,000 values")


async def test_images_are_counted_as_well():
    """Each leaves a handle."""
    body = json.dumps({"prompt": "a", "images": ["data:;base64," + "A" * 100] * 1001}).encode()

    check_error(await Server().post(body), 400, "invalid_json", "at most 1,000 values")


@pytest.mark.parametrize("kind", ["multipart", "urlencoded"])
async def test_form_of_1000_parts_is_the_largest(kind):
    """A part more is refused."""
    parts = [("prompt", "a cow"), *[(f"note{i}", "x") for i in range(1000)]]
    server = Server()

    for count, status in ((1000, 200), (1001, 400)):
        if kind == "multipart":
            answer = await server.generate_from_form(*parts[:count])
        else:
            answer = await server.post(urlencode(parts[:count]).encode(), URLENCODED)
        assert answer.status == status

    check_error(answer, 400, "invalid_form", "at most 1,000 parts")


async def test_urlencoded_form_of_a_megabyte_is_the_largest():
    """It is text; larger images belong into the other kind of form."""
    body = b"prompt=a&user=" + bytes(1024**2)

    answer = await Server().post(body, URLENCODED)

    check_error(answer, 413, "request_too_large", "1 MB", "multipart/form-data")


async def test_urlencoded_form_may_carry_a_small_image():
    """As a data URL, whose characters it escapes."""
    server = Server()

    answer = await server.post(urlencode({"prompt": "a", "image": data_url()}).encode(), URLENCODED)

    assert answer.status == 200, answer.text
    assert server.cloudflare.calls[0].images == [("input_image_0", "image/png", PNG)]


async def test_plus_signs_of_base64_need_no_escape():
    """curl -d does not escape them; as spaces they would be lost without a word."""
    server = Server()
    image = PNG + bytes(range(256))
    url = data_url(image)
    assert "+" in url

    answer = await server.post(f"prompt=a+b&image={url}".encode(), URLENCODED)

    assert answer.status == 200, answer.text
    assert server.sent["prompt"] == "a b"
    assert server.cloudflare.calls[0].images == [("input_image_0", "image/png", image)]


async def test_packed_body_is_refused():
    """It would not be read as what it is."""
    headers = {"authorization": f"Bearer {KEY}", "content-encoding": "gzip"}
    answer = await Server().send(Request("POST", GENERATIONS, headers, b"\x1f\x8b"))
    check_error(answer, 415, "unsupported_media_type", "gzip")


async def test_text_of_half_a_megabyte_is_the_longest():
    """Of each field that is read; in others it can only be a file."""
    server = Server()
    long = "x" * (512 * 1024 + 1)

    known = await server.generate_from_form(("prompt", long))
    unknown = await server.generate_from_form(("prompt", "a cow"), ("whatever", long))

    check_error(known, 413, "request_too_large", "prompt", "512 KB", param="prompt")
    check_error(unknown, 400, "unsupported_parameter", "takes no file", param="whatever")


async def test_long_name_with_an_image_is_cut_in_the_answer():
    """An error is no echo of a megabyte."""
    answer = await Server().generate(**{"x" * 5000: data_url(), "images": [data_url()]})

    check_error(answer, 400, "invalid_value", "takes no image", param="x" * 100)
    assert len(answer.text) < 1000


# Line breaks, and white space in front


async def test_line_breaks_of_a_form_are_those_that_were_typed():
    """A form writes them as CRLF; in JSON the same prompt has LF, and it is the same prompt."""
    server = Server()

    await server.generate_from_form(("prompt", "a valley\r\nat dawn"))

    assert server.sent["prompt"] == "a valley\nat dawn"


async def test_white_space_in_front_is_looked_at_once(monkeypatch):
    """Each look at the body costs a call into JavaScript."""
    looks = []
    read = Buffer.read
    monkeypatch.setattr(Buffer, "read", lambda *range_: looks.append(range_) or read(*range_))

    answer = await Server().post(b" " * 60_000 + b'{"prompt": "a valley"}')

    assert answer.status == 200
    assert len(looks) < 6


@pytest.mark.parametrize("content_type", ["application/json", None, URLENCODED, FORM])
async def test_much_more_white_space_is_refused_soon(content_type, monkeypatch):
    """Nobody means 40 MB of it: a few looks suffice, whatever it is called."""
    looks = []
    read = Buffer.read
    monkeypatch.setattr(Buffer, "read", lambda *range_: looks.append(range_) or read(*range_))

    answer = await Server().post(b" " * 39_999_999 + b"{", content_type)

    assert answer.status in (400, 413)
    assert len(looks) < 400
