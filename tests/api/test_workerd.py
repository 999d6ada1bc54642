"""`make workerd`, as far as a machine without the internet gets: a stand-in plays pywrangler."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from dev.processes import Process
from dev.workerd import READY, options, variables_file
from tests.api.conftest import Dev, free_port
from tools import ROOT

# Takes the options that pywrangler would get, and serves the Worker in the embedded runtime: by a
# child that it leaves behind when a signal ends it, as pywrangler leaves npx.
STAND_IN = """
import json, os, subprocess, sys
from dotenv import dotenv_values
from dev.processes import NODE

if sys.argv[1] == "--version":
    print("uv 1.0.0")
elif sys.argv[1] == "run":
    given = dict(word.split("=", 1) for word in sys.argv if "=" in word)
    listener = {"port": int(given["--port"]), "vars": dotenv_values(given["--env-file"])}
    reads, writes = os.pipe()
    os.write(writes, json.dumps({"listeners": [listener]}).encode() + b"\\n")
    command = [NODE, "--js-base-64", "dev/runtime.mjs"]
    child = subprocess.Popen(
        command, stdin=reads, pass_fds=[writes], stdout=subprocess.PIPE, text=True
    )
    print("Resolved 6 requirements", flush=True)
    for line in child.stdout:
        if "ready" in line:
            print("[wrangler:info] Ready on http://127.0.0.1:8787", flush=True)
"""

ECHO = "export default { fetch: (_, env) => Response.json({ ...env }) };\n"


@pytest.fixture
def workerd(
    dev: Callable[..., Dev], checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Dev]:
    """Starts `python -m dev.workerd`, where the stand-in is the machine's uv."""
    uv = tmp_path_factory.mktemp("bin") / "uv"
    uv.write_text(f"#!{sys.executable}{STAND_IN}")
    uv.chmod(0o755)
    path = f"{uv.parent}{os.pathsep}{os.environ['PATH']}"
    return lambda: dev(module="dev.workerd", PATH=path, PYTHONPATH=str(checkout))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_workerd_draws_with_the_emulator_and_ends_cleanly(
    workerd: Callable[[], Dev], checkout: Path, number: signal.Signals
) -> None:
    """Whatever .dev.vars says; it greets as `make dev` does, and leaves nobody behind."""
    own = "CF_API_TOKEN=real-token\nACCOUNT=real-account\nAPI_MASTER_KEY=real-key\n"
    (checkout / ".dev.vars").write_text(own)
    server = workerd()
    said = server.read_until("Ctrl-C stops it")
    assert "Resolved 6 requirements" in said
    assert f"Ready on {server.url}\n" in said
    assert "demo painter, not from FLUX.2: make workerd asks Cloudflare for none" in said
    assert f"{server.url}/#key=sk-local\n" in said
    answer = httpx.post(
        f"{server.url}/v1/images/generations",
        json={"prompt": "x", "size": "256x256"},
        headers={"authorization": "Bearer sk-local"},
        timeout=60,
    )
    assert answer.status_code == 200
    assert server.finish(number) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health")
    assert (checkout / ".dev.vars").read_text() == own


def test_wrangler_takes_the_variables_and_no_others(tmp_path: Path) -> None:
    """Its own `dev`, with the same options, on a Worker that needs no download: what .dev.vars has
    is not even read."""
    (tmp_path / "worker.js").write_text(ECHO)
    (tmp_path / "wrangler.toml").write_text(
        'name = "echo"\nmain = "worker.js"\ncompatibility_date = "2026-01-01"\n'
    )
    (tmp_path / ".dev.vars").write_text("CF_API_TOKEN=real-token\nACCOUNT_1=real-account\n")
    variables = {"CF_API_TOKEN": "demo", "CF_API_BASE_URL": "http://127.0.0.1:1/client/v4"}
    with variables_file() as write:
        file = write(variables)
        assert file.parent.stat().st_mode & 0o077 == 0
        wrangler = Process(
            "wrangler",
            [ROOT / "node_modules/.bin/wrangler", f"--cwd={tmp_path}", *options(free_port(), file)],
            READY,
            sys.stderr,
            environment={"NO_COLOR": "1"},
            foreign=True,
        )
        try:
            assert httpx.get(wrangler.wait_until_ready()).json() == variables
        finally:
            wrangler.stop()
    assert not file.exists()
