"""Bodies that the platform takes apart: what it makes of broken ones, and how much it takes."""

import json

import httpx
import pytest

from flux2.json_text import MOST_LEVELS
from flux2.request.forms import MOST_PARTS
from tests.api.test_generations import PATH
from tests.conftest import Server

FORM = "multipart/form-data; boundary=b"
PROMPT = b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n'


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b'{"prompt": "x"', "application/json", "invalid_json"),
        (b"", FORM, "invalid_form"),
        (b"x", "multipart/form-data", "invalid_form"),
        (b"--b\r\nnonsense", FORM, "invalid_form"),
        (PROMPT + b"half a pro", FORM, "invalid_form"),
        (PROMPT + b"x\r\n--b\r\nConte", FORM, "invalid_form"),
    ],
    ids=["JSON", "nothing", "no boundary", "no part", "half a text", "half a header"],
)
def test_broken_body_is_refused(
    client: httpx.Client, content: bytes, content_type: str, code: str
) -> None:
    """What is not JSON, and not a whole form, is told so."""
    response = client.post(PATH, content=content, headers={"content-type": content_type})
    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


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


def test_body_without_a_length_is_counted(client: httpx.Client) -> None:
    """A chunked upload announces none; above 100 MB it is refused."""
    piece = bytes(1_000_000)

    def pieces():
        yield b'{"prompt": "'
        for _ in range(101):
            yield piece

    response = client.post(PATH, content=pieces(), headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "request_too_large"
