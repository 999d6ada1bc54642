"""Markdown as the tests of the documents read it: snippets, headings, tables, links."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from tools import ROOT
from tools.guides import find_anchor

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r'\]\(([^)\s]+)\)|src="([^"]+)"')


@dataclass(frozen=True)
class Snippet:
    language: str
    code: str
    where: str
    """File and line."""

    @property
    def first_line(self) -> str:
        return self.code.partition("\n")[0]


@dataclass(frozen=True)
class Document:
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def snippets(self) -> Sequence[Snippet]:
        return [
            Snippet(
                match[1], match[2], f"{self.path.relative_to(ROOT)}:{self._line(match.start())}"
            )
            for match in _FENCE.finditer(self.text)
        ]

    def _line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    @cached_property
    def prose(self) -> str:
        """All but the snippets."""
        return _FENCE.sub("", self.text)

    @property
    def headings(self) -> Sequence[tuple[int, str]]:
        """Level and words."""
        found = re.findall(r"^(#+) (.+)$", self.prose, re.MULTILINE)
        return [(len(marks), words) for marks, words in found]

    @property
    def anchors(self) -> set[str]:
        """As GitHub makes them."""
        return {find_anchor(words) for _, words in self.headings}

    @property
    def tables(self) -> Sequence[Sequence[Sequence[str]]]:
        """Rows of cells, without the line below the first row."""
        lines = self.prose.splitlines()
        tables = [list(g) for is_row, g in groupby(lines, lambda line: line[:1] == "|") if is_row]
        return [[_cells(row) for row in table if set(row) - set("|-: ")] for table in tables]

    @property
    def links(self) -> Iterator[str]:
        for match in _LINK.finditer(self.prose):
            yield match[1] or match[2]


def _cells(row: str) -> Sequence[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


@dataclass(frozen=True)
class Language:
    """All that is said to users in one of them: the README, then the guides by name."""

    documents: Mapping[str, Document]

    @property
    def readme(self) -> Document:
        return self.documents["README"]

    @cached_property
    def prose(self) -> str:
        return "\n".join(document.prose for document in self.documents.values())

    @property
    def snippets(self) -> Sequence[Snippet]:
        return [snippet for document in self.documents.values() for snippet in document.snippets]

    @property
    def tables(self) -> Sequence[Sequence[Sequence[str]]]:
        return [table for document in self.documents.values() for table in document.tables]


def _read(readme: str, guides: str) -> Language:
    found = {path.stem: Document(path) for path in sorted((ROOT / guides).glob("*.md"))}
    return Language({"README": Document(ROOT / readme), **found})


ENGLISH = _read("README.md", "docs")
CHINESE = _read("README.zh-TW.md", "docs/zh-TW")
LANGUAGES = {"English": ENGLISH, "Chinese": CHINESE}
OTHERS = [
    Document(ROOT / f"{name}.md") for name in ("CHANGELOG", "CONTRIBUTING", "RELEASING", "SECURITY")
]
ALL = {
    document.path.relative_to(ROOT).as_posix(): document
    for document in (*ENGLISH.documents.values(), *CHINESE.documents.values(), *OTHERS)
}
