"""The types of the answers: every unit test holds its answers against them; here, that this works,
and that nothing is left out."""

import json

import pytest
from pydantic import ValidationError

from flux2.app import ROUTES
from tests.unit import shapes
from tests.unit.fakes import GENERATIONS, Server
from tools.openapi.answers import SHAPES
from tools.openapi.paths import ELSEWHERE

WRONG = (AssertionError, KeyError, ValidationError)


def test_every_route_has_a_shape():
    """A new route says what it answers with before it answers."""
    assert set(SHAPES) == {route.name for route in ROUTES if route.path not in ELSEWHERE}


@pytest.mark.parametrize("media_type", ["image/gif", "text/html"])
def test_file_of_another_type_is_noticed(media_type):
    """An image is bytes; its media type is all that is promised."""
    path = "/v1/images/files/x.png"
    shapes.check(path, 200, {"content-type": "image/png"}, "anything", "GET")
    with pytest.raises(WRONG):
        shapes.check(path, 200, {"content-type": media_type}, "anything", "GET")


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"id": 7},
        {"created": "1"},
        {"created": 1.5},
        {"output_format": "gif"},
        {"size": "big"},
        {"data": []},
        {"data": [{"prompt": "x", "revised_prompt": "x", "seed": 1}]},
        {"data": [{"prompt": "x", "revised_prompt": "x", "seed": 1, "b64_json": "", "url": ""}]},
        {"data": [{"prompt": "x", "revised_prompt": "x", "seed": 1, "url": "", "more": 1}]},
        {"cost": {"neurons": 1}},
        {"errors": []},
        {"errors": [{"message": "x", "type": "y", "param": None, "code": "upstream_error"}]},
    ],
    ids=str,
)
async def test_document_of_another_shape_is_noticed(change):
    """What is missing, of another type, or more than the type has."""
    answer = await Server().generate()
    document = {**answer.json, **change}
    with pytest.raises(WRONG):
        shapes.check(GENERATIONS, answer.status, answer.headers, json.dumps(document))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("event: image_generation", "event: image_edit"),
        ('"quality":"auto",', ""),
        ('"quality":"auto"', '"quality":"auto","more":1'),
        ('"b64_json":', '"url":"","b64_json":'),
        ("\n\n", "\n"),
    ],
)
async def test_event_of_another_shape_is_noticed(old, new):
    """Its name, its fields, and its end."""
    answer = await Server().generate(stream=True)
    assert old in answer.text
    with pytest.raises(WRONG):
        shapes.check(GENERATIONS, answer.status, answer.headers, answer.text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("invalid_value", "quite_another"),
        ("invalid_value", "upstream_error"),
        ("invalid_request_error", "api_error"),
        ('"param"', '"more":1,"param"'),
        ('"param":"steps",', ""),
    ],
)
async def test_error_of_another_shape_is_noticed(old, new):
    """A code that no error has, the type or the status of another one, more or less fields."""
    answer = await Server().generate(steps=99)
    assert old in answer.text
    with pytest.raises(WRONG):
        shapes.check(GENERATIONS, answer.status, answer.headers, answer.text.replace(old, new))
