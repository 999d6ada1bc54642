"""What `make generate` writes about the page itself: what it preloads, and the list of its files.

The list is what the service worker (assets/sw.js) takes; deployed without it, a change of the page
would never reach those who have been there before.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools import ROOT

ASSETS = ROOT / "assets"
KINDS = {".html", ".js", ".css", ".svg", ".png", ".webmanifest"}
NOT_OF_THE_PAGE = {"docs", "sw.js", "files.js"}
"""In assets/: what is a page of its own, and what cannot be in the list."""

_PRELOAD = '  <link rel="modulepreload" fetchpriority="low" href="/{}">\n'
_PRELOADS = re.compile(r"(?:" + _PRELOAD.replace("{}", '[^"]+') + r")+")


def imports(name: str, *, later: bool = False) -> Iterator[str]:
    """What a module imports: paths from assets/. With `later` also types, and what is not imported
    before it is needed."""
    text = (ASSETS / name).read_text()
    if not later:
        text = re.sub(r"/\*\*.*?\*/", "", text, flags=re.DOTALL)
    beginning = r"from|import\(" if later else "from"
    for imported in re.findall(rf'(?:{beginning}) ?"([./][^"]+)"', text):
        base = ASSETS if imported.startswith("/") else (ASSETS / name).parent
        yield (base / imported.lstrip("/")).resolve().relative_to(ASSETS).as_posix()


def reached(name: str) -> set[str]:
    """A module and all that comes with it."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(imports(name))
    return found


def write_start() -> str:
    """index.html, which preloads what the first module imports: all at once, instead of one after
    the other as they are found."""
    before = (ASSETS / "index.html").read_text()
    names = sorted(reached("js/app.js") - {"js/app.js"})
    return _PRELOADS.sub("".join(_PRELOAD.format(name) for name in names), before, count=1)


def write_list(root: Path = ROOT, made: Mapping[str, bytes] | None = None) -> str:
    """files.js: the SHA-256 of each file of the page by its address, and what names all of them.

    What is `made` is taken as it will be."""
    contents = {**_read(root / "assets"), **_of_the_page(made or {})}
    hashes = {_address(name): _hash(contents[name]) for name in sorted(contents)}
    worker = (root / "assets/sw.js").read_bytes()
    version = hashlib.sha256(json.dumps(hashes).encode() + worker).hexdigest()[:16]
    lines = "".join(f'  "{path}": "{found}",\n' for path, found in hashes.items())
    return (
        "// Made by `make generate`: the files of the page, and the SHA-256 of each.\n"
        f'self.VERSION = "{version}";\n'
        f"self.FILES = {{\n{lines}}};\n"
    )


def problems(root: Path) -> Iterator[str]:
    """What is wrong with the list, in one line."""
    if (root / "assets/files.js").read_text() != write_list(root):
        yield "assets/files.js does not list the page as it is: run `make generate`"


def _read(assets: Path) -> Mapping[str, bytes]:
    found = (path for path in assets.rglob("*") if path.is_file())
    root = assets.parent
    return _of_the_page({path.relative_to(root).as_posix(): path.read_bytes() for path in found})


def _of_the_page(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """By path from assets/."""
    inside = {
        path.removeprefix("assets/"): content
        for path, content in contents.items()
        if path.startswith("assets/") and Path(path).suffix in KINDS
    }
    return {
        name: content
        for name, content in inside.items()
        if name.partition("/")[0] not in NOT_OF_THE_PAGE
    }


def _address(name: str) -> str:
    return "/" if name == "index.html" else f"/{name}"


def _hash(content: bytes) -> str:
    """As `integrity` has it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
