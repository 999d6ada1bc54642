"""`make dev` itself: what it says, what it refuses, how it ends, and that it follows changes."""

import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import Dev


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_dev_says_how_to_call_it_and_ends_cleanly(
    dev: Callable[..., Dev], number: signal.Signals
) -> None:
    """One `Ready` line, whose images they are, the key; and nothing is left behind at the end."""
    server = dev()
    said = server.read_until("Ctrl-C stops it")
    assert f"Ready on {server.url}\n" in said
    assert "demo painter" in said
    assert f"{server.url}/#key=sk-local\n" in said
    headers = {"authorization": "Bearer sk-local"}
    answer = httpx.post(
        f"{server.url}/v1/images/generations",
        json={"prompt": "x", "size": "256x256"},
        headers=headers,
        timeout=60,
    )
    assert answer.status_code == 200
    assert server.finish(number) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health")


def test_dev_draws_with_cloudflare_when_it_has_credentials(
    dev: Callable[..., Dev], checkout: Path
) -> None:
    """It says that images cost something; the link has the key, and no other secret is printed."""
    (checkout / ".dev.vars").write_text(
        "CF_API_TOKEN=real-token\nACCOUNT='real-account'\nAPI_MASTER_KEY=real+key\n"
    )
    server = dev()
    said = server.read_until("Ctrl-C stops it")
    assert "Images come from Cloudflare" in said
    assert f"{server.url}/#key=real%2Bkey\n" in said
    for secret in ("real-token", "real-account", "real+key", "sk-local"):
        assert secret not in said
    assert httpx.get(f"{server.url}/health").json()["mode"] == "REST API"
    authorized = {"authorization": "Bearer real+key"}
    assert httpx.get(f"{server.url}/v1/models", headers=authorized).status_code == 200


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux shows command lines")
def test_secrets_are_in_no_command_line(dev: Callable[..., Dev], checkout: Path) -> None:
    """Every user of the machine can read those."""
    secrets = ("real-token", "1ea1ac000000000000000000000000ac", "real-key")
    names = ("CF_API_TOKEN", "ACCOUNT", "API_MASTER_KEY")
    lines = [f"{name}={value}\n" for name, value in zip(names, secrets, strict=True)]
    (checkout / ".dev.vars").write_text("".join(lines))
    server = dev()
    server.read_until("Ctrl-C stops it")
    commands = [
        (process / "cmdline").read_text().replace("\0", " ")
        for process in family(server.process.pid)
    ]
    assert any("runtime.mjs" in command for command in commands)
    assert [command for command in commands if any(s in command for s in secrets)] == []


def family(pid: int) -> Iterator[Path]:
    """A process, its children, and theirs, as folders of /proc."""
    process = Path("/proc") / str(pid)
    yield process
    for children in process.glob("task/*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def test_dev_draws_with_cloudflare_when_only_numbered_accounts_are_there(
    dev: Callable[..., Dev], checkout: Path
) -> None:
    """As the deployed Worker would; with a key of its own, which nobody can know."""
    (checkout / ".dev.vars").write_text("CF_API_TOKEN_1=real-token\nACCOUNT_1=real-account\n")
    server = dev()
    said = server.read_until("Ctrl-C stops it")
    assert "Images come from Cloudflare" in said
    assert httpx.get(f"{server.url}/health").json()["accounts"] == 1
    assert "sk-local" not in said
    (key,) = re.findall("#key=(.+)", said)
    authorized = {"authorization": f"Bearer {key}"}
    assert f"Bearer {key}" in said
    assert httpx.get(f"{server.url}/v1/models", headers=authorized).status_code == 200


def test_half_an_account_is_named_and_does_not_reach_the_demo(
    dev: Callable[..., Dev], checkout: Path
) -> None:
    """Which would answer that it is not configured."""
    (checkout / ".dev.vars").write_text("ACCOUNT_2=real-account\n")
    server = dev()
    said = server.read_until("Ctrl-C stops it")
    assert "not from FLUX.2: .dev.vars has no CF_API_TOKEN_2 (see .dev.vars.example)." in said
    assert httpx.get(f"{server.url}/health").json()["mode"] == "REST API"


def test_a_change_of_the_source_takes_effect(dev: Callable[..., Dev], checkout: Path) -> None:
    """Without a restart; and a change that does not load leaves the Worker as it was."""
    server = dev()
    server.read_until("Ctrl-C stops it")
    version = checkout / "src/flux2/__init__.py"
    version.write_text(version.read_text().replace("0.1.0", "9.9.9"))
    server.read_until("src/ has changed and was loaded anew")
    assert httpx.get(f"{server.url}/health").json()["version"] == "9.9.9"
    version.write_text("this is no Python")
    server.read_until("what was there before goes on")
    assert httpx.get(f"{server.url}/health").json()["version"] == "9.9.9"


def test_a_port_in_use_is_told_in_one_line(dev: Callable[..., Dev]) -> None:
    """With the way out, and before anything is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, _ = dev(port).process.communicate(timeout=15)
    assert said.count("\n") == 1
    assert f"port {port} is in use" in said
    assert "PORT=8788 make dev" in said


def test_a_port_that_is_none_is_told_in_one_line(dev: Callable[..., Dev]) -> None:
    """PORT is checked like any input."""
    server = dev("eight")
    said, _ = server.process.communicate(timeout=15)
    assert said == "dev: PORT must be a number from 1 to 65535, not 'eight'\n"
    assert server.process.returncode == 1
