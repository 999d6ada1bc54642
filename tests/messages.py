"""What the Worker tells its callers, as its source has it; the documents and examples quote it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from flux2.errors import list_errors
from tools import ROOT

HOLE = "\0"
"""Where something is filled in."""
NOT_HERE = ("errors.py", "refusals.py")
"""They quote messages themselves."""
FEWEST = 10
"""Characters that a text has besides its holes, or else it would resemble anything."""


@cache
def list_texts() -> frozenset[str]:
    """Every text of the source. Errors of lines are told in the words of their examples."""
    of_lines = (error.example for error in list_errors() if not error.is_answer)
    return frozenset((*_find_texts(), *of_lines))


def _find_texts() -> Iterator[str]:
    for path in (ROOT / "src/flux2").rglob("*.py"):
        if path.name in NOT_HERE and path.parent.name == "flux2":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else HOLE for p in node.values]
                yield "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.replace("{}", HOLE)


def is_said(message: str) -> bool:
    """Whether it is a text of the source with its holes filled, or the first sentences of one."""
    return any(pattern.fullmatch(message) for pattern in _list_patterns())


@cache
def _list_patterns() -> list[re.Pattern[str]]:
    beginnings = {
        beginning
        for text in list_texts()
        for beginning in accumulate(re.split(r"(?<=\.) ", text), "{} {}".format)
        if len(beginning.replace(HOLE, "")) > FEWEST
    }
    return [
        re.compile(".+".join(map(re.escape, beginning.split(HOLE))), re.DOTALL)
        for beginning in beginnings
    ]
