"""`make dev` itself: what it says, what it refuses, how it ends, and that it follows changes."""

import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from flux2 import __version__
from tests.tools.conftest import Dev

TOKEN, ACCOUNT = "real-token", f"4ea1{0:028}"
"""Of no account, but of the shape of one."""


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


def test_printed_curl_makes_a_picture_or_shows_the_error(
    dev: Callable[..., Dev], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Pasted as it stands; an error is text, and leaves no picture that is none."""
    said = dev().read_until("Ctrl-C stops it")
    (command,) = re.findall(r"^  if curl.*?; fi$", said, re.DOTALL | re.MULTILINE)
    folder = tmp_path_factory.mktemp("empty")

    def paste(text: str) -> str:
        return subprocess.check_output(["bash", "-c", text], cwd=folder, text=True)

    assert "Incorrect API key" in paste(command.replace("sk-local", "sk-wrong"))
    assert not (folder / "picture.jpg").exists()
    assert paste(command) == "Made picture.jpg\n"
    with Image.open(folder / "picture.jpg") as picture:
        assert picture.size == (1024, 768)


@pytest.mark.parametrize("module", ["entry.py", "flux2/settings.py"])
def test_source_that_does_not_load_at_the_start_is_told_as_python_does(
    dev: Callable[..., Dev], checkout: Path, module: str
) -> None:
    """With the place in the file, and at the end what to do; nothing of Pyodide's JavaScript."""
    source = checkout / "src" / module
    source.write_text(source.read_text() + "def broken(:\n")
    line = source.read_text().count("\n")
    server = dev()
    said, _ = server.process.communicate(timeout=60)
    assert server.process.returncode == 1
    assert said.startswith("Traceback (most recent call last):\n")
    *_, place, code, mark, error, advice = said.splitlines()
    assert re.fullmatch(rf'  File ".*/src/{module}", line {line}', place)
    assert (code.strip(), mark.strip(), error) == (
        "def broken(:",
        "^",
        "SyntaxError: invalid syntax",
    )
    assert re.fullmatch("dev: .*src/ does not load; mend it and start again", advice)
    assert ".mjs" not in said
    assert "wasm" not in said


def test_dev_draws_with_cloudflare_when_it_has_credentials(
    dev: Callable[..., Dev], checkout: Path
) -> None:
    """It says that images cost something; the link has the key, and no other secret is printed."""
    (checkout / ".dev.vars").write_text(
        f"CF_API_TOKEN={TOKEN}\nACCOUNT='{ACCOUNT}'\nAPI_MASTER_KEY=real+key\n"
    )
    server = dev()
    said = server.read_until("Ctrl-C stops it")
    assert "Images come from Cloudflare" in said
    assert f"{server.url}/#key=real%2Bkey\n" in said
    for secret in (TOKEN, ACCOUNT, "real+key", "sk-local"):
        assert secret not in said
    assert httpx.get(f"{server.url}/health").json()["mode"] == "REST API"
    authorized = {"authorization": "Bearer real+key"}
    assert httpx.get(f"{server.url}/v1/models", headers=authorized).status_code == 200


def test_malformed_variables_are_told_at_the_start(dev: Callable[..., Dev], checkout: Path) -> None:
    """By name and rule, in the place of a promise that no image would keep."""
    (checkout / ".dev.vars").write_text(
        f"CF_API_TOKEN='a token'\nACCOUNT={ACCOUNT}\nAPI_MASTER_KEY=real-key\nCACHE_TTL=5\n"
    )
    said = dev().read_until("Ctrl-C stops it")
    assert "No image can be made: in .dev.vars, CF_API_TOKEN must be an API token" in said
    assert "CACHE_TTL must be a whole number of seconds, at least 60" in said
    assert "they cost neurons" not in said
    assert "a token" not in said


def test_secrets_are_in_no_command_line(dev: Callable[..., Dev], checkout: Path) -> None:
    """Every user of the machine can read those."""
    (checkout / ".dev.vars").write_text(
        f"CF_API_TOKEN={TOKEN}\nACCOUNT={ACCOUNT}\nAPI_MASTER_KEY=real-key\n"
    )
    server = dev()
    server.read_until("Ctrl-C stops it")
    said = "\n".join((each / "cmdline").read_text() for each in family(server.process.pid))
    assert "runtime.mjs" in said
    assert not re.search(f"{TOKEN}|{ACCOUNT}|real-key", said)


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
    (checkout / ".dev.vars").write_text(f"CF_API_TOKEN_1={TOKEN}\nACCOUNT_1={ACCOUNT}\n")
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
    (checkout / ".dev.vars").write_text(f"ACCOUNT_2={ACCOUNT}\n")
    server = dev()
    said = server.read_until("Ctrl-C stops it")
    assert "not from FLUX.2: .dev.vars has no CF_API_TOKEN_2 (see .dev.vars.example)." in said
    assert httpx.get(f"{server.url}/health").json()["mode"] == "Demo"


def test_a_change_of_the_source_takes_effect(dev: Callable[..., Dev], checkout: Path) -> None:
    """Without a restart; and a change that does not load leaves the Worker as it was."""
    server = dev()
    server.read_until("Ctrl-C stops it")
    version = checkout / "src/flux2/__init__.py"
    version.write_text(version.read_text().replace(__version__, "9.9.9"))
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
