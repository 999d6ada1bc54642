"""The emulator of Cloudflare's endpoint: its checks, its answers, its ways to fail."""

import base64
import gzip
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from dev.processes import ROOT, DidNotStart, Process, emulator, stopped_at_the_end
from emulator import app, directives
from emulator.app import create_app
from emulator.errors import ERRORS
from tests.conftest import wait_until

ACCOUNTS = {"acc": "secret", "other": "secret 2"}
RUN = "/client/v4/accounts/acc/ai/run/@cf/black-forest-labs/flux-2-dev"
KLEIN = RUN.replace("flux-2-dev", "flux-2-klein-4b")
GOOD = {"prompt": "a quiet valley", "width": "256", "height": "320", "steps": "4", "seed": "7"}
KEY = {"authorization": "Bearer secret"}
JPEG = rb'\{"result":\{"image":"/9j/[A-Za-z0-9+/]{4000,}=*'

Parts = list[tuple[str, Any]]


def _client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(ACCOUNTS))
    return httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=KEY)


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


async def _run(parts: Parts, path: str = RUN) -> httpx.Response:
    async with _client() as client:
        return await client.post(path, files=parts)


def _image(answer: httpx.Response) -> Image.Image:
    picture = Image.open(io.BytesIO(base64.b64decode(answer.json()["result"]["image"])))
    picture.load()
    return picture


def _refusal(answer: httpx.Response) -> tuple[int, int, str]:
    """HTTP status, code and message."""
    document = answer.json()
    (error,) = document.pop("errors")
    assert document == {"success": False, "result": None, "messages": []}
    return answer.status_code, error["code"], error["message"]


# Good calls.


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


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        (RUN.replace("@", "%40"), {}),
        (KLEIN, {"steps": None}),
        (KLEIN.replace("4b", "9b"), {"steps": None}),
        (RUN, {"steps": "50", "guidance": "4"}),
        (RUN, {"steps": "1", "width": "2048", "seed": "4294967295", "guidance": "3.5"}),
    ],
)
async def test_call_at_its_limits_is_accepted(path: str, changes: Mapping[str, str | None]) -> None:
    """Limits belong to the range; the klein models have a fixed number of steps."""
    assert (await _run(_parts(**changes), path)).status_code == 200


async def test_seed_decides_the_picture() -> None:
    """The same seed gives the same picture, 0 is a seed, and without one no two are alike."""
    one, same, *others = [
        (await _run(_parts(seed=seed))).content for seed in ("0", "0", "1", None, None)
    ]
    assert one == same
    assert len({one, *others}) == 4


@pytest.mark.parametrize(("count", "kind"), [(1, "PNG"), (4, "JPEG"), (2, "WEBP")])
async def test_references_change_the_picture(count: int, kind: str) -> None:
    """Up to four images of at most 512x512 are taken."""
    data = _picture((512, 512), kind)
    answer = await _run([*_parts(), *(_file(f"input_image_{n}", data) for n in range(count))])
    assert answer.status_code == 200
    assert answer.content != (await _run(_parts())).content


# Checks.


@pytest.mark.parametrize(
    ("path", "headers", "code", "message"),
    [
        ("x/ai/run/y", {"authorization": ""}, 10000, "Authentication error"),
        ("x/ai/run/y", {"authorization": "Bearer wrong"}, 10000, "Authentication error"),
        ("other/ai/run/y", KEY, 10000, "Authentication error"),
        ("x/ai/run/y", KEY, 7003, "Could not route to /client/v4/accounts/x/ai/run/y, perhaps"),
        ("acc/ai/run/flux-2-dev", KEY, 5007, "No such model flux-2-dev"),
        (RUN.replace("2-dev", "3"), KEY, 5007, "No such model @cf/black-forest-labs/flux-3"),
        (RUN, {**KEY, "content-type": "application/json"}, 5006, "'multipart'"),
        (RUN, {**KEY, "content-type": "multipart/form-data"}, 5006, "the form cannot be read"),
        (RUN, {**KEY, "content-type": "multipart/form-data; boundary=z"}, 5006, "the form cannot"),
    ],
)
async def test_call_is_checked_from_outside_to_inside(
    path: str, headers: Mapping[str, str], code: int, message: str
) -> None:
    """The token first, then the account, the model, and the body, which must be a form."""
    path = path if path.startswith("/") else f"/client/v4/accounts/{path}"
    async with _client() as client:
        status, *refusal = _refusal(await client.post(path, content=b"--a\r\n!", headers=headers))
    assert (status, refusal[0]) == (ERRORS[code][0], code)
    assert message in str(refusal[1])


BAD_FIELDS = {
    "prompt": (None, "", "  \n"),
    "width": (None, "255", "2049", "512.0", "1e3", "", "wide"),
    "height": (None, "255", "2049", "٥١٢", "0x200"),
    "steps": (None, "0", "51", "25.5"),
    "seed": ("-1", "4294967296", "1.0", "", "9" * 5000),
    "guidance": ("nan", "inf", "much", "", "1_0"),
    **{"negative_prompt": ("rain",), "input_image_4": ("x",), "input_image_0": ("a text",)},
}
BAD_PARTS = [
    (("seed", (None, "8")), "'seed' was sent more than once"),
    (_file("guidance", b"1"), "'guidance' must be a text field"),
    (_file("input_image_0", _picture((513, 100))), "513x100; at most 512x512"),
    (_file("input_image_0", _picture((100, 513))), "100x513; at most 512x512"),
    (_file("input_image_0", b""), "not an image"),
    (_file("input_image_0", b"GIF89a, or so it says"), "not an image"),
    (_file("input_image_0", _picture()[:90]), "'input_image_0' is a damaged image"),
    (_file("input_image_1", _picture()), "'input_image_0' is missing"),
    (_file("input_image_4", _picture()), "no field 'input_image_4'"),
    (_file("image", _picture()), "no field 'image'"),
]


@pytest.mark.parametrize(
    ("path", "parts", "words"),
    [
        (KLEIN, _parts(), "flux-2-klein-4b takes no field 'steps'"),
        *((RUN, [*_parts(), part], words) for part, words in BAD_PARTS),
        *(
            (RUN, _parts(**{name: value}), f"'{name}'")
            for name, values in BAD_FIELDS.items()
            for value in values
        ),
    ],
)
async def test_bad_field_is_refused_by_name(path: str, parts: Parts, words: str) -> None:
    """Missing, malformed, out of range, unknown, twice; too large, unreadable, after a gap."""
    status, code, message = _refusal(await _run(parts, path))
    assert (status, code) == (400, 5006)
    assert words in message


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("GET", "/nowhere", (404, 7000)), ("GET", RUN, (405, 10405))],
)
async def test_other_paths_fail_in_cloudflares_shape(
    method: str, path: str, expected: tuple[int, int]
) -> None:
    """No route, wrong method: the same envelope."""
    async with _client() as client:
        assert _refusal(await client.request(method, path))[:2] == expected


# Directives.

REFUSALS = {
    **{"flagged": (400, 3030), "flagged200": (200, 3030), "invalid": (400, 3030)},
    **{"quota": (429, 3036), "quota4006": (429, 4006), "capacity": (429, 3040)},
    **{"ratelimit": (429, 10013), "ratelimit=30": (429, 10013), "ratelimit971": (429, 971)},
    **{"timeout": (408, 3046), "timeout3007": (408, 3007), "timeout3008": (408, 3008)},
    **{"internal": (500, 3001), "toolarge": (413, 3006), "nomodel": (400, 5007)},
    **{"forbidden": (403, 5018), "paid": (403, 5035), "account": (404, 7003)},
    **{"token": (401, 10000), "token9109": (403, 9109), "badrequest": (400, 3003)},
    **{f"code={code}": (status, code) for code, (status, _) in ERRORS.items()},
    **dict.fromkeys(("nonsense", "code=1", "code", "error=99", "error=7.5"), (400, 5006)),
}


@pytest.mark.parametrize("directive", REFUSALS)
async def test_directive_refuses_with_its_code(directive: str) -> None:
    """Cloudflare's code and status in its shape; one that cannot be followed is refused too, for a
    slip must not pass for success."""
    answer = await _run(_parts(prompt=f"a cat emulate:{directive}"))
    status, code, message = _refusal(answer)
    assert (status, code) == REFUSALS[directive]
    assert "{" not in message
    assert ("has been flagged" in message) == directive.startswith("flagged")
    assert (f"'emulate:{directive}'" in message) == (code == 5006 and directive != "code=5006")
    waits = {"ratelimit": "7", "ratelimit=30": "30"}
    assert answer.headers.get("retry-after") == waits.get(directive)


ANSWERS = {
    "nocode": (500, "text/html", b"<!doctype.*"),
    "error=503": (503, None, b""),
    "error": (500, None, b""),
    "redirect": (302, None, b""),
    "html": (200, "text/html", b"<!doctype.*"),
    "wrongtype": (200, "text/plain", JPEG + rb'"\}.*'),
}
BODIES = {
    "array": rb"\[\]",
    "garbage": b"\x00\xff.*",
    "empty": rb'\{"result":\{\},"success":true,.*',
    "null_result": b'{"result":null,"success":true,.*',
    "empty_image": rb'\{"result":\{"image":""\},"success":true,.*',
    "notimage": rb'\{"result":\{"image":"VGhpcyBpcyBubyBpbWFnZS.*',
    "success_false": JPEG + rb'"\},"success":false,.*"code":3001,.*',
    "reordered": rb'\{"messages":\[\],"errors":\[\],"success":true,"result":\{"image":"/9j/.*',
    "spaced": rb'\{\n  "result": \{\n    "image": "/9j/.*',
    "escaped": rb'\{"result":\{"image":"\\/9j\\/[^/]*\\/.*',
    "extra": rb'\{"result":\{"note":"not asked for","image":"/9j/.*',
    "png": rb'\{"result":\{"image":"iVBOR.*',
    "webp": rb'\{"result":\{"image":"UklGR.*',
    "big=700000": rb'\{"result":\{"image":"/9j/.{699900,700100}',
    "png emulate:spaced": rb'\{\n  "result": \{\n    "image": "iVB.*',
}
ANSWERS |= {name: (200, "application/json", body) for name, body in BODIES.items()}


@pytest.mark.parametrize("directive", ANSWERS)
async def test_directive_answers_oddly(directive: str) -> None:
    """No image, one that is not called so, or one in another shape, with the picture it would have
    had anyway; the last of the table shows that directives work together."""
    answer = await _run(_parts(prompt=f"{GOOD['prompt']} emulate:{directive}"))
    status, kind, body = ANSWERS[directive]
    assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)
    assert re.fullmatch(body, answer.content, re.DOTALL)
    if directive in ("reordered", "spaced", "escaped", "extra"):
        plain = await _run(_parts())
        assert answer.json()["result"]["image"] == plain.json()["result"]["image"]
    if directive.startswith("big"):
        assert _image(answer).size == (256, 320)


async def test_directive_strikes_only_whom_it_names() -> None:
    """The call with that seed, the Nth account, the first calls with that prompt and seed."""
    prompt = "emulate:capacity@2*2 emulate:flagged@3 emulate:code=3046@4 emulate:internal%2"
    calls = [("acc", seed) for seed in "1222324"] + [("other", "1")]
    async with _client() as client:
        answers = [
            await client.post(
                RUN.replace("acc/", f"{account}/"),
                files=_parts(prompt=prompt, seed=seed),
                headers={"authorization": f"Bearer {ACCOUNTS[account]}"},
            )
            for account, seed in calls
        ]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200, 400, 200, 408, 500]


def test_each_directive_is_described_and_tested() -> None:
    """The module's docstring lists every directive, and a table of this file has it."""
    assert set(directives.DIRECTIVES) <= set(re.findall(r"\w+", directives.__doc__ or ""))
    tested = {re.split("=| ", name)[0] for name in (*REFUSALS, *ANSWERS, *WIRE, *UNANSWERED)}
    assert set(directives.DIRECTIVES) == tested - {"nonsense"}


# The list of calls.


async def test_calls_are_listed_without_the_token() -> None:
    """What was sent can be read back, newest last, also what was refused, until it is forgotten."""
    async with _client() as client:
        await client.post(RUN, files=[*_parts(), _file("input_image_0", _picture((64, 48)))])
        await client.post(RUN, files=_parts(), headers={"authorization": "Bearer wrong"})
        listed = await client.get("/_emulator/calls")
        assert (await client.delete("/_emulator/calls")).status_code == 204
        assert (await client.get("/_emulator/calls")).json() == []
    size = {"size": len(_picture((64, 48))), "width": 64, "height": 48}
    name = {"field": "input_image_0", "filename": "photo.png", "content_type": "image/png"}
    good, refused = listed.json()
    assert (good["model"], good["account"]) == ("flux-2-dev", 1)
    assert (good["fields"], good["files"]) == (GOOD, [{**name, **size}])
    assert [call["authorization_ok"] for call in (good, refused)] == [True, False]
    assert [call["completed"] for call in (good, refused)] == [True, True]
    assert "secret" not in listed.text


async def test_redirect_records_who_follows_it_and_so_many_calls_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A caller that carries its token to wherever upstream points shows as the newest call."""
    monkeypatch.setattr(app, "CALLS_KEPT", 200)
    async with _client() as client:
        for seed in range(201):
            parts = _parts(prompt="emulate:redirect", seed=str(seed))
            answer = await client.post(RUN, files=parts)
        await client.get(answer.headers["location"])
        *calls, last = (await client.get("/_emulator/calls")).json()
    assert [call["fields"]["seed"] for call in calls] == [str(seed) for seed in range(2, 201)]
    assert (last["model"], last["authorization_ok"]) == ("redirected", True)


# On a real socket: what only a server can do.


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    process = emulator(ACCOUNTS, sys.stderr)
    with stopped_at_the_end(process):
        yield _port(process)


def _port(process: Process) -> int:
    return int(process.wait_until_ready().rpartition(":")[2])


def _connect(port: int, prompt: str) -> socket.socket:
    """A connection on which a call with this prompt has been sent."""
    url = f"http://127.0.0.1:{port}{RUN}"
    headers = {**KEY, "connection": "close"}
    request = httpx.Request("POST", url, files=_parts(prompt=prompt), headers=headers)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(f"POST {RUN} HTTP/1.1\r\n{head}\r\n".encode() + request.read())
    return connection


def _calls(port: int) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = httpx.get(f"http://127.0.0.1:{port}/_emulator/calls").json()
    return calls


WIRE = {
    "break_before": ("", b""),
    "break_headers": (r"content-length: \d+", b""),
    "break_middle": (r"content-length: \d+", JPEG),
    "break_chunked": ("transfer-encoding: chunked", rb"[0-9a-f]+\r\n" + JPEG + rb"\r\n"),
    "short": ("transfer-encoding: chunked", rb"[0-9a-f]+\r\n" + JPEG + rb"\r\n0\r\n\r\n"),
    "short_tail": ("transfer-encoding: chunked", rb'[0-9a-f]+\r\n.+"\r\n0\r\n\r\n'),
    "nolength": ("transfer-encoding: chunked", rb"[0-9a-f]+\r\n.+\}\r\n0\r\n\r\n"),
    "nolength emulate:drip=2000": ("transfer-encoding: chunked", rb"(7d0\r\n.{2000}\r\n){3,}.+"),
    "gzip": ("content-encoding: gzip", rb"\x1f\x8b.+"),
}


@pytest.mark.parametrize("directive", WIRE)
def test_answer_on_the_wire(port: int, directive: str) -> None:
    """What a connection carries up to its end: a length that is not met, chunks without the last
    one, or as HTTP a whole answer, whatever its JSON."""
    with _connect(port, f"emulate:{directive}") as connection:
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    expected, pattern = WIRE[directive]
    assert re.search(expected, head.decode().lower())
    assert re.fullmatch(pattern, body, re.DOTALL)
    assert bool(head) == (directive != "break_before")
    if directive == "gzip":
        assert json.loads(gzip.decompress(body))["success"] is True


UNANSWERED = {"stall": False, "stall_middle": True, "delay=600": False, "drip=1": True}


@pytest.mark.parametrize("directive", UNANSWERED)
def test_call_without_its_answer_is_waited_for_until_the_client_leaves(
    port: int, directive: str
) -> None:
    """Nothing comes, or the beginning; the list of calls tells who went away unanswered."""
    with _connect(port, f"{directive} emulate:{directive}") as connection:
        if UNANSWERED[directive]:
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
        wait_until(lambda: _calls(port)[-1]["fields"].get("prompt", "").startswith(directive))
        assert not _calls(port)[-1]["left"]
    wait_until(lambda: _calls(port)[-1]["left"])
    assert not _calls(port)[-1]["completed"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_cleanly(number: signal.Signals) -> None:
    """Exit code 0 and not a word, even while a call stalls; `ps` shows no token meanwhile."""
    output = io.StringIO()
    process = emulator(ACCOUNTS, output)
    with stopped_at_the_end(process):
        port = _port(process)
        with _connect(port, "emulate:stall"):
            wait_until(lambda: _calls(port) != [])
            listed = subprocess.check_output(
                ["ps", "-ww", "-o", "args=", "-p", str(process.pid)], text=True
            )
            assert "-m emulator" in listed
            assert "secret" not in listed
            os.kill(process.pid, number)
            assert process.wait() == 0
    assert output.getvalue() == ""


COMMAND = [sys.executable, "-m", "emulator", "--port=0"]


def test_it_ends_with_its_standard_input() -> None:
    """Whoever started it may be killed, and it does not stay behind."""
    command = [*COMMAND, "--attached"]
    ended = subprocess.run(command, cwd=ROOT, input=json.dumps(ACCOUNTS), text=True, timeout=60)
    assert ended.returncode == 0


def test_accounts_come_from_a_file_of_ones_own(tmp_path: Path) -> None:
    """A token is never part of a command line, and its file is nobody else's to read."""
    file = tmp_path / "accounts.json"
    file.write_text(json.dumps(ACCOUNTS))
    file.chmod(0o640)
    process = _start_with(file)
    with stopped_at_the_end(process), pytest.raises(DidNotStart, match="chmod 600"):
        process.wait_until_ready()
    file.chmod(0o600)
    process = _start_with(file)
    with stopped_at_the_end(process), _connect(_port(process), "emulate:error=503") as answer:
        assert answer.recv(12) == b"HTTP/1.1 503"


def _start_with(file: Path) -> Process:
    command = [*COMMAND, f"--accounts={file}"]
    return Process("the emulator", command, r"^Emulator on (http://\S+)", sys.stderr)


@pytest.mark.parametrize("line", ["", "secret", '["secret"]', "{}"])
def test_accounts_that_cannot_be_read_are_not_repeated(line: str) -> None:
    """What is wrong is said, what was read is not."""
    ended = subprocess.run(COMMAND, cwd=ROOT, input=line, text=True, capture_output=True)
    assert ended.returncode == 2
    assert 'expected one line of JSON: {"account": "token", …}' in ended.stderr
    assert "secret" not in ended.stderr
