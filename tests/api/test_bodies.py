"""Bodies that the platform takes apart: what it makes of broken ones, and how much it takes."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bench.cases import png
from flux2.json_text import MOST_LEVELS
from flux2.request.parts import MOST_PARTS
from tests.api.test_generations import PATH
from tests.api.test_references import sent
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
    """A chunked upload announces none; above 40 MB it is refused."""
    piece = bytes(1_000_000)

    def pieces():
        yield b'{"prompt": "'
        for _ in range(41):
            yield piece

    response = client.post(PATH, content=pieces(), headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "request_too_large"


def _write_form(image: bytes) -> bytes:
    """As .NET's HttpClient does: names without quotes, behind the content type."""
    parts = (
        (
            b"Content-Type: text/plain\r\nContent-Disposition: form-data; name=prompt",
            b"a",
        ),
        (b"Content-Disposition: form-data; name=", b"nothing"),
        (b'Content-Disposition: form-data; name=""', b"nothing"),
        (b"Content-Disposition: form-data; name=size", b"256x256"),
        (
            b"Content-Disposition: form-data; name=image; filename=a.png; filename*=utf-8''a.png",
            image,
        ),
    )
    return b"".join(b"--b\r\n%s\r\n\r\n%s\r\n" % part for part in parts) + b"--b--\r\n"


def _write_json(image: bytes, escaped: bool) -> bytes:
    """With a solidus, a plus sign and an equals sign as .NET may write them."""
    text = base64.b64encode(image).decode()
    if escaped:
        text = text.replace("/", r"\/").replace("+", r"\u002B").replace("=", r"\u003d")
    return b'{"prompt":"a","size":"256x256","image":"data:image/png;base64,%s"}' % text.encode()


BODIES = {
    "form": (FORM, _write_form),
    "JSON": ("application/json", lambda image: _write_json(image, False)),
    "JSON with escapes": ("application/json", lambda image: _write_json(image, True)),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
@pytest.mark.parametrize("size", [20_000, 1_000_001, 5_000_000])
def test_image_arrives_whole(
    client: httpx.Client, server: Server, kind: str, announced: bool, size: int
) -> None:
    """However it is written and however large: in Python, by windows, in one piece or in many."""
    content_type, write = BODIES[kind]
    image = png(size)
    body = write(image)
    content = body if announced else (body[i : i + 70_000] for i in range(0, len(body), 70_000))
    response = client.post(PATH, content=content, headers={"content-type": content_type})
    assert response.status_code == 200, response.text
    assert sent(server) == [("input_image_0", "image/png", (512, 512))]


def test_several_large_images_are_several_calls(client: httpx.Client, server: Server) -> None:
    """Each call sends all of them."""
    files = [("image", png(3_000_000)), ("image", png(2_000_000))]
    response = client.post(PATH, data={"prompt": "a", "n": "2", "size": "256x256"}, files=files)
    assert response.status_code == 200, response.text
    assert [len(call["files"]) for call in server.calls()] == [2, 2]


def test_large_bodies_at_once_are_answered_one_after_the_other(server: Server) -> None:
    """They do not fit into an isolate together; who waits is not taken for hung."""
    parts = {"data": {"prompt": "a", "size": "256x256"}, "files": [("image", png(17_000_000))] * 2}

    def ask(_: int) -> int:
        with server.client() as client:
            return client.post(PATH, **parts).status_code

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(ask, range(4))] == [200] * 4
