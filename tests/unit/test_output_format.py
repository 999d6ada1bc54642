"""`output_format` and `output_compression`: what is converted, how, and what the answer says."""

import base64
from typing import Any

import pytest

from flux2.image_formats import sniff
from tests.unit.fakes import (
    ENVIRONMENT,
    JPEG,
    WEBP,
    Buffer,
    Server,
    check_error,
    encoded,
)


class Converter:
    """The `IMAGES` binding, as far as it converts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None]] = []

    async def __call__(self, image: Any, format: str, quality: int | None) -> Buffer:
        self.asked.append((format, quality))
        return Buffer(encoded(WEBP if format == "webp" else JPEG).encode())


async def test_image_that_cannot_be_converted_comes_as_it_is():
    """And the answer says so."""

    async def convert(image, format, quality):
        raise ValueError("broken")

    answer = await Server(convert=convert).generate(output_format="png")
    assert answer.json["output_format"] == "jpeg"
    assert answer.json["data"][0]["b64_json"].startswith("/9j/")


async def test_images_of_one_answer_that_differ_in_format_say_so():
    """Only one of them could be converted; each is what the answer says."""
    converted = [Buffer(encoded(WEBP).encode())]

    async def convert(image, format, quality):
        if not converted:
            raise ValueError("broken")
        return converted.pop()

    answer = await Server(convert=convert).generate(output_format="webp", n=2)

    formats = [
        image.get("output_format", answer.json["output_format"]) for image in answer.json["data"]
    ]
    kinds = [sniff(base64.b64decode(image["b64_json"])) for image in answer.json["data"]]
    assert sorted(kinds) == ["jpeg", "webp"]
    assert formats == kinds


async def test_image_in_the_right_format_is_not_converted():
    """Nothing is done for nothing."""

    async def convert(image, format, quality):
        raise AssertionError("not needed")

    answer = await Server(convert=convert).generate(output_format="jpeg")
    assert answer.json["output_format"] == "jpeg"


@pytest.mark.parametrize("quality", [0, 10, 95])
@pytest.mark.parametrize("fields", [{}, {"output_format": "jpeg"}])
async def test_jpeg_is_compressed_as_asked(fields, quality):
    """Also where the model makes JPEG by itself; the answer says so."""
    convert = Converter()

    answer = await Server(convert=convert).generate(output_compression=quality, **fields)

    assert convert.asked == [("jpeg", quality)]
    assert (answer.json["output_format"], answer.json["output_compression"]) == ("jpeg", quality)


async def test_webp_is_compressed_as_asked():
    """In the same step as it is converted."""
    convert = Converter()

    answer = await Server(convert=convert).generate(output_format="webp", output_compression=100)

    assert convert.asked == [("webp", 100)]
    assert (answer.json["output_format"], answer.json["output_compression"]) == ("webp", 100)


async def test_event_says_how_it_was_compressed():
    """As the document does."""
    answer = await Server(convert=Converter()).generate(output_compression=20, stream=True)

    assert '"output_compression":20' in answer.text


async def test_compression_of_100_leaves_the_image_alone():
    """OpenAI's default: no further compression of what the model made."""
    convert = Converter()

    answer = await Server(convert=convert).generate(output_compression=100)

    assert convert.asked == []
    assert "output_compression" not in answer.json


async def test_compression_that_could_not_be_done_is_not_claimed():
    """Without the binding, or where it fails, the image comes as it is."""
    answer = await Server().generate(output_compression=10)

    assert answer.status == 200
    assert "output_compression" not in answer.json


@pytest.mark.parametrize("environment", [{}, {"DEFAULT_OUTPUT_FORMAT": "png"}])
async def test_compression_of_a_png_is_refused(environment):
    """A PNG has no quality; nothing is dropped in silence."""
    server = Server(environment={**ENVIRONMENT, **environment})
    fields = {} if environment else {"output_format": "png"}

    answer = await server.generate(output_compression=50, **fields)

    check_error(answer, 400, "invalid_value", "jpeg or webp", param="output_compression")
    assert server.cloudflare.calls == []


@pytest.mark.parametrize("written", ["webp", "WEBP", " webp "])
async def test_default_output_format_is_that_of_the_deployment(written):
    """Where a caller names none; one that is named wins."""
    convert = Converter()
    server = Server(convert=convert, environment={**ENVIRONMENT, "DEFAULT_OUTPUT_FORMAT": written})

    by_default = await server.generate()
    named = await server.generate(output_format="jpeg")

    assert by_default.json["output_format"] == "webp"
    assert named.json["output_format"] == "jpeg"
    assert convert.asked == [("webp", None)]


async def test_bad_default_output_format_is_a_configuration_error():
    """Named by `/health`, and before anything is paid for."""
    server = Server(environment={**ENVIRONMENT, "DEFAULT_OUTPUT_FORMAT": "gif"})

    answer = await server.generate()

    words = "DEFAULT_OUTPUT_FORMAT must be png, jpeg or webp"
    check_error(answer, 500, "configuration_error", words)
    assert server.cloudflare.calls == []
    assert words in (await server.get("/health")).text
