"""`make smoke`: passes on a Worker that works, sees one that does not, never shows the key."""

import re
import subprocess
from collections.abc import Callable, Mapping
from typing import NamedTuple

import httpx
import pytest

from tests.conftest import Server
from tools import ROOT, smoke as program
from tools.smoke import run
from tools.smoke_checks import FREE, PAID, PREFIX, Deployment


class Ended(NamedTuple):
    code: object
    """A text is one that Python prints on standard error; the exit code is 1 then."""
    said: str


@pytest.fixture
def smoke(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """The program, with this environment."""

    def start(url: str, key: str, paid: str = "") -> Ended:
        for name, value in {"URL": url, "KEY": key, "PAID": paid}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as end:
            program.main()
        return Ended(end.value.code, capsys.readouterr().out)

    return start


@pytest.mark.parametrize("paid", ["", "0", "false", "1", "true"])
def test_working_deployment_passes(smoke: Callable[..., Ended], server: Server, paid: str) -> None:
    """A line a check, and not one image unless it is asked for; then one."""
    server.forget_calls()
    code, said = smoke(f"{server.url}/", server.key, paid)
    is_paid = paid in ("1", "true")
    count = len(FREE) + is_paid
    assert code == 0, said
    assert said.count("ok   ") == count
    assert said.endswith(f"\nsmoke: {count} of {count} checks passed\n")
    made = [(call["model"], call["fields"]["width"]) for call in server.calls()]
    assert made == [("flux-2-klein-4b", "256")] * is_paid


def test_deployment_that_cannot_draw_fails(
    smoke: Callable[..., Ended], servers: Mapping[str, Server]
) -> None:
    """With the reason, and the exit code 1; all other checks are made."""
    server = servers["wrong token"]
    code, said = smoke(server.url, server.key, "1")
    assert code == 1
    assert "FAILED  one image, 256x256, flux-2-klein-4b: 502, not 200" in said
    assert said.count("ok   ") == len(FREE)
    assert server.key not in said


@pytest.mark.parametrize(
    ("variant", "lacks"),
    [
        ("no API_MASTER_KEY", "API_MASTER_KEY environment variable is required"),
        ("no CF_API_TOKEN", "CF_API_TOKEN environment variable is required"),
        ("malformed", "CACHE_TTL must be a whole number of seconds, at least 60, or 0"),
    ],
)
def test_deployment_that_lacks_a_secret_is_told_once(
    smoke: Callable[..., Ended], servers: Mapping[str, Server], variant: str, lacks: str
) -> None:
    """By what /health says; nothing else is asked."""
    url = servers[variant].url
    assert smoke(url, "sk-secret") == (f"smoke: {url}: it is not configured: {lacks}", "")


def test_wrong_key_is_told_once(smoke: Callable[..., Ended], server: Server) -> None:
    """In one line, and without the key."""
    code, said = smoke(server.url, "sk-of-another")
    assert said == ""
    assert str(code).startswith(f"smoke: {server.url}: it does not take the key: 401: ")
    assert "Incorrect API key" in str(code)
    assert "sk-of-another" not in str(code)
    assert "\n" not in str(code)


@pytest.mark.parametrize("status", [200, 404, 500])
def test_server_that_is_another_is_told_once(
    smoke: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Whatever it says, and even if that has the key."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, text="<p>\nsk-secret?")

    transport = httpx.MockTransport(answer)
    client = httpx.Client(base_url="https://x.example", transport=transport)
    monkeypatch.setattr(httpx, "Client", lambda **_: client)
    line = f"there is no flux2-workers-ai: /health answers {status}: <p> (the key)?"
    assert smoke("https://x.example", "sk-secret") == (f"smoke: https://x.example: {line}", "")


def test_every_check_can_fail(capsys: pytest.CaptureFixture[str]) -> None:
    """On a server that says yes to everything; what it repeats of the key is not printed."""
    key = "sk-secret"

    def agree(request: httpx.Request) -> httpx.Response:
        return httpx.Response(299, json=[key], headers={"x-request-id": key})

    with httpx.Client(base_url="https://x.example", transport=httpx.MockTransport(agree)) as http:
        bare = {name: check for name, check in {**FREE, **PAID}.items() if name != "a bare OPTIONS"}
        assert not run(Deployment(http, key), bare)
    said = capsys.readouterr().out
    assert "ok  " not in said
    assert said.count("FAILED") == len(bare)
    assert key not in said


OURS = ["flux-2-dev", "flux-2-klein-1b", "flux-2-klein-4b", "flux-2-klein-9b"]


@pytest.mark.parametrize(
    ("listed", "offered", "is_right"),
    [
        (OURS, OURS, True),
        (OURS[:2], OURS, False),
        (OURS, OURS[:2], False),
        ([], [], False),
        (OURS[1:2], OURS[1:2], False),
    ],
)
def test_models_are_those_that_the_page_offers(
    listed: list[str], offered: list[str], is_right: bool
) -> None:
    """Whatever they are, so that a new one need not be told here; the cheapest is among them."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/models":
            ids = [*(PREFIX + name for name in listed), "gpt-image-1.5"]
            return httpx.Response(200, json={"data": [{"id": each} for each in ids]})
        module = "\n".join(f'  {{"name": "{name}", "guided": true}},' for name in offered)
        return httpx.Response(200, text=f"export const MODELS = [\n{module}\n];\n")

    with httpx.Client(base_url="https://x.example", transport=httpx.MockTransport(answer)) as http:
        check = {"models": FREE["the models are listed"]}
        assert run(Deployment(http, "sk-secret"), check) is is_right


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1", "Connection refused"),
        ("http://no-such-name.invalid", "not known|failure in name resolution"),
    ],
)
def test_server_that_is_not_there_is_told_once(
    smoke: Callable[..., Ended], url: str, why: str
) -> None:
    """In one line, with the reason and no traceback."""
    code, said = smoke(url, "sk-secret")
    assert said == ""
    assert re.fullmatch(rf"smoke: {url}: it cannot be reached: .*({why}).*", str(code))


def test_key_of_a_file_may_end_in_a_line_break(smoke: Callable[..., Ended], server: Server) -> None:
    """As `KEY=$(cat key.txt)` of Windows has it; and it is not printed."""
    code, said = smoke(server.url, f"{server.key}\r")
    assert code == 0, said
    assert server.key not in said


@pytest.mark.parametrize(
    ("url", "key", "line"),
    [
        ("", "k", "smoke: make smoke URL=https://… [PAID=1]"),
        ("x.example", "k", "smoke: make smoke URL=https://… [PAID=1]"),
        ("https://x", "", "smoke: the key is missing; export it as KEY"),
    ],
)
def test_what_is_missing_is_told(
    smoke: Callable[..., Ended], url: str, key: str, line: str
) -> None:
    """In one line, before anything is asked."""
    assert smoke(url, key) == (line, "")


def test_key_is_asked_for_where_somebody_can_type_it(
    smoke: Callable[..., Ended], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it stands in no command line and in no history of the shell."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: server.key)
    code, said = smoke(server.url, "")
    assert code == 0, said
    assert server.key not in said


def test_key_on_the_command_line_of_make_is_refused() -> None:
    """Every user of the machine can read that."""
    command = ["make", "--no-print-directory", "smoke", "URL=http://127.0.0.1:1", "KEY=sk-secret"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "leave KEY out" in done.stderr
    assert "sk-secret" not in done.stdout + done.stderr
