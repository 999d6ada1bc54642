"""Markdown as the tests of the documents read it: snippets, headings, tables, links."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from tools import ROOT

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
            Snippet(match[1], match[2], f"{self.path.name}:{self._line(match.start())}")
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
        return {
            re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _, words in self.headings
        }

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


ENGLISH = Document(ROOT / "README.md")
CHINESE = Document(ROOT / "README.zh-TW.md")
READMES = {document.path.name: document for document in (ENGLISH, CHINESE)}
ALL = {
    **READMES,
    **{name: Document(ROOT / name) for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")},
}
