"""`/openapi.json`: a valid document that knows every path, field and error of the API."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from flux2.answers.parts import NO_TOKENS
from flux2.app import ROUTES, Access
from flux2.errors import list_errors
from flux2.request.batch_fields import BatchRequest
from flux2.request.fields import ImageRequest
from tools import ROOT
from tools.openapi.number_pattern import write_pattern
from tools.openapi.paths import ELSEWHERE

DOCUMENT = json.loads((ROOT / "assets/openapi.json").read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
IMAGES = ("/v1/images/generations", "/v1/images/edits")
CHAT = "/v1/chat/completions"


def complaints(schema: dict[str, Any], value: Any) -> list[str]:
    validator = OAS31Validator({**schema, "components": DOCUMENT["components"]})
    return [error.message for error in validator.iter_errors(value)]


def accepts(name: str, value: Any) -> bool:
    return complaints({"$ref": f"#/components/schemas/{name}"}, value) == []


def resolved(response: dict[str, Any]) -> dict[str, Any]:
    reference = response.get("$ref")
    return DOCUMENT["components"]["responses"][reference.split("/")[-1]] if reference else response


def examples(media: dict[str, Any]) -> Iterator[Any]:
    if "example" in media:
        yield media["example"]
    yield from (example["value"] for example in media.get("examples", {}).values())


@pytest.mark.parametrize(
    ("low", "high"), [(256, 2048), (1, 9), (7, 7), (10, 99), (1, 100), (199, 2001)]
)
def test_pattern_of_a_range_matches_its_numbers_and_no_others(low, high):
    """It stands where a schema can say no minimum: inside a string."""
    pattern = re.compile(write_pattern(low, high))

    matched = [number for number in range(2 * high + 20) if pattern.fullmatch(str(number))]

    assert matched == list(range(low, high + 1))


def test_document_is_valid_openapi():
    """By the OpenAPI Initiative's own schema, and each schema in it by JSON Schema's."""
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_every_route_is_in_it_and_nothing_else():
    """The table of routes and the document say the same; `{name}` is what a route calls `*`."""
    documented = {(re.sub(r"{\w+}", "*", path), m.upper()) for path, m, _ in OPERATIONS}
    assert documented == {(r.path, r.method) for r in ROUTES if r.path not in ELSEWHERE}


def test_key_is_asked_for_where_the_route_needs_it():
    """The lock in the document is the lock of the route."""
    locked = {re.sub(r"{\w+}", "*", path) for path, _, each in OPERATIONS if each["security"]}
    assert locked == {
        r.path for r in ROUTES if r.access is not Access.ANYBODY and r.path not in ELSEWHERE
    }


@pytest.mark.parametrize("error", [e for e in list_errors() if e.is_told and e.is_answer])
def test_every_error_is_in_it(error):
    """Status, type and code of the tree of errors are those of a response that is referred to."""
    found = [
        resolved(each["responses"][str(error.status)])
        for _, _, each in OPERATIONS
        if str(error.status) in each["responses"]
    ]
    kinds = [
        media["schema"]["allOf"][1]["properties"]["error"]["properties"]
        for response in found
        if (media := response["content"].get("application/json"))
    ]
    assert any(error.code in k["code"]["enum"] and error.type in k["type"]["enum"] for k in kinds)


@pytest.mark.parametrize("error", [error for error in list_errors() if not error.is_answer])
def test_error_of_a_line_is_no_answer(error):
    """Its code may stand in what is told of images for later, and nothing is answered with it."""
    answered = json.dumps(DOCUMENT["components"]["responses"])
    assert error.code in SCHEMAS["ErrorDetail"]["properties"]["code"]["enum"]
    assert f'"{error.code}"' not in answered


def test_every_error_of_making_images_has_an_example():
    """One example a code, so that a reader sees each of them."""
    for path in (*IMAGES, CHAT):
        for status, response in DOCUMENT["paths"][path]["post"]["responses"].items():
            if status >= "400":
                media = resolved(response)["content"]["application/json"]
                codes = media["schema"]["allOf"][1]["properties"]["error"]["properties"]["code"]
                assert list(media["examples"]) == codes["enum"]


def test_every_example_is_valid_against_its_schema():
    """An example that the schema refuses would teach what does not work."""
    media_types = [
        (f"{path} {status}", media)
        for path, _, operation in OPERATIONS
        for status, answer in [
            ("request", operation.get("requestBody", {})),
            *operation["responses"].items(),
        ]
        for name, media in resolved(answer).get("content", {}).items()
        if "schema" in media and name != "text/event-stream"
    ]
    wrong = [
        (where, complaint)
        for where, media in media_types
        for example in examples(media)
        for complaint in complaints(media["schema"], example)
    ]
    assert wrong == []
    assert sum(len(list(examples(media))) for _, media in media_types) > 40


@pytest.mark.parametrize("path", IMAGES)
def test_example_of_a_stream_is_valid(path):
    """The text is one event, and its data is what the schema says."""
    answer = DOCUMENT["paths"][path]["post"]["responses"]["200"]
    media = answer["content"]["text/event-stream"]
    lines = [line.partition(": ") for line in media["example"].strip().splitlines()]
    event = {name: value for name, _, value in lines}
    assert complaints(media["schema"], event) == []
    assert accepts("ImageEvent", json.loads(event["data"]))
    assert json.loads(event["data"])["type"] == event["event"]


def test_example_of_a_chat_s_stream_is_valid():
    """Chunks, and the word that ends them."""
    media = DOCUMENT["paths"][CHAT]["post"]["responses"]["200"]["content"]["text/event-stream"]
    chunk, end = [text.removeprefix("data: ") for text in media["example"].strip().split("\n\n")]
    assert accepts("ChatChunk", json.loads(chunk))
    assert end == "[DONE]"


SAID = {"messages": [{"role": "user", "content": "a cat"}]}


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": [{"role": "system", "content": None}, *SAID["messages"]]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "a cat"}]}]},
        {"image_config": {"aspect_ratio": "16:9", "image_size": "2K"}},
        {"modalities": ["text", "image"], "tool_choice": "auto", "tools": [{}]},
        {"response_format": {"type": "text"}},
        {"response_format": "url", "seed": 7, "size": "256x256", "n": 10},
        {"stream": True, "stream_options": {"include_usage": True}},
        dict.fromkeys(sorted(ImageRequest.model_fields.keys() - {"prompt", "input"})),
    ],
    ids=str,
)
def test_chat_that_the_server_accepts_is_allowed(fields):
    """Messages in all their spellings, and the fields of an image."""
    assert accepts("ChatRequest", {**SAID, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": []},
        {"messages": [{"role": "system", "content": "Be brief."}]},
        {"image_config": {"aspect_ratio": "wide"}},
        {"modalities": ["text"]},
        {"tool_choice": "required"},
        {"response_format": {"type": "json_object"}},
        {"stream_options": {"include_usage": "yes"}},
        {"n": 11},
        {"size": "255x256"},
    ],
    ids=str,
)
def test_chat_that_the_server_refuses_is_forbidden(fields):
    """As it does."""
    assert not accepts("ChatRequest", {**SAID, **fields})


def test_links_of_a_chat_are_described_as_they_are():
    """They live longer than others, and no model's name asks for them."""
    ours, _ = SCHEMAS["ChatRequest"]["properties"]["response_format"]["anyOf"]

    words = ours["description"]
    assert "one day" in words
    assert not any(word in words for word in ("hour", "dall-e"))


@pytest.mark.parametrize("path", IMAGES)
def test_images_for_later_are_in_it(path):
    """The headers that ask for them, and an answer that says where they will be."""
    operation = DOCUMENT["paths"][path]["post"]
    asked = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
    accepted = operation["responses"]["202"]
    assert asked == {"Prefer", "Idempotency-Key"}
    assert accepted["headers"]["location"]["required"]
    assert accepted["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Job"}


LINE = {"custom_id": "1", "body": {"prompt": "a cat"}}
ORDER = {"endpoint": "/v1/images/generations", "requests": [LINE]}


@pytest.mark.parametrize(
    "fields",
    [
        {"completion_window": "30d", "metadata": {"title": "Cats"}, "retry_interrupted": True},
        {"requests": None, "input_file_id": "file-1"},
        {"output_expires_after": {"anchor": "created_at", "seconds": 3600}},
        dict.fromkeys(sorted(BatchRequest.model_fields.keys() - ORDER.keys())),
        {"requests": [{**LINE, "method": "POST", "url": "/v1/images/generations"}]},
    ],
    ids=str,
)
def test_batch_that_the_server_accepts_is_allowed(fields):
    """Of a file or with its lines; null means "not given"."""
    assert accepts("NewBatchRequest", {**ORDER, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"endpoint": None},
        {"endpoint": "/v1/chat/completions"},
        {"requests": None},
        {"requests": []},
        {"requests": [{"body": LINE["body"]}]},
        {"requests": [{**LINE, "body": {"prompt": " "}}]},
        {"input_file_id": "file-1"},
        {"completion_window": "1h"},
        {"metadata": {"title": 7}},
        {"metadata": {str(number): "" for number in range(17)}},
        {"metadata": {"x" * 65: ""}},
        {"output_expires_after": {"anchor": "created_at", "seconds": 3599}},
        {"more": 1},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_batch_that_the_server_refuses_is_forbidden(fields):
    """Or whose line it would."""
    assert not accepts("NewBatchRequest", {**ORDER, **fields})


def test_answer_of_the_contract_is_valid():
    """The answer as the product's description has it."""
    image = {"b64_json": "…", "prompt": "…", "revised_prompt": "…", "seed": 1}
    answer = {
        "id": "gen_…",
        "object": "image.generation",
        "created": 1,
        "model": "@cf/…",
        "data": [image],
        "output_format": "jpeg",
        "size": "1024x1024",
        "steps": 25,
        "cost": {"neurons": 3750, "usd": 0.04125},
        "usage": NO_TOKENS,
    }
    assert accepts("ImageList", answer)
    assert not accepts("ImageList", answer | {"data": []})
    assert not accepts("ImageList", answer | {"data": [image | {"url": "https://…"}]})


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": {"scene": "a cat"}},
        {"width": 256, "height": 2048},
        {"size": "2048x256"},
        {"steps": 50, "guidance": 0, "seed": 2**32 - 1, "n": 10},
        {"model": "gpt-image-1.5"},
        {"model": "@cf/black-forest-labs/flux-2-klein-4b"},
        dict.fromkeys(sorted(ImageRequest.model_fields.keys() - {"prompt", "input"})),
        dict.fromkeys(sorted(ImageRequest.model_fields.keys() - {"prompt", "input"}), "auto"),
        {"images": [], "mask": None, "background": "opaque", "user": "someone"},
        {"images": ["data:image/png;base64,iVBORw0KGgo="] * 4},
        {"images": {"image_url": "data:image/png;base64,iVBORw0KGgo="}},
    ],
    ids=str,
)
def test_what_the_server_accepts_is_allowed(fields):
    """An object for a prompt, null and auto for "not given", the limits, OpenAI's other fields."""
    assert accepts("GenerationRequest", {"prompt": "a cat", **fields})


def test_prompt_has_two_names():
    """One of them is needed, and only one."""
    assert accepts("GenerationRequest", {"input": "a cat"})
    assert not accepts("GenerationRequest", {"prompt": "a cat", "input": "a dog"})
    assert not accepts("GenerationRequest", {})
    assert accepts("GenerationForm", {"prompt": "a cat", "input": ""})
    assert not accepts("GenerationForm", {"input": ""})


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": " "},
        {"prompt": {}},
        {"prompt": 7},
        {"width": 255},
        {"height": 2049},
        {"size": "255x256"},
        {"size": "2049x256"},
        {"steps": 0},
        {"guidance": 20.5},
        {"seed": 2**32},
        {"n": 11},
        {"quality": "best"},
        {"model": "flux-3"},
        {"mask": "data:image/png;base64,iVBORw0KGgo="},
        {"images": ["https://example.com/a.png"]},
        {"images": ["data:image/png;base64,iVBORw0KGgo="] * 5},
    ],
    ids=str,
)
def test_what_the_server_refuses_is_forbidden(fields):
    """The real limits, to the pixel."""
    assert not accepts("GenerationRequest", {"prompt": "a cat", **fields})


@pytest.mark.parametrize(
    "references", [{}, {"image": []}, {"image": None}, {"input_image_0": None}]
)
def test_edit_without_an_image_is_forbidden(references):
    """An edit needs something to edit."""
    assert not accepts("EditRequest", {"prompt": "night", **references})
    assert accepts(
        "EditRequest", {"prompt": "night", **references, "images": "data:image/png;base64,AAAA"}
    )


@pytest.mark.parametrize("name", ["GenerationForm", "EditForm", "UrlencodedForm"])
def test_form_has_every_field(name):
    """In a form all is text: no field may ask for null or an object."""
    properties = SCHEMAS[name]["properties"]
    assert set(ImageRequest.model_fields) <= set(properties)
    for field in ImageRequest.model_fields:
        assert complaints(properties[field], None)
        assert complaints(properties[field], {"a": 1})


def test_every_field_has_a_description():
    """The document is what people read instead of the source."""
    for name in ImageRequest.model_fields:
        assert SCHEMAS["GenerationRequest"]["properties"][name]["description"]
