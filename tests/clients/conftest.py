"""Clients of other people, kept from calling anybody but the Worker on this machine."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.clients.programs import OpenAINode, OpenAIPython, Program
from tests.conftest import Server

# Read when the packages are imported: their price lists and reports stay where they are.
os.environ.update(
    LITELLM_LOCAL_MODEL_COST_MAP="True",
    LITELLM_TELEMETRY="False",
    LITELLM_LOG="ERROR",
    LANGSMITH_TRACING="false",
    LANGCHAIN_TRACING_V2="false",
    HF_HUB_OFFLINE="1",
    AI_SDK_LOG_WARNINGS="false",
)
_HERE = ("127.0.0.1", "localhost", "::1", None)


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test whose client looks up any other host, and hides the user's own settings."""
    looked_up: list[object] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        if (host.decode() if isinstance(host, bytes) else host) not in _HERE:
            looked_up.append(host)
            raise socket.gaierror(f"{host} is not this machine")
        return real(host, *arguments, **named)

    for name in [name for name in os.environ if "OPENAI" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    assert looked_up == []


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three PNG files of different sizes: 100x50, 120x60, 140x70."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = []
    for index, color in enumerate(("teal", "coral", "gold")):
        path = folder / f"picture-{index}.png"
        Image.new("RGB", (100 + 20 * index, 50 + 10 * index), color).save(path)
        paths.append(path)
    return paths


@pytest.fixture(scope="module", params=[OpenAIPython, OpenAINode], ids=["python", "node"])
def either(request: pytest.FixtureRequest) -> Iterator[Program]:
    """OpenAI's client for Python, and the one for Node."""
    program = request.param()
    yield program
    program.stop()


@pytest.fixture
def program(either: Program, server: Server) -> Program:
    """Each of them, and a server that has not been asked anything."""
    server.forget_calls()
    return either
