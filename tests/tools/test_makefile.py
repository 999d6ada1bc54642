"""The Makefile: what it explains, and what it removes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = [name for name in re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE) if name != "help"]
OWN = ".dev.vars"
"""What git ignores, but is the user's."""


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "setup"])
def test_target_is_explained(target: str) -> None:
    """In `make help`, and in CONTRIBUTING."""
    said = subprocess.check_output(["make", "--silent", "help"], cwd=ROOT, text=True)
    assert re.search(rf"^make {target} ", said, re.MULTILINE)
    assert re.search(rf"`make {target}\b", (ROOT / "CONTRIBUTING.md").read_text())


def test_clean_removes_whatever_git_ignores_but_secrets(tmp_path: Path) -> None:
    """Packages, caches, pictures; at the top, and Python's caches in any folder."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    ignored = (ROOT / ".gitignore").read_text().split()
    for folder in (tmp_path, tmp_path / "src/flux2"):
        folder.mkdir(parents=True, exist_ok=True)
        for pattern in ignored:
            file = folder / pattern.replace("*", "x")
            if pattern.endswith("/"):
                file.mkdir()
                file /= "file"
            file.touch()
    subprocess.run(["make", "--silent", "clean"], cwd=tmp_path, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"Makefile", OWN, "src"}
    left = {path.name for path in (tmp_path / "src/flux2").iterdir()}
    assert not left & {"__pycache__", "x.pyc"}
