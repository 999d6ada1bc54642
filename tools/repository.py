"""Where the repository is published: pyproject.toml says it, every document repeats it.

Who publishes a fork changes it there; `make generate` does the rest.
"""

import re
import tomllib
from collections.abc import Mapping

from tools import ROOT

_BUTTON = re.compile(r"deploy\.workers\.cloudflare\.com/\?url=([^)\s]+)\)")


def find() -> str:
    """Its address, such as `https://github.com/somebody/flux2-workers-ai`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address: str = project["urls"]["Repository"]
    return address


def write_documents() -> Mapping[str, str]:
    """Every document with the address in it, by its path: the one that was there before, which
    stands behind the README's button, is replaced."""
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    }
    button = _BUTTON.search(texts["README.md"])
    if button is None:
        raise SystemExit("README.md has no Deploy button: its address is that of the repository.")
    now = find()
    return {path: _replace(text, button[1], now) for path, text in texts.items()}


def _replace(text: str, before: str, now: str) -> str:
    """Also the folder that a clone makes."""
    clone = re.compile(rf"(git clone ){re.escape(before)}( && cd )\S+")
    text = clone.sub(lambda found: f"{found[1]}{now}{found[2]}{_folder(now)}", text)
    return re.sub(rf"{re.escape(before)}(?![\w.-])", lambda _: now, text)


def _folder(address: str) -> str:
    return address.rpartition("/")[2]
