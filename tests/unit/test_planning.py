"""What a request means once its fields are right: steps, size, model, prompt, seed."""

import json

import pytest

from tests.unit.fakes import Server, check_error


def _form(**fields: object):
    return Server().generate_from_form(*((name, str(value)) for name, value in fields.items()))


# Steps and quality


@pytest.mark.parametrize(
    ("quality", "steps"),
    [
        ("low", 12),
        ("medium", 25),
        ("standard", 25),
        ("auto", 25),
        ("high", 40),
        ("hd", 40),
    ],
)
async def test_quality_means_steps(quality, steps):
    """OpenAI's words for quality, in steps."""
    server = Server()

    answer = await server.generate(quality=quality)

    assert (answer.json["steps"], server.sent["steps"]) == (steps, str(steps))


async def test_steps_win_over_quality():
    """The exact word counts."""
    assert (await Server().generate(quality="high", steps=3)).json["steps"] == 3


async def test_klein_accepts_steps_in_range_only():
    """The field is accepted though its steps are fixed, but a wrong value is still wrong."""
    answer = await Server().generate(model="flux-2-klein-4b", steps=51)

    check_error(answer, 400, "invalid_value", "51", "1 to 50", param="steps")


# Seed


@pytest.mark.parametrize(
    ("seed", "n", "most"), [(2**32 - 1, 2, 2**32 - 2), (2**32 - 9, 10, 2**32 - 10)]
)
async def test_last_seed_must_be_a_seed_too(seed, n, most):
    """The images have the seeds seed, seed+1, …, so the first may not be too large."""
    answer = await Server().generate(seed=seed, n=n)

    check_error(answer, 400, "invalid_value", str(seed), str(most), f"{n} images", param="seed")
    assert (await Server().generate(seed=most, n=n)).json["data"][-1]["seed"] == 2**32 - 1


# Size


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"size": "256x2048"}, "256x2048"),
        ({"size": "2048x2048"}, "2048x2048"),
        ({"size": " 512X768 "}, "512x768"),
        ({"size": "auto", "width": 300}, "300x1024"),
        ({"height": 300}, "1024x300"),
        ({"size": "512x768", "width": 512}, "512x768"),
        ({"size": "512x768", "width": 512, "height": 768}, "512x768"),
    ],
)
async def test_size_is_sent_as_width_and_height(fields, size):
    """Either way to say it, or both if they agree."""
    server = Server()

    answer = await server.generate(**fields)

    assert answer.json["size"] == size
    assert f"{server.sent['width']}x{server.sent['height']}" == size
    assert (await _form(**fields)).json["size"] == size


@pytest.mark.parametrize(
    "size",
    [
        "big",
        "1024",
        "1024x",
        "x1024",
        "1024*1024",
        "1024x1024x1",
        "-1024x1024",
        "1024.0x1024",
        "255x1024",
        "1024x2049",
        "0x0",
        "99999x99999",
        "9" * 6000 + "x1",
        "",
        "１０２４x１０２４",
    ],
)
async def test_bad_size_is_refused(size):
    """The message has the form, the limits and the value."""
    answer = await Server().generate(size=size)

    check_error(
        answer, 400, "invalid_value", "WIDTHxHEIGHT", "256 to 2048", size[:40], param="size"
    )


@pytest.mark.parametrize(("name", "value"), [("width", 1024), ("height", 1024)])
async def test_size_and_side_that_disagree_are_refused(name, value):
    """Neither is guessed to be the right one."""
    answer = await Server().generate(size="512x768", **{name: value})

    meant = {"width": 512, "height": 768}[name]
    check_error(answer, 400, "invalid_value", name, "1024", str(meant), "size", param=name)


# Models


@pytest.mark.parametrize("name", ["flux-2-dev", "flux-2-klein-4b", "flux-2-klein-9b"])
@pytest.mark.parametrize("prefix", ["", "@cf/black-forest-labs/"])
async def test_model_is_found_with_and_without_prefix(name, prefix):
    """Both names, in JSON and in a form."""
    for answer in (await Server().generate(model=prefix + name), await _form(model=prefix + name)):
        assert answer.json["model"] == f"@cf/black-forest-labs/{name}"


@pytest.mark.parametrize("model", ["sdxl", "flux-2", "dall-e", "", '"<', "x" * 5000])
async def test_unknown_model_is_404(model):
    """The message lists the models that there are."""
    answer = await Server().generate(model=model)

    check_error(answer, 404, "model_not_found", "flux-2-dev", "flux-2-klein-9b", param="model")
    assert len(answer.text) < 400


# Prompts


@pytest.mark.parametrize("name", ["prompt", "input"])
async def test_prompt_has_two_names(name):
    """`input` is another name of `prompt`."""
    for in_form in (False, True):
        server = Server()
        body = json.dumps({name: "a cow"}).encode()
        await (server.generate_from_form((name, "a cow")) if in_form else server.post(body))
        assert server.sent["prompt"] == "a cow"


async def test_prompt_and_input_must_agree():
    """Twice the same is fine, two prompts are one too many."""
    assert (await Server().generate(prompt="a", input="a")).status == 200

    answer = await Server().generate(prompt="a", input="b")

    check_error(answer, 400, "invalid_value", "input", "prompt", param="input")


@pytest.mark.parametrize("body", [b"{}", b'{"prompt":null}', b'{"n":1,"model":"flux-2-dev"}'])
async def test_missing_prompt_is_refused(body):
    """The one field without which there is nothing to do."""
    answer = await Server().post(body)

    check_error(answer, 400, "missing_required_parameter", "prompt is required", param="prompt")


@pytest.mark.parametrize("prompt", ["", " ", "\n\t", "\u3000", {}])
@pytest.mark.parametrize("name", ["prompt", "input"])
async def test_blank_prompt_is_refused(name, prompt):
    """A prompt of white space, of whatever script, says nothing."""
    answer = await Server().post(json.dumps({name: prompt}).encode())

    check_error(answer, 400, "invalid_value", "blank", param=name)


@pytest.mark.parametrize("prompt", ["", "  ", "{}"])
async def test_blank_prompt_of_a_form_is_refused(prompt):
    """An empty prompt is not one that was left out."""
    answer = await _form(prompt=prompt)

    check_error(answer, 400, "invalid_value", "blank", param="prompt")


@pytest.mark.parametrize("character", ["a", "ü", "🐄"], ids=["ascii", "latin", "emoji"])
async def test_prompt_of_32000_characters_is_the_longest(character):
    """Characters are counted, not bytes; one more is refused and said so."""
    server = Server()
    assert (await server.generate(prompt=character * 32_000)).status == 200
    assert server.sent["prompt"] == character * 32_000
    escaped = json.dumps({"prompt": character * 32_000}).encode()
    assert (await Server().post(escaped)).status == 200

    answer = await Server().generate(prompt=character * 32_001)

    check_error(answer, 400, "invalid_value", "32,000", "32,001", param="prompt")


async def test_prompt_is_sent_as_it_is():
    """Quotes, line feeds, NUL and every script."""
    prompt = ' "quoted" \\ back\nline\ttab \0 ünï 🐄 {"not": "json prompting"} '
    server = Server()

    answer = await server.generate(prompt=prompt)

    assert server.sent["prompt"] == prompt
    assert answer.json["data"][0]["prompt"] == prompt


SCENE = {"scene": "Zürich bei Nacht", "camera": {"f-number": 2.8, "ISO": 100}, "effects": ["霧"]}
COMPACT = '{"scene":"Zürich bei Nacht","camera":{"f-number":2.8,"ISO":100},"effects":["霧"]}'


@pytest.mark.parametrize("name", ["prompt", "input"])
async def test_json_prompt_is_sent_compact(name):
    """Without white space, in its order, non-ASCII kept, and shown in the answer as sent."""
    server = Server()

    answer = await server.post(json.dumps({name: SCENE}).encode())

    assert server.sent["prompt"] == COMPACT
    assert answer.json["data"][0]["revised_prompt"] == COMPACT


@pytest.mark.parametrize("ascii_only", [True, False])
async def test_json_prompt_of_a_form_is_the_same_thing(ascii_only):
    """A form can only send text, so text that is a JSON object is one."""
    server = Server()
    text = "\n " + json.dumps(SCENE, indent=2, ensure_ascii=ascii_only)

    await server.generate_from_form(("prompt", text))

    assert server.sent["prompt"] == COMPACT


@pytest.mark.parametrize(
    "text", ["{a curly cow}", '{"a": 1} and more', '["a"]', '"a"', "5", '{"a": NaN}', "{"]
)
async def test_other_text_of_a_form_stays_text(text):
    """Only a whole JSON object is a JSON prompt."""
    server = Server()

    await server.generate_from_form(("prompt", text))

    assert server.sent["prompt"] == text


@pytest.mark.parametrize("name", ["prompt", "input"])
async def test_number_beyond_all_bounds_in_a_json_prompt_is_refused(name):
    """1e999 is valid JSON, but the infinity that it becomes is not."""
    server = Server()

    answer = await server.post(b'{"%s":{"zoom":1e999}}' % name.encode())

    check_error(answer, 400, "invalid_value", "too large", param=name)
    assert server.cloudflare.calls == []
