"""The address of the repository, which stands in one place and is put into every document."""

import re
import subprocess
from pathlib import Path

import pytest

from tools import ROOT, repository

OURS = repository.find()
FORK = "https://github.com/mia-lin/pictures"


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_fork_is_named_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the button, in links, and in the commands, with the folder that a clone of it makes."""
    monkeypatch.setattr(repository, "find", lambda: FORK)
    made = repository.write_documents()
    for readme in ("README.md", "README.zh-TW.md"):
        assert f"?url={FORK})" in made[readme]
        assert f"git clone {FORK} && cd pictures\n" in made[readme]
    for path, text in made.items():
        assert OURS not in text, path
        assert text.replace(FORK, OURS) == read(path).replace(
            "&& cd flux2-workers-ai", "&& cd pictures"
        )


def _documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.md", "*.yml", "*.toml", "package.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split() if "vendor" not in name]


@pytest.mark.parametrize("path", _documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_reader_has_nothing_to_fill_in(path: Path) -> None:
    """Nobody's name is left open, and no copy but this one is named."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\S*YOUR[_-]\S*", text) == []
    folder = re.escape(OURS.rpartition("/")[2])
    assert {*re.findall(rf"https://[\w.]+/[\w.-]+/{folder}\b", text)} <= {OURS}
