"""Every field of a request: its rule, its forms, and the message if it is broken."""

import json

import pytest

from tests.unit.fakes import PNG, Server, check_error, data_url

INTEGERS = {
    "width": (256, 2048),
    "height": (256, 2048),
    "steps": (1, 50),
    "seed": (0, 2**32 - 1),
    "n": (1, 10),
    "partial_images": (0, 3),
    "output_compression": (0, 100),
}
RANGES = [*((name, "an integer", *limits) for name, limits in INTEGERS.items())]
RANGES.append(("guidance", "a number", 0, 20))


def _form(**fields: object):
    return Server().generate_from_form(*((name, str(value)) for name, value in fields.items()))


# Defaults, and ways to leave a field out

EVERY_FIELD = [
    "input",
    "model",
    "width",
    "height",
    "size",
    "steps",
    "quality",
    "guidance",
    "seed",
    "n",
    "response_format",
    "output_format",
    "stream",
    "partial_images",
    "mask",
    "markup",
    "svg",
    "frame_count",
    "output_compression",
    "background",
    "images",
]
SIMPLE_FIELDS = [name for name in EVERY_FIELD if name not in ("input", "mask", "images")]


async def test_defaults():
    """1024x1024, 25 steps, one image, and no guidance."""
    server = Server()

    await server.generate()

    fields = dict(server.sent)
    assert fields.pop("seed")
    assert fields == {"prompt": "a valley", "width": "1024", "height": "1024", "steps": "25"}


async def test_null_means_not_given():
    """OpenAI's clients send null for what was left out."""
    server = Server()

    answer = await server.generate(**dict.fromkeys(EVERY_FIELD))

    assert answer.json == (await Server().generate()).json
    assert "guidance" not in server.sent


@pytest.mark.parametrize("name", SIMPLE_FIELDS)
async def test_auto_means_not_given(name):
    """OpenAI's clients send `auto` where they have no opinion."""
    expected = (await Server().generate()).json

    assert (await Server().generate(**{name: "auto"})).json == expected
    assert (await _form(**{name: "auto"})).json == expected


@pytest.mark.parametrize("name", SIMPLE_FIELDS)
async def test_empty_field_of_a_form_means_not_given(name):
    """Browsers send every field of a form, filled in or not."""
    assert (await _form(**{name: ""})).json == (await Server().generate()).json


async def test_prompt_auto_is_a_prompt():
    """A car, perhaps."""
    server = Server()

    await server.generate(prompt="auto")

    assert server.sent["prompt"] == "auto"


@pytest.mark.parametrize(
    "fields",
    [
        {"user": "me", "background": "opaque", "moderation": "low", "style": "vivid"},
        {"complexity": "high", "safety_identifier": "abc", "prompt_rewriter": None},
        {"input_fidelity": "high", "negative_prompt": "cows", "frame_count": None, "svg": "auto"},
        {"extra": {"deep": [1, None]}, "": 1, "protected": True, "model_config": {}},
    ],
)
async def test_other_field_is_accepted_and_not_sent(fields):
    """Whatever else OpenAI's clients send is no error, and no matter for Cloudflare."""
    server = Server()

    answer = await server.generate(**fields)

    assert answer.status == 200
    assert set(server.sent) == {"prompt", "width", "height", "seed", "steps"}
    assert (await _form(user="me", style="vivid")).status == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mask", data_url()),
        ("markup", data_url()),
        ("svg", {"model": "gpt-6"}),
        ("frame_count", 9),
        ("frame_duration_ms", 200),
        ("background", "transparent"),
    ],
)
async def test_what_would_change_the_image_is_refused_by_name(name, value):
    """Nothing is dropped in silence."""
    server = Server()

    answer = await server.generate(**{name: value})

    check_error(answer, 400, "unsupported_parameter", name, param=name)
    assert server.cloudflare.calls == []


@pytest.mark.parametrize("name", ["mask", "markup"])
async def test_overlay_in_a_form_is_refused_by_name(name):
    """It is a file there; an empty field is none."""
    refused = await Server().generate_from_form((name, PNG))
    check_error(refused, 400, "unsupported_parameter", name, param=name)

    assert (await Server().generate_from_form((name, ""))).status == 200


@pytest.mark.parametrize("value", ["gif", "svg", "tiff"])
async def test_format_that_is_not_made_is_refused(value):
    """The message lists those that are."""
    answer = await Server().generate(output_format=value)

    check_error(answer, 400, "invalid_value", "png, jpeg, webp", value, param="output_format")


# Numbers


@pytest.mark.parametrize(("name", "kind", "low", "high"), RANGES)
@pytest.mark.parametrize("in_form", [False, True], ids=["json", "form"])
async def test_number_out_of_range_is_refused(name, kind, low, high, in_form):
    """400 that names the field, the value and the range; nothing is clamped."""
    for value in (low - 1, high + 1):
        server = Server()
        fields = {name: value}
        answer = await (_form(**fields) if in_form else server.generate(**fields))

        rule = f"{kind} from {low} to {high}"
        check_error(answer, 400, "invalid_value", name, str(value), rule, param=name)
        assert server.cloudflare.calls == []


@pytest.mark.parametrize(("name", "kind", "low", "high"), RANGES)
async def test_ends_of_the_range_are_inside(name, kind, low, high):
    """Both ends are allowed, as a number in JSON and as a string in a form."""
    for value in (low, high):
        assert (await Server().generate(**{name: value})).status == 200
        assert (await _form(**{name: value})).status == 200


@pytest.mark.parametrize(
    "value", [True, False, "many", "NaN", "Infinity", "1e999", "0x10", [1], {"a": 1}, "9" * 5000]
)
async def test_what_is_no_number_is_refused(value):
    """true is no number, nor is NaN; the message shows the value, shortened if it is long."""
    shown = json.dumps(value)[:80]
    for name, *_ in RANGES:
        answer = await Server().generate(**{name: value})

        check_error(answer, 400, "invalid_value", f"{name} must be ", shown, param=name)
        assert len(answer.json["error"]["message"]) < 200
        if isinstance(value, str):
            check_error(await _form(**{name: value}), 400, "invalid_value", shown, param=name)


@pytest.mark.parametrize("name", INTEGERS)
async def test_fraction_is_no_integer(name):
    """25.5 steps are refused, not rounded."""
    value = INTEGERS[name][0] + 0.5

    for answer in (await Server().generate(**{name: value}), await _form(**{name: value})):
        check_error(answer, 400, "invalid_value", "an integer", str(value), param=name)


@pytest.mark.parametrize("value", [25.0, "25", "25.0", " 25 "])
async def test_whole_number_is_an_integer(value):
    """JavaScript and JSON know one kind of number; forms know text only."""
    assert (await Server().generate(steps=value)).json["steps"] == 25
    assert (await _form(steps=value)).json["steps"] == 25


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
async def test_nan_is_no_json(number):
    """RFC 8259, 6: JSON has no such numbers."""
    answer = await Server().post(b'{"prompt":"x","guidance":%s}' % number.encode())

    check_error(answer, 400, "invalid_json")


@pytest.mark.parametrize("number", [b"1" + b"0" * 60, b"-" + b"9" * 400, b"9" * 5000])
async def test_huge_integer_is_refused(number):
    """However many digits somebody sends, it is their mistake and no bug of ours."""
    answer = await Server().post(b'{"prompt":"x","seed":%s}' % number)

    assert answer.status == 400, answer.text
    assert len(answer.text) < 400


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("quality", "best", "one of low, medium, standard, high, hd"),
        ("quality", 5, "one of low"),
        ("background", "white", 'background must be opaque, not "white".'),
        ("response_format", "png", "one of b64_json, url"),
        ("output_format", "gif", "one of png, jpeg, webp"),
        ("stream", "perhaps", "true or false"),
        ("model", 5, "a string"),
        ("size", 1024, "a string"),
        ("prompt", 5, "a string or a JSON object"),
        ("prompt", ["a"], "a string or a JSON object"),
        ("prompt", True, "a string or a JSON object"),
        ("input", [{"role": "user"}], "a string or a JSON object"),
    ],
)
async def test_word_outside_the_list_is_refused(name, value, words):
    """400 that names the field, the value and what it may be."""
    answer = await Server().generate(**{name: value})

    check_error(answer, 400, "invalid_value", name, words, json.dumps(value), param=name)


# What is not supported


@pytest.mark.parametrize("mask", ["x", {"image_url": "data:image/png;base64,AAAA"}, {}, 0])
async def test_mask_is_refused(mask):
    """FLUX.2 has none here, and ignoring it would repaint the whole image."""
    answer = await Server().generate(mask=mask)

    check_error(answer, 400, "unsupported_parameter", "mask", param="mask")


@pytest.mark.parametrize("mask", ["text", b"\x89PNG"])
async def test_mask_of_a_form_is_refused(mask):
    """As a file or as text."""
    answer = await Server().generate_from_form(("mask", mask))

    check_error(answer, 400, "unsupported_parameter", "mask", param="mask")
