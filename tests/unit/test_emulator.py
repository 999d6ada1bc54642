"""The emulator of Cloudflare's endpoint: its checks, its answers, its ways to fail."""

import base64
import gzip
import io
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from emulator import app as cloudflare

ROOT = Path(__file__).parents[2]
RUN = "/client/v4/accounts/acc/ai/run/@cf/black-forest-labs/flux-2-dev"
KLEIN = RUN.replace("flux-2-dev", "flux-2-klein-4b")
GOOD = {"prompt": "a quiet valley", "width": "256", "height": "320", "steps": "4", "seed": "7"}
KEY = {"authorization": "Bearer secret"}

Parts = list[tuple[str, Any]]


def _client() -> httpx.AsyncClient:
    app = cloudflare.create_app({"acc": "secret"})
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://emulator",
        headers=KEY,
        trust_env=False,
    )


def _parts(**changes: str | None) -> Parts:
    """The fields of a good call with some changed; None leaves one out."""
    fields = {**GOOD, **changes}
    return [(name, (None, value)) for name, value in fields.items() if value is not None]


def _picture(size: tuple[int, int] = (64, 48), file_format: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, file_format)
    return buffer.getvalue()


def _file(field: str, data: bytes) -> tuple[str, tuple[str, bytes, str]]:
    return field, ("photo.png", data, "image/png")


async def _run(parts: Parts, path: str = RUN, headers: Mapping[str, str] = KEY) -> httpx.Response:
    async with _client() as client:
        return await client.post(path, files=parts, headers=headers)


def _image(answer: httpx.Response) -> Image.Image:
    picture = Image.open(io.BytesIO(base64.b64decode(answer.json()["result"]["image"])))
    picture.load()
    return picture


def _code(answer: httpx.Response) -> tuple[int, int]:
    document = answer.json()
    assert document["success"] is False
    assert document["result"] is None
    return answer.status_code, document["errors"][0]["code"]


async def test_good_call_is_answered_canonically() -> None:
    """A JPEG of the size asked for, in Cloudflare's order of keys, without white space."""
    answer = await _run(_parts())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(answer.content))
    image = answer.json()["result"]["image"]
    expected = f'{{"result":{{"image":"{image}"}},"success":true,"errors":[],"messages":[]}}'
    assert answer.text == expected
    assert (_image(answer).format, _image(answer).size) == ("JPEG", (256, 320))


async def test_model_with_encoded_at_sign_is_found() -> None:
    """`%40cf` is `@cf`."""
    answer = await _run(_parts(), RUN.replace("@", "%40"))
    assert answer.status_code == 200


@pytest.mark.parametrize("model", ["flux-2-klein-4b", "flux-2-klein-9b"])
async def test_klein_without_steps_is_painted(model: str) -> None:
    """The klein models have a fixed number of steps."""
    answer = await _run(_parts(steps=None), RUN.replace("flux-2-dev", model))
    assert answer.status_code == 200


async def test_seed_decides_the_picture() -> None:
    """The same seed gives the same picture, seed 0 is a seed."""
    bodies = [(await _run(_parts(seed=seed))).content for seed in ("0", "0", "1")]
    assert bodies[0] == bodies[1] != bodies[2]


async def test_missing_seed_draws_one() -> None:
    """Without a seed no two answers are alike."""
    one, other = [(await _run(_parts(seed=None))).content for _ in range(2)]
    assert one != other


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}])
async def test_wrong_token_is_refused_first(header: Mapping[str, str]) -> None:
    """The token is looked at before the account, the model and the body."""
    app = cloudflare.create_app({"acc": "secret"})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), trust_env=False) as client:
        answer = await client.post("http://e/client/v4/accounts/x/ai/run/y", headers=header)
    assert _code(answer) == (401, 10000)
    assert answer.json()["errors"][0]["message"] == "Authentication error"


async def test_wrong_account_cannot_be_routed() -> None:
    """Cloudflare names the path, not the account, as the culprit."""
    path = RUN.replace("acc/", "other/")
    answer = await _run([("x", (None, "y"))], path)
    assert _code(answer) == (404, 7003)
    message = f"Could not route to {path}, perhaps your object identifier is invalid?"
    assert answer.json()["errors"][0]["message"] == message


@pytest.mark.parametrize(
    "model", ["@cf/black-forest-labs/flux-3", "flux-2-dev", "@cf/x/flux-2-dev"]
)
async def test_unknown_model_is_refused(model: str) -> None:
    """Only the full id of one of the three models is a model."""
    answer = await _run(_parts(), f"/client/v4/accounts/acc/ai/run/{model}")
    assert _code(answer) == (400, 5007)


async def test_json_body_is_refused() -> None:
    """Multipart is required even for a bare prompt."""
    async with _client() as client:
        answer = await client.post(RUN, json=GOOD)
    assert _code(answer) == (400, 5006)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=z"])
async def test_broken_multipart_is_refused(kind: str) -> None:
    """A content type set by hand, without the boundary of the body, cannot be read."""
    async with _client() as client:
        answer = await client.post(RUN, content=b"--a\r\nnonsense", headers={"content-type": kind})
    assert _code(answer) == (400, 5006)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("prompt", value) for value in (None, "", "  \n")],
        *[("width", value) for value in (None, "255", "2049", "512.0", "1e3", "", "wide")],
        *[("height", value) for value in (None, "255", "2049", "٥١٢", "0x200")],
        *[("steps", value) for value in (None, "0", "51", "25.5")],
        *[("seed", value) for value in ("-1", "4294967296", "1.0", "", "9" * 5000)],
        *[("guidance", value) for value in ("nan", "inf", "much", "", "1_0")],
        ("negative_prompt", "rain"),
        ("input_image_4", "x"),
        ("input_image_0", "text, not a file"),
    ],
)
async def test_bad_field_is_refused_by_name(field: str, value: str | None) -> None:
    """Missing, malformed, out of range or unknown: 400, and the message names the field."""
    answer = await _run(_parts(**{field: value}))
    assert _code(answer) == (400, 5006)
    assert f"'{field}'" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "4294967295"),
        ("steps", "50"),
        ("steps", "1"),
        ("guidance", "3.5"),
        ("guidance", "4"),
        ("width", "2048"),
        ("prompt", '{"scene":"a valley","color_palette":["#ff8800"]}'),
    ],
)
async def test_field_at_its_limit_is_accepted(field: str, value: str) -> None:
    """Limits belong to the range."""
    assert (await _run(_parts(**{field: value}))).status_code == 200


async def test_steps_for_klein_are_refused() -> None:
    """klein has 4 steps; to send them is a mistake that must show."""
    answer = await _run(_parts(), KLEIN)
    assert _code(answer) == (400, 5006)
    assert "'steps'" in answer.json()["errors"][0]["message"]


async def test_field_sent_twice_is_refused() -> None:
    """Which of the two would count is nowhere said."""
    answer = await _run([*_parts(), ("seed", (None, "8"))])
    assert _code(answer) == (400, 5006)


async def test_prompt_sent_as_file_is_refused() -> None:
    """A filename makes a part a file, and the prompt is text."""
    answer = await _run([*_parts(prompt=None), _file("prompt", b"a cat")])
    assert _code(answer) == (400, 5006)


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
async def test_references_change_the_picture(count: int, file_format: str) -> None:
    """Up to four images of at most 512x512 are taken."""
    data = _picture((512, 512), file_format)
    files = [_file(f"input_image_{index}", data) for index in range(count)]
    answer = await _run([*_parts(), *files])
    assert answer.status_code == 200
    assert answer.content != (await _run(_parts())).content


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("input_image_0", _picture((513, 100))),
        ("input_image_0", _picture((100, 513))),
        ("input_image_0", b""),
        ("input_image_0", b"GIF89a, or so it says"),
        ("input_image_0", _picture()[:90]),
        ("input_image_1", _picture()),
        ("input_image_4", _picture()),
        ("image", _picture()),
    ],
)
async def test_bad_reference_is_refused(field: str, data: bytes) -> None:
    """Too large, unreadable, cut short, after a gap, or under another name."""
    answer = await _run([*_parts(), _file(field, data)])
    assert _code(answer) == (400, 5006)
    assert "'i" in answer.json()["errors"][0]["message"]


REFUSALS = {
    "flagged": (400, 3030),
    "flagged200": (200, 3030),
    "invalid": (400, 3030),
    "quota": (429, 3036),
    "quota4006": (429, 4006),
    "capacity": (429, 3040),
    "ratelimit": (429, 10013),
    "ratelimit971": (429, 971),
    "timeout": (408, 3046),
    "timeout3007": (408, 3007),
    "timeout3008": (408, 3008),
    "internal": (500, 3001),
    "toolarge": (413, 3006),
    "nomodel": (400, 5007),
    "forbidden": (403, 5018),
    "paid": (403, 5035),
    "account": (404, 7003),
    "token": (401, 10000),
    "token9109": (403, 9109),
    "badrequest": (400, 3003),
    **{f"code={code}": (status, code) for code, (status, _) in cloudflare.ERRORS.items()},
}


@pytest.mark.parametrize("directive", REFUSALS)
async def test_directive_refuses_with_its_code(directive: str) -> None:
    """Each refusal of the table has Cloudflare's code and HTTP status, in its shape."""
    answer = await _run(_parts(prompt=f"a cat emulate:{directive}"))
    assert _code(answer) == REFUSALS[directive]
    assert "{" not in answer.json()["errors"][0]["message"]


async def test_flagged_and_invalid_differ_by_their_text() -> None:
    """Code 3030 means two things; only the text tells them apart."""
    flagged = await _run(_parts(prompt="emulate:flagged"))
    invalid = await _run(_parts(prompt="emulate:invalid"))
    assert "has been flagged" in flagged.json()["errors"][0]["message"]
    assert "flagged" not in invalid.json()["errors"][0]["message"]


@pytest.mark.parametrize(("directive", "seconds"), [("ratelimit", "7"), ("ratelimit=30", "30")])
async def test_ratelimit_says_when_to_come_back(directive: str, seconds: str) -> None:
    """`retry-after` is 7 seconds or as told."""
    answer = await _run(_parts(prompt=f"emulate:{directive}"))
    assert answer.headers["retry-after"] == seconds


@pytest.mark.parametrize(
    ("directive", "status", "kind", "begin"),
    [
        ("nocode", 500, "text/html", b"<!doctype"),
        ("error=503", 503, None, b""),
        ("error", 500, None, b""),
        ("html", 200, "text/html", b"<!doctype"),
        ("array", 200, "application/json", b"[]"),
        ("garbage", 200, "application/json", b"\x00\xff"),
        ("empty", 200, "application/json", b'{"result":{},"success":true'),
        ("null_result", 200, "application/json", b'{"result":null,"success":true'),
        ("empty_image", 200, "application/json", b'{"result":{"image":""},"success":true'),
        ("wrongtype", 200, "text/plain", b'{"result":{"image":"/9j/'),
    ],
)
async def test_directive_answers_oddly(
    directive: str, status: int, kind: str | None, begin: bytes
) -> None:
    """Answers that are no image, or do not say so, come byte for byte as the table says."""
    answer = await _run(_parts(prompt=f"emulate:{directive}"))
    assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)
    assert answer.content.startswith(begin)
    assert begin or not answer.content


GOOD_SHAPES = {
    "reordered": b'{"success":true,"errors":[],"messages":[],"result":{"image":"',
    "spaced": b'{\n  "result": {\n    "image": "',
    "escaped": b'{"result":{"image":"\\/9j\\/',
    "extra": b'{"result":{"note":"a key that nobody asked for","image":"',
    "nolength": b'{"result":{"image":"/9j/',
    "gzip": b'{"result":{"image":"/9j/',
    "drip=4000": b'{"result":{"image":"/9j/',
    "delay=0.01": b'{"result":{"image":"/9j/',
}


@pytest.mark.parametrize("directive", GOOD_SHAPES)
async def test_good_answer_in_another_shape_has_the_same_picture(directive: str) -> None:
    """Order, white space, escapes and framing differ; document and picture do not."""
    plain = await _run(_parts())
    answer = await _run(_parts(prompt=f"{GOOD['prompt']} emulate:{directive}"))
    assert answer.content.startswith(GOOD_SHAPES[directive])
    assert answer.json()["success"] is True
    assert answer.json()["result"]["image"] == plain.json()["result"]["image"]


async def test_nolength_has_no_content_length() -> None:
    """The length is left to the chunks."""
    answer = await _run(_parts(prompt="emulate:nolength"))
    assert "content-length" not in answer.headers


async def test_gzip_is_compressed_on_the_wire() -> None:
    """The bytes on the wire are gzip, and the header says so."""
    async with (
        _client() as client,
        client.stream("POST", RUN, files=_parts(prompt="emulate:gzip")) as answer,
    ):
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw))["success"] is True


@pytest.mark.parametrize("name", ["png", "webp"])
async def test_picture_can_be_of_another_format(name: str) -> None:
    """Cloudflare documents no format, so callers must look."""
    picture = _image(await _run(_parts(prompt=f"emulate:{name}")))
    assert picture.format == name.upper()


async def test_big_answer_has_about_the_size_and_still_decodes() -> None:
    """A padded JPEG is a JPEG."""
    answer = await _run(_parts(prompt="emulate:big=700000"))
    assert abs(len(answer.content) - 700_000) < 1000
    assert _image(answer).size == (256, 320)


async def test_notimage_is_base64_of_something_else() -> None:
    """The JSON is right, what it carries is not."""
    answer = await _run(_parts(prompt="emulate:notimage"))
    assert base64.b64decode(answer.json()["result"]["image"]).startswith(b"This is no image")


async def test_success_false_comes_after_the_image() -> None:
    """Who looks at the beginning only takes a failure for a picture."""
    answer = await _run(_parts(prompt="emulate:success_false"))
    assert answer.content.startswith(b'{"result":{"image":"/9j/')
    assert answer.json()["success"] is False
    assert answer.json()["errors"][0]["code"] == 3001


@pytest.mark.parametrize(
    ("directive", "ending"),
    [("short", rb"[A-Za-z0-9+/=]{40}"), ("short_tail", rb'[A-Za-z0-9+/=]"')],
)
async def test_short_answer_stops_inside_the_json(directive: str, ending: bytes) -> None:
    """HTTP says complete; the JSON stops in the base64 or at its closing quote."""
    answer = await _run(_parts(prompt=f"emulate:{directive}"))
    assert re.search(ending + rb"\Z", answer.content)
    assert answer.content.startswith(b'{"result":{"image":"')


async def test_directive_for_a_seed_strikes_that_call_only() -> None:
    """Several directives stand in one prompt; each call heeds those for its seed."""
    prompt = "a cat emulate:capacity@2 emulate:flagged@3 emulate:code=3046@4"
    answers = [await _run(_parts(prompt=prompt, seed=str(seed))) for seed in range(1, 5)]
    assert [answer.status_code for answer in answers] == [200, 429, 400, 408]


async def test_directive_for_an_account_strikes_its_calls_only() -> None:
    """Accounts are numbered as the emulator was told of them; a token is good for its own."""
    app = cloudflare.create_app({"acc": "secret", "other": "secret 2"})
    transport = httpx.ASGITransport(app)
    parts = _parts(prompt="emulate:quota%2")
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
        answers = [
            await client.post(RUN.replace("acc/", account), files=parts, headers=headers)
            for account, headers in (
                ("acc/", KEY),
                ("other/", {"authorization": "Bearer secret 2"}),
                ("other/", KEY),
            )
        ]
    assert [answer.status_code for answer in answers] == [200, 429, 401]


async def test_directive_strikes_as_often_as_it_says() -> None:
    """The first calls with that prompt and seed; another seed counts anew."""
    async with _client() as client:
        parts = [_parts(prompt="emulate:capacity*2", seed=seed) for seed in "11121"]
        answers = [await client.post(RUN, files=each) for each in parts]
    assert [answer.status_code for answer in answers] == [429, 429, 200, 429, 200]


async def test_directives_work_together() -> None:
    """Directives are applied one after the other."""
    answer = await _run(_parts(prompt="emulate:png emulate:spaced emulate:nolength"))
    assert _image(answer).format == "PNG"
    assert answer.text.startswith("{\n")


@pytest.mark.parametrize("directive", ["nonsense", "code=1", "error=99", "error=7.5"])
async def test_directive_that_cannot_be_followed_is_refused(directive: str) -> None:
    """A slip in a test's directive must not pass for success."""
    answer = await _run(_parts(prompt=f"emulate:{directive}"))
    assert _code(answer) == (400, 5006)
    assert f"'emulate:{directive}'" in answer.json()["errors"][0]["message"]


def test_each_directive_is_described() -> None:
    """The module's docstring lists every directive."""
    words = set(re.findall(r"\w+", cloudflare.__doc__ or ""))
    assert set(cloudflare.DIRECTIVES) <= words


async def test_calls_are_listed_without_the_token() -> None:
    """What was sent can be read back: fields, files, and whether it was answered."""
    async with _client() as client:
        await client.post(RUN, files=[*_parts(), _file("input_image_0", _picture((64, 48)))])
        listed = await client.get("/_emulator/calls")
    (call,) = listed.json()
    assert call["model"] == "flux-2-dev"
    assert call["fields"] == GOOD
    assert call["files"] == [
        {
            "field": "input_image_0",
            "filename": "photo.png",
            "content_type": "image/png",
            "size": len(_picture((64, 48))),
            "width": 64,
            "height": 48,
        }
    ]
    assert (call["authorization_ok"], call["completed"]) == (True, True)
    assert "secret" not in listed.text


async def test_refused_calls_are_listed_too() -> None:
    """A wrong token is noted as such, and the newest call stands last."""
    async with _client() as client:
        await client.post(RUN, files=_parts())
        await client.post(RUN, files=_parts(), headers={"authorization": "Bearer wrong"})
        calls = (await client.get("/_emulator/calls")).json()
    assert [call["authorization_ok"] for call in calls] == [True, False]


async def test_at_most_200_calls_are_kept() -> None:
    """The oldest are forgotten first."""
    async with _client() as client:
        for seed in range(203):
            await client.post(RUN, files=_parts(prompt="emulate:flagged", seed=str(seed)))
        calls = (await client.get("/_emulator/calls")).json()
    assert [call["fields"]["seed"] for call in calls] == [str(seed) for seed in range(3, 203)]


async def test_delete_forgets_the_calls() -> None:
    """Each test can begin with an empty list."""
    async with _client() as client:
        await client.post(RUN, files=_parts())
        deleted = await client.delete("/_emulator/calls")
        assert deleted.status_code == 204
        assert (await client.get("/_emulator/calls")).json() == []


async def test_redirect_records_who_follows_it() -> None:
    """A caller must not carry its token to wherever upstream points; if it does, it shows."""
    async with _client() as client:
        answer = await client.post(RUN, files=_parts(prompt="emulate:redirect"))
        assert answer.status_code == 302
        await client.get(answer.headers["location"])
        calls = (await client.get("/_emulator/calls")).json()
    assert [call["model"] for call in calls] == ["flux-2-dev", "redirected"]
    assert calls[1]["authorization_ok"] is True


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("GET", "/nowhere", (404, 7000)), ("GET", RUN, (405, 10405)), ("PUT", "/", (405, 10405))],
)
async def test_other_paths_fail_in_cloudflares_shape(
    method: str, path: str, expected: tuple[int, int]
) -> None:
    """No route, wrong method: the same envelope."""
    async with _client() as client:
        assert _code(await client.request(method, path)) == expected


# On a real socket: what only a server can do.


@contextmanager
def _serving() -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = ["-m", "emulator", "--port", "0", "--token", "secret", "--account", "acc"]
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.fullmatch(r"Emulator on http://127\.0\.0\.1:(\d+)\n", line)
        assert found, line
        yield process, int(found[1])
    finally:
        process.kill()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with _serving() as (process, number):
        yield number
        process.terminate()
        assert process.communicate(timeout=30) == ("", "")


def _connect(port: int, prompt: str) -> socket.socket:
    """A connection on which a call with this prompt has been sent."""
    request = httpx.Request(
        "POST",
        f"http://127.0.0.1:{port}{RUN}",
        files=_parts(prompt=prompt),
        headers={**KEY, "connection": "close"},
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(f"POST {RUN} HTTP/1.1\r\n{head}\r\n".encode() + request.read())
    return connection


def _exchange(port: int, prompt: str) -> tuple[str, bytes]:
    """Head and body as they came, up to the end of the connection."""
    with _connect(port, prompt) as connection:
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    return head.decode().lower(), body


def test_break_before_closes_without_an_answer(port: int) -> None:
    """Not one byte comes back."""
    assert _exchange(port, "emulate:break_before") == ("", b"")


def test_break_headers_closes_after_the_headers(port: int) -> None:
    """A length is promised, no byte of it comes."""
    head, body = _exchange(port, "emulate:break_headers")
    assert "content-length: " in head
    assert body == b""


def test_break_middle_leaves_the_length_unmet(port: int) -> None:
    """Half of the promised bytes come, then the connection is closed."""
    head, body = _exchange(port, "emulate:break_middle")
    found = re.search(r"content-length: (\d+)", head)
    assert found
    assert len(body) == int(found[1]) // 2


def test_break_chunked_lacks_the_last_chunk(port: int) -> None:
    """Chunks come, the one that ends them does not."""
    head, body = _exchange(port, "emulate:break_chunked")
    assert "transfer-encoding: chunked" in head
    assert b'{"result":{"image":"' in body
    assert not body.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("directive", ["short", "short_tail", "nolength"])
def test_chunked_answer_ends_properly(port: int, directive: str) -> None:
    """As HTTP the answer is whole, whatever its JSON."""
    head, body = _exchange(port, f"emulate:{directive}")
    assert "transfer-encoding: chunked" in head
    assert body.endswith(b"\r\n0\r\n\r\n")


def test_stall_middle_sends_half_and_waits(port: int) -> None:
    """Half of the promised bytes come, and the connection stays open until the client leaves."""
    with _connect(port, "emulate:stall_middle") as connection, connection.makefile("rb") as stream:
        head = b"".join(iter(stream.readline, b"\r\n")).decode().lower()
        promised = int(head.split("content-length: ")[1].split("\r\n")[0])
        assert len(stream.read(promised // 2)) == promised // 2
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)


@pytest.mark.parametrize("directive", ["stall", "stall_middle", "break_middle"])
def test_call_without_its_answer_is_not_completed(port: int, directive: str) -> None:
    """The list of calls tells answered from unanswered ones."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        client.delete("/_emulator/calls")
        with _connect(port, f"emulate:{directive}"):
            calls: list[dict[str, Any]] = []
            while not calls:
                calls = client.get("/_emulator/calls").json()
        calls = client.get("/_emulator/calls").json()
    assert [call["completed"] for call in calls] == [False]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_cleanly(number: signal.Signals) -> None:
    """Exit code 0 and a silent terminal, even while a call is stalled."""
    with (
        _serving() as (process, port),
        _connect(port, "emulate:stall"),
        httpx.Client(trust_env=False) as client,
    ):
        while not client.get(f"http://127.0.0.1:{port}/_emulator/calls").json():
            pass
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
