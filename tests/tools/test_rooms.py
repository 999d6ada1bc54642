"""Which of the development's folders may import which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import ROOT

BELOW = {
    "tools": set(),
    "emulator": set(),
    "dev": {"tools", "emulator"},
    "bench": {"tools", "emulator", "dev"},
}
"""What a folder may import besides the Worker itself; nothing imports the tests."""
ROOMS = {*BELOW, "tests"}


def imported(path: Path) -> Iterator[str]:
    """The folder that each import names, wherever in the module it stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("room", BELOW)
def test_room_imports_from_below(room: str) -> None:
    """So that a command needs no server, and the emulator knows nobody."""
    for path in sorted((ROOT / room).rglob("*.py")):
        assert not {*imported(path)} & (ROOMS - BELOW[room] - {room}), path
