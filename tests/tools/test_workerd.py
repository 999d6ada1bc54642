"""`make workerd`, as far as a machine without the internet gets: a stand-in plays wrangler."""

import signal
import sqlite3
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from dev.workerd import NO_PYTHON, STATE, Wrangler, options, variables_file
from tests.tools.conftest import Dev
from tools import ROOT

# Takes wrangler's options, and serves the Worker in the embedded runtime: by a child that it leaves
# behind when a signal ends it.
STAND_IN = """
import json, os, subprocess, sys
from dotenv import dotenv_values
from dev.processes import NODE

given = dict(word.split("=", 1) for word in sys.argv if "=" in word)
print("kept in", given["--persist-to"], flush=True)
listener = {"port": int(given["--port"]), "vars": dotenv_values(given["--env-file"])}
reads, writes = os.pipe()
os.write(writes, json.dumps({"listeners": [listener]}).encode() + b"\\n")
command = [NODE, "--js-base-64", "dev/runtime.mjs"]
child = subprocess.Popen(
    command, stdin=reads, pass_fds=[writes], stdout=subprocess.PIPE, text=True
)
print("Your Worker has access to the following bindings:", flush=True)
for line in child.stdout:
    if "ready" in line:
        print("[wrangler:info] Ready on http://127.0.0.1:8787", flush=True)
"""

# What wrangler 4.153 said on a machine without the internet.
NO_BUNDLE = """
print("[ERROR] *** Uncaught exception ***")
print("kj-rs-io/ffi.rs:188: failed: getaddrinfo(): DNS lookup failed. host = pyodide-capnp-bin.x.y")
print("[ERROR] The Workers runtime failed to start.")
raise SystemExit(1)
"""

ECHO = "export default { fetch: (_, env) => Response.json({ ...env }) };\n"


@pytest.fixture
def workerd(dev: Callable[..., Dev], checkout: Path) -> Callable[[str], Dev]:
    """Starts `python -m dev.workerd`, where this program of Python's is the project's wrangler."""
    modules = checkout / "node_modules"
    modules.unlink()
    modules.mkdir()
    for package in (ROOT / "node_modules").iterdir():
        (modules / package.name).symlink_to(package)
    (modules / ".bin").unlink()
    wrangler = modules / ".bin/wrangler"
    wrangler.parent.mkdir()

    def start(program: str) -> Dev:
        wrangler.write_text(f"#!{sys.executable}{program}")
        wrangler.chmod(0o755)
        return dev(module="dev.workerd", PYTHONPATH=str(checkout))

    return start


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_workerd_draws_with_the_emulator_and_ends_cleanly(
    workerd: Callable[[str], Dev], checkout: Path, number: signal.Signals
) -> None:
    """Whichever account .dev.vars names; how the Worker works is taken from there. It greets as
    `make dev` does, and leaves nobody behind."""
    own = "CF_API_TOKEN=real-token\nACCOUNT=real-account\nAPI_MASTER_KEY=real-key\nKEEP_IMAGES=7\n"
    (checkout / ".dev.vars").write_text(own)
    server = workerd(STAND_IN)
    said = server.read_until("Ctrl-C stops it")
    assert "has access to the following bindings" in said
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
    about_key = httpx.get(
        f"{server.url}/v1/key", headers={"authorization": "Bearer sk-local"}, timeout=60
    )
    assert about_key.json()["images_kept_days"] == 7
    assert server.finish(number) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health")
    assert (checkout / ".dev.vars").read_text() == own


def test_workerd_opens_the_database_of_make_dev(
    workerd: Callable[[str], Dev], checkout: Path
) -> None:
    """With all its tables, which wrangler dev would not make; or it says why it cannot."""
    server = workerd(STAND_IN)
    said = server.read_until("Ctrl-C stops it")
    state = checkout / ".wrangler/state"
    assert f"kept in {state}\n" in said
    (file,) = (file for file in state.glob("v3/d1/*/*.sqlite") if file.stem != "metadata")
    with closing(sqlite3.connect(file)) as database:
        applied = [name for (name,) in database.execute("SELECT name FROM d1_migrations")]
    assert applied == sorted(each.name for each in (ROOT / "migrations").iterdir())
    assert server.finish(signal.SIGTERM) == 0
    (checkout / "migrations/9001_x.sql").write_text("CREATE TABL x (y);")
    said = workerd(STAND_IN).read_until("workerd: ")
    assert "workerd: migrations/9001_x.sql cannot be applied: D1_ERROR" in said


def test_workerd_without_python_says_what_it_needs(workerd: Callable[[str], Dev]) -> None:
    """In one line, after what wrangler said."""
    server = workerd(NO_BUNDLE)
    assert server.read_until("workerd: ").splitlines()[-1] == f"workerd: {NO_PYTHON}"
    assert server.process.wait(15) == 1


def test_further_flags_come_after_the_projects_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Since wrangler takes those of the command line instead."""
    file = ROOT / "variables.env"
    monkeypatch.delenv("WORKERD_FLAGS", raising=False)
    assert not [word for word in options(0, file, ROOT, STATE) if "flags" in word]
    monkeypatch.setenv("WORKERD_FLAGS", "one two")
    own = tomllib.loads((ROOT / "wrangler.toml").read_text())["compatibility_flags"]
    given = [word for word in options(0, file, ROOT, STATE) if "flags" in word]
    assert given == [f"--compatibility-flags={flag}" for flag in (*own, "one", "two")]


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
        wrangler = Wrangler(0, file, folder=tmp_path, state=tmp_path)
        try:
            assert httpx.get(wrangler.wait_until_ready()).json() == variables
        finally:
            wrangler.stop()
    assert not file.exists()
