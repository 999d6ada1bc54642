"""Every snippet of README and docs/ is run as it stands, against the Worker with the emulator."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.conftest import Server, wait_until
from tests.docs.documents import ENGLISH, LANGUAGES, Language, Snippet
from tools import ROOT, repository
from tools.node import NODE

NOT_RUN = {
    f"git clone {repository.find()} && cd flux2-workers-ai": (
        "needs the internet; tests/tools/test_dev.py runs `make dev`"
    ),
    "pip install requests openai mcp httpx2": "needs the internet; below, that it names all",
    "claude mcp add --transport http flux2 http://localhost:8787/mcp \\": (
        "changes the settings of a program that is not ours to install"
    ),
    "make deploy": "deploys, and needs an account at Cloudflare",
    "make smoke URL=https://flux2-workers-ai.example.workers.dev": "needs a deployment",
}
"""Snippets by their first line, and why they stay as they are."""
PROGRAMS = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
    "js": [NODE, "--input-type=module", "--eval"],
}
URL, KEY = "http://localhost:8787", "sk-local"
LONGEST = 120
"""Seconds that one may take."""

SNIPPETS = [snippet for language in LANGUAGES.values() for snippet in language.snippets]
# What stands in both with the same words is run once.
RUN = {
    snippet.code: snippet
    for snippet in reversed(SNIPPETS)
    if snippet.language in PROGRAMS and snippet.first_line not in NOT_RUN
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody tries a snippet: with the picture of the examples, in a folder of theirs or in
    a clone, and Node's packages installed."""
    work = tmp_path / "work"
    (work / "docs").mkdir(parents=True)
    for copy in ("reference.jpg", "docs/reference.jpg"):
        shutil.copy(ROOT / "docs/reference.jpg", work / copy)
    (work / "node_modules").symlink_to(ROOT / "node_modules")
    return work


@pytest.mark.parametrize("snippet", RUN.values(), ids=lambda snippet: snippet.where)
def test_snippet_does_what_it_says(snippet: Snippet, folder: Path, server: Server) -> None:
    """It ends well, and leaves whole pictures or prints something."""
    before = set(folder.iterdir())
    done = _run(snippet.language, _here(snippet.code, server), folder)
    assert done.returncode == 0, done.stderr
    assert '{"error"' not in done.stdout
    made = set(folder.iterdir()) - before
    for path in made:
        CHECKS[path.suffix](path)
    assert made or done.stdout.strip(), "nothing came of it"


@pytest.mark.parametrize(
    "snippet",
    [snippet for snippet in RUN.values() if re.search("^(if )?curl .*/images/", snippet.code)],
    ids=lambda snippet: snippet.where,
)
def test_curl_shows_an_error_as_text(snippet: Snippet, folder: Path, server: Server) -> None:
    """And leaves no picture that is none."""
    pictures = set(folder.glob("*.jpg"))
    code = _here(snippet.code.replace(KEY, "sk-of-another"), server)
    done = _run(snippet.language, code, folder)
    assert json.loads(done.stdout)["error"]["message"].startswith("Incorrect API key")
    assert set(folder.glob("*.jpg")) == pictures


def _run(language: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAMS[language], code],
        cwd=folder,
        env=_environment(folder.parent),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )


def _here(code: str, server: Server) -> str:
    return code.replace(URL, server.url).replace(KEY, server.key)


def _environment(home: Path) -> dict[str, str]:
    """Without the user's own settings of OpenAI's clients, proxies and curl."""
    hidden = ("OPENAI", "_proxy", "_PROXY")
    own = {n: v for n, v in os.environ.items() if not any(word in n for word in hidden)}
    return {**own, "CURL_HOME": str(home), "PYTHONUTF8": "1"}


def _check_picture(path: Path) -> None:
    with Image.open(path) as image:
        image.load()
        assert image.format == "JPEG"


def _check_json(path: Path) -> None:
    assert "error" not in json.loads(path.read_bytes())


def _check_events(path: Path) -> None:
    assert path.read_text().count("event: image_generation.completed\n") == 2


CHECKS: Mapping[str, Callable[[Path], None]] = {
    ".jpg": _check_picture,
    ".json": _check_json,
    ".txt": _check_events,
}


def test_every_snippet_is_run_or_listed() -> None:
    """A new one cannot escape: it is of a language that is run, or JSON, which is compared."""
    assert {snippet.language for snippet in SNIPPETS} == {*PROGRAMS, "json"}
    firsts = [snippet.first_line for snippet in SNIPPETS]
    assert {name: firsts.count(name) for name in NOT_RUN} == dict.fromkeys(NOT_RUN, len(LANGUAGES))


def test_packages_of_the_snippets_are_named() -> None:
    """One line of `pip install`, one of `npm install`: whoever has copied them can run the rest."""
    (install,) = (s.code.split("\n") for s in ENGLISH.snippets if s.code.startswith("pip install"))
    of_python, of_node = ({*line.split()[2:]} for line in install[:2])
    imported = _find_imports("python", r"^(?:import|from) (\w+)") - {*sys.stdlib_module_names}
    assert of_python == imported
    assert of_node == _find_imports("js", r' from "([^":]+)"')


def _find_imports(language: str, pattern: str) -> set[str]:
    codes = (s.code for s in ENGLISH.snippets if s.language == language)
    return {name for code in codes for name in re.findall(pattern, code, re.MULTILINE)}


# JSON that shows what comes back


def _answer(client: httpx.Client, server: Server) -> Any:
    body = {"prompt": "x", "size": "1024x768", "seed": 7}
    return client.post("/v1/images/generations", json=body).json()


def _new_key(client: httpx.Client, server: Server) -> Any:
    budget = {"limit_neurons": 2000, "limit_reset": "daily"}
    body = {"name": "Mia", **budget, "models": ["flux-2-klein-4b"]}
    return client.post("/v1/keys", json=body).json()


def _log_line(client: httpx.Client, server: Server) -> Any:
    response = client.post("/v1/images/generations", json={"prompt": "x", "size": "1024x768"})
    request_id = response.headers["x-request-id"]
    wait_until(lambda: request_id in server.log.getvalue())
    lines = server.log.getvalue().splitlines()
    return json.loads(next(line for line in lines if request_id in line))


def _error(client: httpx.Client, server: Server) -> Any:
    body = {"prompt": "x", "steps": 99}
    return client.post("/v1/images/generations", json=body).json()


REAL = (_answer, _new_key, _log_line, _error)
"""What the JSON snippets show, in their order."""
VARIES = (
    "id",
    "created",
    "created_at",
    "resets_at",
    "key",
    "b64_json",
    "request_id",
    "prompt",
    "revised_prompt",
    "duration_ms",
    "upstream_ms",
)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_json_is_what_really_comes(
    language: Language, client: httpx.Client, server: Server
) -> None:
    """The same members in the same order, and the same values but for what differs each time."""
    shown = [json.loads(s.code) for s in language.snippets if s.language == "json"]
    assert len(shown) == len(REAL)
    for document, real in zip(shown, REAL, strict=True):
        assert _fixed(document) == _fixed(real(client, server))


def _fixed(value: Any) -> Any:
    """As text, so that the order of members counts."""
    if isinstance(value, dict):
        return [(k, "…" if k in VARIES else _fixed(v)) for k, v in value.items()]
    return [_fixed(item) for item in value] if isinstance(value, list) else repr(value)
