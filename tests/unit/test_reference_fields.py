"""Reference images among the fields of a form or of JSON: their names, order and shapes."""

import json

import pytest

from tests.unit.fakes import (
    GIF,
    JPEG,
    PNG,
    WEBP,
    Buffer,
    Server,
    check_error,
    data_url,
)

FORM = "multipart/form-data; boundary=x"

FIVE = [PNG, JPEG, WEBP, GIF, PNG]


def _sent_images(server: Server) -> list[bytes]:
    (call,) = server.cloudflare.calls
    assert [name for name, _, _ in call.images] == [
        f"input_image_{index}" for index in range(len(call.images))
    ]
    return [data for _, _, data in call.images]


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
    """More than a megabyte of them; only markers of them are read as JSON."""
    server = Server()
    images = [image + bytes(600_000) for image in FIVE[:4]]

    answer = await server.generate(images=[data_url(image) for image in images])

    assert answer.status == 200
    assert _sent_images(server) == images


@pytest.mark.parametrize("marker", ["\0image:0", "\0image:1"])
async def test_forged_marker_is_no_image(marker):
    """What stands for an image inside cannot be written from outside."""
    assert (await Server().generate(images=[marker])).status == 400
    assert (await Server().generate(prompt=marker)).status == 200


async def test_reference_is_not_read_into_python(monkeypatch):
    """Windows of the body and the image's head are looked at; a view of it goes upstream."""
    sizes = []
    read = Buffer.read

    def watch(*args):
        sizes.append(len(read(*args)))
        return read(*args)

    monkeypatch.setattr(Buffer, "read", watch)
    image = PNG + bytes(5_000_000)
    server = Server()

    await server.generate_from_form(("image", image))

    assert max(sizes) <= 256 * 1024
    assert sum(sizes) < 1.2 * len(image)
    assert server.cloudflare.calls[0].images == [("input_image_0", "image/png", image)]
