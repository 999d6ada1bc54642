"""The version: `src/flux2/__init__.py` says it, and what package managers read repeats it."""

import re
from collections.abc import Mapping

from flux2 import __version__
from tools import ROOT

REPEATED = ("pyproject.toml", "uv.lock", "package.json", "package-lock.json")
_BESIDE_THE_NAME = re.compile(
    r"""("?name"?\s*[:=]\s*"flux2-workers-ai",?\s+"?version"?\s*[:=]\s*")[^"]*"""
)


def write_packages() -> Mapping[str, str]:
    """Each of these files with the version in it, by its path."""
    return {path: _put((ROOT / path).read_text(encoding="utf-8")) for path in REPEATED}


def _put(text: str) -> str:
    return _BESIDE_THE_NAME.sub(rf"\g<1>{__version__}", text)
