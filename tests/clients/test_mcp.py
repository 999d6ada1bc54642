"""The official clients of the Model Context Protocol, each in every generation that it speaks."""

import base64
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from PIL import Image

from tests.conftest import Server, wait_until
from tools import ROOT
from tools.node import NODE

HERE = Path(__file__).parent
MODERN, OLDER = "2026-07-28", "2025-11-25"
SMALL = {"prompt": "x", "size": "1024x768"}


class Program(NamedTuple):
    command: tuple[str | Path, ...]
    mode: str
    version: str
    """The one that it should agree on with us."""


_PYTHON_1 = (ROOT / ".tools/mcp1/bin/python", HERE / "mcp1/client.py")
_PYTHON_2 = (sys.executable, HERE / "mcp2.py")
_TYPESCRIPT = (NODE, HERE / "mcp.mjs")
PROGRAMS = {
    "python 1": Program(_PYTHON_1, "", OLDER),
    "python 2": Program(_PYTHON_2, "auto", MODERN),
    "python 2, as before": Program(_PYTHON_2, "legacy", OLDER),
    "python 2, without asking": Program(_PYTHON_2, MODERN, MODERN),
    "typescript": Program(_TYPESCRIPT, "auto", MODERN),
    "typescript, as before": Program(_TYPESCRIPT, "legacy", OLDER),
}
Run = Callable[..., Any]


def call(tool: str, *, progress: bool = False, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments, "progress": progress}


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> Program:
    return PROGRAMS[request.param]


@pytest.fixture
def run(program: Program, server: Server) -> Run:
    """Let the client list the tools and make some calls; what became of it."""

    def run(*calls: dict[str, Any], key: str = server.key) -> Any:
        task = {"url": f"{server.url}/mcp", "key": key, "mode": program.mode, "calls": calls}
        done = subprocess.run(
            program.command,
            input=f"{json.dumps(task)}\n",
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            timeout=120,
            check=True,
            env={**os.environ, "OTEL_SDK_DISABLED": "true"},
        )
        return json.loads(done.stdout)

    return run


def decode(item: dict[str, Any]) -> Image.Image:
    assert (item["type"], item["mimeType"]) == ("image", "image/jpeg")
    return Image.open(io.BytesIO(base64.b64decode(item["data"])))


def test_tools_are_found(run: Run, program: Program) -> None:
    """In the newest version that both speak."""
    outcome = run(call("list_models"))
    assert outcome["version"] == program.version
    assert outcome["tools"] == [
        "generate_image",
        "edit_image",
        "list_models",
        "submit_batch",
        "get_batch",
    ]
    (listed,) = outcome["results"]
    assert listed["structure"]["models"][0]["id"] == "flux-2-dev"


def test_images_are_made_and_edited(run: Run) -> None:
    """Small ones to look at, links to the full ones; a link is enough to edit an image."""
    outcome = run(call("generate_image", progress=True, n=2, **SMALL))
    (made,) = outcome["results"]
    assert made["is_error"] is False
    text, *shown = made["content"]
    assert [decode(item).size for item in shown] == [(512, 384)] * 2
    links = [image["url"] for image in made["structure"]["images"]]
    assert all(link in text["text"] for link in links)
    full = [Image.open(io.BytesIO(httpx.get(link).content)).size for link in links]
    assert full == [(1024, 768)] * 2
    counted = [done for done, total in made["progress"] if total == 2]
    assert (sorted({*counted}), counted[-1]) == (counted, 2)
    outcome = run(call("edit_image", prompt="at night", images=links))
    assert outcome["results"][0]["is_error"] is False


def test_batch_is_made_meanwhile(run: Run, client: httpx.Client) -> None:
    """Submitted by one run of the program, and looked at by another."""
    own = {"prompt": "a dog", "seed": 7}
    outcome = run(call("submit_batch", prompts=["a cat", own], size="256x256", title="Pets"))
    (submitted,) = outcome["results"]
    assert submitted["is_error"] is False
    batch_id = submitted["structure"]["id"]
    assert batch_id in submitted["content"][0]["text"]
    path = f"/v1/batches/{batch_id}"
    wait_until(lambda: client.get(path).json()["status"] == "completed")
    (seen,) = run(call("get_batch", id=batch_id))["results"]
    assert seen["structure"]["title"] == "Pets"
    assert sorted(image["prompt"] for image in seen["structure"]["images"]) == ["1", "2"]
    for image in seen["structure"]["images"]:
        made = Image.open(io.BytesIO(httpx.get(image["url"]).content))
        assert made.size == (256, 256)


def test_errors_reach_the_agent(run: Run) -> None:
    """What it can mend as a result, in our words; what it cannot as an error of the client."""
    outcome = run(
        call("generate_image", prompt="x emulate:flagged"),
        call("generate_image", prompt="x", n=11),
        call("edit_image", prompt="x", images=["https://example.com/a.png"]),
        call("draw"),
    )
    *failed, unknown = outcome["results"]
    assert [each["is_error"] for each in failed] == [True] * 3
    for result, words in zip(failed, ("flagged", "n must be", "fetches nothing"), strict=True):
        assert words in result["content"][0]["text"]
    assert "Unknown tool" in unknown["refused"]


def test_wrong_key_is_refused(run: Run) -> None:
    """No client takes it for a server of another kind; most show what we say."""
    assert re.search(r"Incorrect API key|\(HTTP 401\)", run(key="sk-wrong")["failed"])
