"""Bodies of requests: JSON or a form, told apart, and the reference images in them."""

import json
from urllib.parse import urlencode

import pytest

from flux2 import errors
from flux2.request import bodies
from flux2.request.fields import NAMES
from tests.unit.fakes import (
    GIF,
    JPEG,
    PNG,
    WEBP,
    File,
    Form,
    Request,
    Server,
    check_error,
    data_url,
    decode_data_url,
)

FORM = "multipart/form-data; boundary=x"
URLENCODED = "application/x-www-form-urlencoded"
FIVE = [PNG, JPEG, WEBP, GIF, PNG]


def _sent_images(server: Server) -> list[bytes]:
    (call,) = server.cloudflare.calls
    assert [name for name, _, _ in call.images] == [
        f"input_image_{index}" for index in range(len(call.images))
    ]
    return [data for _, _, data in call.images]


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


# Reference images in forms


@pytest.mark.parametrize(
    "names",
    [
        ["image"],
        ["image", "image", "image", "image"],
        ["image[]"],
        ["image[]", "image[]", "image[]"],
        ["image[0]", "image[1]", "image[2]"],
        ["images", "images"],
        ["images[]", "images[]"],
        ["input_image_0"],
        ["input_image_0", "input_image_1", "input_image_2", "input_image_3"],
    ],
    ids="+".join,
)
async def test_reference_image_has_many_names(names):
    """As the clients write it; the order is the one in which they came."""
    server = Server()

    answer = await server.generate_from_form(*zip(names, FIVE, strict=False))

    assert answer.status == 200
    assert _sent_images(server) == FIVE[: len(names)]


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["input_image_1", "input_image_0"], [1, 0]),
        (["input_image_2", "input_image_0", "input_image_1"], [1, 2, 0]),
        (["image[1]", "image[0]"], [1, 0]),
        (["images[1]", "images[0]"], [1, 0]),
        (["image", "image[1]"], [0, 1]),
        (["image[1]", "image"], [1, 0]),
        (["image", "input_image_0", "image"], [1, 0, 2]),
    ],
)
async def test_number_in_a_name_is_the_place(names, order):
    """A prompt says "image 1", so a number counts more than the order of the parts."""
    server = Server()

    await server.generate_from_form(*zip(names, FIVE, strict=False))

    assert _sent_images(server) == [FIVE[index] for index in order]


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["input_image_1"], "input_image_0"),
        (["input_image_0", "input_image_2"], "input_image_1"),
        (["input_image_7"], "input_image_0"),
    ],
)
async def test_gap_between_references_is_refused(names, missing):
    """Closing it in silence would change which image the prompt means."""
    answer = await Server().generate_from_form(*zip(names, FIVE, strict=False))

    check_error(answer, 400, "invalid_value", missing, "without gaps", param=missing)


@pytest.mark.parametrize(
    ("names", "fifth"),
    [
        (["image"] * 5, "image"),
        (["image[]"] * 5, "image[]"),
        ([f"image[{index}]" for index in range(5)], "image[4]"),
        ([f"input_image_{index}" for index in range(5)], "input_image_4"),
    ],
)
async def test_fifth_reference_is_refused(names, fifth):
    """At most four; the error names the fifth."""
    server = Server()

    answer = await server.generate_from_form(*zip(names, FIVE, strict=True))

    check_error(answer, 400, "invalid_value", "5 reference images", "at most 4", param=fifth)
    assert server.cloudflare.calls == []


@pytest.mark.parametrize(
    "name",
    ["input_image_", "input_image_[]", "input_image_x", "image[x]", f"image[{'9' * 5000}]"],
    ids=["no number", "brackets", "no digit", "letter in brackets", "5,000 digits"],
)
async def test_odd_name_of_a_part_is_no_bug_of_ours(name):
    """Whatever a part is called, it is an image, another field, or the caller's mistake."""
    as_form = await Server().generate_from_form((name, PNG))
    as_json = await Server().generate(**{name: data_url()})

    assert as_form.status in (200, 400), as_form.text
    assert as_json.status in (200, 400), as_json.text


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("https://example.com/cow.png", "invalid_value", "fetches nothing"),
        ("data:image/png,raw", "invalid_value", "data URL"),
        ("a/path.png", "invalid_image", "PNG, JPEG, WebP or GIF"),
    ],
)
async def test_text_where_an_image_belongs_is_refused(text, code, words):
    """A path or a link in a form is not an image."""
    answer = await Server().generate_from_form(("image", text))

    check_error(answer, 400, code, words, param="image")


@pytest.mark.parametrize("parts", [("x", PNG), (PNG, "x"), (PNG,)])
async def test_image_in_a_field_that_takes_none_is_refused(parts):
    """Also beside text of the same name: no image is lost in silence."""
    server = Server()

    answer = await server.generate_from_form(*(("photo", part) for part in parts))

    check_error(answer, 400, "unsupported_parameter", "photo takes no file", param="photo")
    assert server.cloudflare.calls == []


@pytest.mark.parametrize("name", ["image", "images[][image_url]", "images[0][image_url]"])
async def test_data_url_in_a_form_is_an_image(name):
    """openai-node writes `images: [{image_url}]` this way."""
    server = Server()

    answer = await server.generate_from_form((name, data_url()))

    assert answer.status == 200
    assert len(_sent_images(server)) == 1


# Reference images in JSON


@pytest.mark.parametrize(
    "write",
    [
        lambda url: url,
        lambda url: {"image_url": url},
        lambda url: {"image_url": {"url": url}},
        lambda url: {"image_url": {"url": url, "detail": "auto"}, "file_id": None},
    ],
    ids=["string", "image_url", "image_url.url", "with more"],
)
@pytest.mark.parametrize("name", ["images", "image", "image[]", "input_image_0"])
@pytest.mark.parametrize("listed", [True, False])
async def test_data_url_in_json_is_a_reference(write, name, listed):
    """OpenAI's own shapes and plain strings, in a list or alone."""
    server = Server()
    value = write(data_url(JPEG, "image/jpeg"))

    answer = await server.generate(**{name: [value] if listed else value})

    assert answer.status == 200
    assert _sent_images(server) == [JPEG]


async def test_data_urls_keep_their_order():
    """In the list, and by number where names have one."""
    listed, named = Server(), Server()

    await listed.generate(images=[data_url(image) for image in FIVE[:4]])
    await named.generate(input_image_1=data_url(JPEG), input_image_0=data_url(PNG))

    assert _sent_images(listed) == FIVE[:4]
    assert _sent_images(named) == [PNG, JPEG]


@pytest.mark.parametrize(
    "url",
    [
        data_url(PNG).replace("data:image/png", "DATA:image/PNG"),
        data_url(PNG, "application/octet-stream"),
        data_url(PNG, ""),
        data_url(PNG, "image/png;charset=utf-8"),
    ],
)
async def test_media_type_of_a_data_url_does_not_matter(url):
    """Whatever it is called, the bytes decide."""
    server = Server()

    await server.generate(images=[url])

    assert server.cloudflare.calls[0].images == [("input_image_0", "image/png", PNG)]


async def test_escaped_solidus_in_a_data_url_is_a_solidus():
    """PHP and others escape `/` in JSON."""
    server = Server()
    body = json.dumps({"prompt": "a/b", "images": [data_url()]}).replace("/", "\\/")

    answer = await server.post(body.encode())

    assert answer.status == 200
    assert (_sent_images(server), server.sent["prompt"]) == ([PNG], "a/b")


@pytest.mark.parametrize(
    "url", ["http://example.com/cow.png", "https://example.com/cow.png", "HTTPS://127.0.0.1/"]
)
@pytest.mark.parametrize("shape", ["string", "object"])
async def test_web_address_is_refused(url, shape):
    """This server fetches nothing for a caller."""
    server = Server()

    answer = await server.generate(images=[url if shape == "string" else {"image_url": url}])

    check_error(answer, 400, "invalid_value", "data URL", "fetches nothing", param="images")
    assert server.cloudflare.calls == []


@pytest.mark.parametrize("more", [{}, {"image_url": data_url()}])
async def test_file_id_is_refused(more):
    """There is no store of files here."""
    answer = await Server().generate(images=[{"file_id": "file-123", **more}])

    check_error(answer, 400, "unsupported_parameter", "file_id", param="images.file_id")


@pytest.mark.parametrize(
    "value", ["", "cow.png", "data:,hello", "iVBORw0KGgo", 5, True, {}, {"url": data_url()}, [[]]]
)
async def test_what_is_no_data_url_is_refused(value):
    """400 that says what to send."""
    answer = await Server().generate(images=[value])

    check_error(answer, 400, "invalid_value", "base64 data URL", param="images")


async def test_data_url_that_is_no_base64_is_refused():
    """Its beginning looked good; decoding it did not work."""
    answer = await Server().generate(image="data:image/png;base64,***")

    check_error(answer, 400, "invalid_value", "not a valid base64 data URL", param="image")


@pytest.mark.parametrize("content", ["", "AAAA"])
async def test_data_url_without_an_image_is_refused(content):
    """Base64 of something else."""
    answer = await Server().generate(image=f"data:image/png;base64,{content}")

    check_error(answer, 400, "invalid_image", "PNG, JPEG, WebP or GIF", param="image")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": data_url()}, "prompt"),
        ({"input": data_url()}, "input"),
        ({"prompt": {"scene": {"subject": [data_url()]}}}, "prompt"),
        ({"prompt": {data_url(): 1}}, "prompt"),
        ({"prompt": data_url(), "images": [data_url()]}, "prompt"),
        ({"size": data_url()}, "size"),
    ],
)
async def test_data_url_where_no_image_belongs_is_refused(fields, param):
    """An image as part of a prompt would be sent as megabytes of text."""
    server = Server()

    answer = await server.generate(**fields)

    check_error(answer, 400, "invalid_value", "images", param=param)
    assert server.cloudflare.calls == []


@pytest.mark.parametrize(
    ("fields", "fifth"),
    [
        ({"images": [data_url()] * 5}, "images"),
        ({f"input_image_{index}": data_url() for index in range(5)}, "input_image_4"),
    ],
)
async def test_fifth_data_url_is_refused(fields, fifth):
    """As in a form."""
    answer = await Server().generate(**fields)

    check_error(answer, 400, "invalid_value", "5 reference images", "at most 4", param=fifth)


async def test_number_that_is_given_twice_is_refused():
    """Two images cannot both be image 0."""
    answer = await Server().generate_from_form(
        ("input_image_0", FIVE[0]), ("input_image_0", FIVE[1])
    )

    check_error(answer, 400, "invalid_value", "more than once", param="input_image_0")


async def test_gap_between_data_urls_is_refused():
    """As in a form; null is not given."""
    answer = await Server().generate(input_image_0=None, input_image_1=data_url())

    check_error(answer, 400, "invalid_value", "without gaps", param="input_image_0")


async def test_large_images_in_json_are_references():
    """Four images of megabytes each; only markers of them are read as JSON."""
    server = Server()
    images = [image + bytes(2_000_000) for image in FIVE[:4]]

    answer = await server.generate(images=[data_url(image) for image in images])

    assert answer.status == 200
    assert _sent_images(server) == images


@pytest.mark.parametrize("marker", ["\0image:0", "\0image:1"])
async def test_forged_marker_is_no_image(marker):
    """What stands for an image inside cannot be written from outside."""
    assert (await Server().generate(images=[marker])).status == 400
    assert (await Server().generate(prompt=marker)).status == 200


async def test_reference_is_not_read_into_python():
    """Only its head is looked at; the handle goes upstream as it came."""
    ranges = []

    class Watched(File):
        async def read(self, start: int, stop: int) -> bytes:
            ranges.append((start, stop))
            return await super().read(start, stop)

    file = Watched(PNG + bytes(1_000_000))
    server = Server()

    await server.generate_from_form(("image", file))

    assert max(stop - start for start, stop in ranges) <= 65536
    _, typed = server.cloudflare.calls[0].form[-1]
    assert typed.file is file


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
