"""Bodies that the platform takes apart: what it makes of broken ones, and how much it takes."""

import json

import pytest

from flux2.json_text import MOST_LEVELS
from flux2.request.forms import MOST_PARTS
from tests.api.test_generations import PATH
from tests.conftest import Server


@pytest.mark.parametrize("as_form", [False, True], ids=["JSON", "form"])
def test_json_prompt_at_the_limit_of_depth_works(server: Server, as_form: bool) -> None:
    """The embedded runtime's stack is smaller than CPython's, and suffices for 64 levels."""
    around = 1 if as_form else 2
    codes = []
    with server.client() as client:
        for depth in (MOST_LEVELS - around, MOST_LEVELS - around + 1):
            value = {"scene": "emulate:flagged", "deep": json.loads("[" * depth + "]" * depth)}
            sent = (
                {"data": {"prompt": json.dumps(value)}} if as_form else {"json": {"prompt": value}}
            )
            codes.append(client.post(PATH, **sent).json()["error"]["code"])

    assert codes == ["content_policy_violation", "invalid_value" if as_form else "invalid_json"]


def test_form_of_1000_parts_is_the_largest(server: Server) -> None:
    """The platform parses any number; Python looks at that many."""
    codes = []
    with server.client() as client:
        for count in (MOST_PARTS - 1, MOST_PARTS):
            files = [(f"user{number}", (None, "x")) for number in range(count)]
            parts = [("prompt", (None, "emulate:flagged")), *files]
            codes.append(client.post(PATH, files=parts).json()["error"]["code"])

    assert codes == ["content_policy_violation", "invalid_form"]
