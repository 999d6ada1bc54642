"""`make smoke`: passes on a Worker that works, sees one that does not, never shows the key."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import httpx
import pytest

from tests.conftest import Server
from tools import smoke as program
from tools.smoke import FREE, PAID, Deployment, run


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


@pytest.mark.parametrize(
    ("variant", "failing"),
    [
        ("no API_MASTER_KEY", "FAILED  health says that all is configured: api_key_configured is"),
        ("no CF_API_TOKEN", "FAILED  health says that all is configured: token_configured is"),
        ("wrong token", "FAILED  one image, 256x256, flux-2-klein-4b: 502, not 200"),
    ],
)
def test_broken_deployment_fails(
    smoke: Callable[..., Ended], servers: Mapping[str, Server], variant: str, failing: str
) -> None:
    """With the reason, and the exit code 1."""
    server = servers[variant]
    code, said = smoke(server.url, server.key, "1")
    assert code == 1
    assert failing in said
    assert server.key not in said


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


def test_server_that_is_not_there_is_told_in_a_line_a_check(smoke: Callable[..., Ended]) -> None:
    """And no traceback."""
    code, said = smoke("http://127.0.0.1:1", "sk-secret")
    assert code == 1
    assert said.count("FAILED") == len(FREE)
    assert said.count("\n") == len(FREE) + 1
    assert "ConnectError" in said


def test_key_of_a_file_may_end_in_a_line_break(smoke: Callable[..., Ended], server: Server) -> None:
    """As `KEY=$(cat key.txt)` of Windows has it; and it is not printed."""
    code, said = smoke(server.url, f"{server.key}\r")
    assert code == 0, said
    assert server.key not in said


@pytest.mark.parametrize(("url", "key"), [("", "k"), ("x.example", "k"), ("https://x", "")])
def test_what_is_missing_is_told(smoke: Callable[..., Ended], url: str, key: str) -> None:
    """In one line, before anything is asked."""
    assert smoke(url, key) == ("smoke: make smoke URL=https://… KEY=… [PAID=1]", "")
