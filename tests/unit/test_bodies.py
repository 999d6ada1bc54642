"""Bodies of requests: JSON or a form, told apart, and how large they may be."""

import json
from urllib.parse import urlencode

import pytest

from flux2 import errors
from flux2.request import bodies
from flux2.request.fields import NAMES
from tests.unit.fakes import (
    Buffer,
    Form,
    Request,
    Server,
    check_error,
    data_url,
    decode_data_url,
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


async def test_json_of_more_than_a_megabyte_without_images_is_too_large():
    """No prompt is that long; only images are."""
    body = json.dumps({"prompt": "a", "user": "x" * 1_100_000}).encode()

    check_error(await Server().post(body), 413, "request_too_large", "1 MB")


@pytest.mark.parametrize("content_type", ["multipart/form-data", FORM])
async def test_broken_form_is_refused(content_type):
    """Often somebody wrote the content type by hand and left out the boundary; we say so."""
    answer = await Server().post(b"--x\r\nnonsense", content_type, form=None)

    check_error(answer, 400, "invalid_form", "boundary")


async def test_form_without_fields_lacks_a_prompt():
    """As an empty JSON object does."""
    answer = await Server().post(b"--x--\r\n", FORM, form=[])

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


async def test_form_of_announced_length_is_taken_without_a_copy():
    """Unless it begins like JSON, or is too long: then it goes the way of all others."""
    head = {"content-type": 'multipart/form-data; boundary="x"', "content-length": "30"}
    request = Request("POST", "/", head, data=b"--x", form=[("prompt", "a fox")])
    payload = await bodies.read(request, NAMES, decode_data_url)
    assert (payload.fields, request.limits) == ({"prompt": "a fox"}, [])
    for data, length in ((b'{"prompt": "a cat"}', "19"), (b"--x", "999999999")):
        request = Request("POST", "/", head | {"content-length": length}, data, request.form)
        await bodies.read(request, NAMES, decode_data_url)
        assert request.limits == [bodies.MOST_BYTES]


async def test_announced_form_that_is_none_is_refused():
    """With what to do."""
    head = {"content-type": "multipart/form-data; boundary=x", "content-length": "3"}
    with pytest.raises(errors.InvalidForm):
        await bodies.read(Request("POST", "/", head, b"--x"), NAMES, decode_data_url)


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


async def test_form_of_1000_parts_is_the_largest():
    """A part more is refused before any is looked at."""
    parts = [("prompt", "a cow"), *[(f"note{i}", "x") for i in range(999)]]

    assert (await Server().generate_from_form(*parts)).status == 200
    answer = await Server().generate_from_form(*parts, ("another", "x"))

    check_error(answer, 400, "invalid_form", "at most 1,000 parts", "1,001")


async def test_repeated_part_is_looked_at_once(monkeypatch):
    """Each look takes all parts of that name; a look for each would be a million of them."""
    looks = []
    files = Form.files
    monkeypatch.setattr(Form, "files", lambda *args: looks.append(args) or files(*args))
    parts = [("note", "x" * 2000)] * 999

    answer = await Server().post(bytes(2_000_000), FORM, [("prompt", "a cow"), *parts])

    assert answer.status == 200
    assert len(looks) == 2


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


async def test_white_space_in_front_is_skipped_in_large_steps(monkeypatch):
    """Each look at the body costs a call into JavaScript; a megabyte of blanks is a few."""
    looks = []
    read = Buffer.read
    monkeypatch.setattr(Buffer, "read", lambda *range_: looks.append(range_) or read(*range_))

    answer = await Server().post(b" " * 900_000 + b'{"prompt": "a valley"}')

    assert answer.status == 200
    assert len(looks) < 60
