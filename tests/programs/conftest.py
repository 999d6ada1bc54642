"""Whole programs of other people, each served from an environment of its own, for one session."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.rival import proxy
from dev.processes import DidNotStart, Process, stopped_at_the_end
from tests.conftest import Server
from tests.programs.webui import OpenWebUI
from tools import ROOT

_OPEN_WEBUI = {
    # As a program that pip installed, without what was left out of its environment.
    "FROM_INIT_PY": "true",
    "USE_SLIM_DOCKER": "true",
    "VECTOR_DB": "none",
    # Nobody else is called.
    "OFFLINE_MODE": "true",
    "ENABLE_VERSION_UPDATE_CHECK": "false",
    "HF_HUB_OFFLINE": "1",
    "ENABLE_OLLAMA_API": "false",
    "OPENAI_API_BASE_URL": "",
    "OPENAI_API_KEY": "",
    # One person, who need not sign up.
    "WEBUI_AUTH": "false",
    "WEBUI_SECRET_KEY": "a key that signs this one person's session, and nothing else",
}


@contextmanager
def _open_webui(folder: Path) -> Iterator[str]:
    said = io.StringIO()
    for name in ("data", "static"):
        (folder / name).mkdir()
    process = Process(
        "Open WebUI",
        [ROOT / ".tools/open_webui/bin/python", ROOT / "tests/programs/open_webui/serve.py"],
        r"^Open WebUI on (http://\S+)",
        said,
        environment={
            **_OPEN_WEBUI,
            "DATA_DIR": str(folder / "data"),
            "STATIC_DIR": str(folder / "static"),
        },
        foreign=True,
    )
    with stopped_at_the_end(process):
        try:
            yield process.wait_until_ready()
        except DidNotStart:
            sys.stderr.write(said.getvalue())
            raise


@pytest.fixture(scope="session")
def open_webui(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[OpenWebUI]:
    """Open WebUI, with the Worker as its only connection."""
    with _open_webui(tmp_path_factory.mktemp("open-webui")) as url, OpenWebUI(url) as page:
        page.connect(f"{server.url}/v1", server.key)
        yield page


@pytest.fixture(scope="session")
def litellm_proxy(server: Server) -> Iterator[Server]:
    """litellm's proxy in front of the Worker; it has a key of its own."""
    worker = {"api_base": f"{server.url}/v1", "api_key": server.key}
    models = {
        name: {"model": f"openai/{name}", **worker} for name in ("flux-2-dev", "flux-2-klein-4b")
    }
    key = "sk-of-the-proxy"
    with proxy(models, key) as (pid, port):
        yield Server(f"http://127.0.0.1:{port}", server.emulator_url, server.log, pid, key)


@pytest.fixture(autouse=True)
def fresh(server: Server) -> None:
    """What a test finds in `server.calls()` is its own."""
    server.forget_calls()
