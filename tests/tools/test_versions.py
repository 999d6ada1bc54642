"""The version of the product: the same wherever it is written down."""

import json
import re
import tomllib
from typing import Any

import pytest

from flux2 import __version__
from tools import ROOT


def _read(name: str) -> str:
    return (ROOT / name).read_text()


def _locked() -> str:
    (package,) = [
        package
        for package in tomllib.loads(_read("uv.lock"))["package"]
        if package["name"] == "flux2-workers-ai"
    ]
    return str(package["version"])


def _newest_in_changelog() -> str:
    """The first that is named below the first heading."""
    _, _, entries = _read("CHANGELOG.md").partition("\n## ")
    found = re.search(r"\d+\.\d+\.\d+", entries)
    assert found
    return found[0]


def _health_example(document: Any) -> str:
    (content,) = document["paths"]["/health"]["get"]["responses"]["200"]["content"].values()
    return str(content["example"]["version"])


NPM_LOCK = json.loads(_read("package-lock.json"))
DOCUMENT = json.loads(_read("assets/openapi.json"))
WRITTEN = {
    "pyproject.toml": tomllib.loads(_read("pyproject.toml"))["project"]["version"],
    "uv.lock": _locked(),
    "package.json": json.loads(_read("package.json"))["version"],
    "package-lock.json": NPM_LOCK["version"],
    "package-lock.json, its first package": NPM_LOCK["packages"][""]["version"],
    "CHANGELOG.md": _newest_in_changelog(),
    "openapi.json": DOCUMENT["info"]["version"],
    "openapi.json, the example of /health": _health_example(DOCUMENT),
}


@pytest.mark.parametrize("place", WRITTEN)
def test_version_is_the_sources(place: str) -> None:
    """`src/flux2/__init__.py` has it; a release changes all of them."""
    assert WRITTEN[place] == __version__
