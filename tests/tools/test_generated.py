"""Files that are made from others."""

import pytest

from tools import ROOT
from tools.generate import VENDORED, files

MADE = files()


@pytest.mark.parametrize("path", MADE)
def test_file_is_what_it_is_made_from(path: str) -> None:
    """`make generate` writes them anew."""
    assert (ROOT / path).read_bytes() == MADE[path]


def test_nothing_else_is_vendored() -> None:
    """What no package explains has no business there."""
    here = {path.relative_to(ROOT).as_posix() for path in (ROOT / "assets/vendor").rglob("*.*")}
    expected = {
        f"assets/vendor/{package}/{name}" for package in VENDORED for name in VENDORED[package]
    }
    assert here - expected == set()
