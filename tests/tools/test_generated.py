"""Files under assets/ that come from elsewhere, and the one-way rule of the page's modules."""

import re

import pytest

from tools import ROOT
from tools.generate import VENDORED, files

SCRIPTS = ROOT / "assets/js"

# A module imports only from levels before its own.
LEVELS = [
    ["catalog", "store", "memory", "json", "urls", "words/en", "words/zh-tw"],
    ["language", "price", "random", "json-prompt", "gallery"],
    ["draft", "request"],
    ["api", "code", "pictures"],
    ["archive", "queue"],
    ["acts/dialogs", "acts/draft"],
    ["acts/key", "acts/results"],
    ["views/icons"],
    ["views/parts"],
    ["views/header", "views/json-form", "views/references", "views/jobs", "views/gallery",
     "views/dialogs"],
    ["views/composer"],
    ["views/page"],
    ["app"],
]  # fmt: skip
LEVEL = {name: number for number, names in enumerate(LEVELS) for name in names}


@pytest.mark.parametrize("path", files())
def test_file_is_what_it_is_made_from(path: str) -> None:
    """`make generate` writes them anew."""
    assert (ROOT / path).read_bytes() == files()[path]


def test_nothing_else_is_vendored() -> None:
    """What no package explains has no business there."""
    here = {path.relative_to(ROOT).as_posix() for path in (ROOT / "assets/vendor").rglob("*.*")}
    expected = {
        f"assets/vendor/{package}/{name}" for package in VENDORED for name in VENDORED[package]
    }
    assert here - expected == set()


@pytest.mark.parametrize("name", LEVEL)
def test_module_of_the_page_imports_from_below(name: str) -> None:
    """So data flows one way, and the list of files shows it."""
    source = (SCRIPTS / f"{name}.js").read_text()
    folder = (SCRIPTS / name).parent
    for imported in re.findall(r'(?:from|import\() ?"(\.[^"]+)"', source):
        target = (folder / imported).resolve()
        if "vendor" in target.parts:
            continue
        below = target.relative_to(SCRIPTS).with_suffix("").as_posix()
        assert LEVEL[below] < LEVEL[name], f"{name} imports {below}"


def test_every_module_of_the_page_has_a_level() -> None:
    """A new one is put into the list above."""
    assert {
        path.relative_to(SCRIPTS).with_suffix("").as_posix() for path in SCRIPTS.rglob("*.js")
    } == set(LEVEL)


def test_page_preloads_what_it_imports() -> None:
    """All at once, instead of one after the other as they are found."""
    page = (ROOT / "assets/index.html").read_text()
    listed = re.findall(r'<link rel="modulepreload" href="/([^"]+)">', page)
    assert sorted(listed) == sorted(reached("js/app.js") - {"js/app.js"})


def reached(name: str, before: frozenset[str] = frozenset()) -> set[str]:
    """A module and all that it imports, but for what it imports when it needs it."""
    path = ROOT / "assets" / name
    found = {name}
    for imported in re.findall(r'from ?"(\.[^"]+)"', path.read_text()):
        below = (path.parent / imported).resolve().relative_to(ROOT / "assets").as_posix()
        if below not in before:
            found |= reached(below, before | found)
    return found
