"""A runtime whose parent was killed ends as well, also while it says something to nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tools import ROOT

TALKING = """
export default {
  fetch() {
    setInterval(() => console.log("Still here."), 5);
    return new Response();
  },
};
"""
PARENT = """
import sys, time
import httpx
from dev.plain_workerd import PlainWorkerd
from dev.processes import runtime

kind, source = sys.argv[1:]
start = runtime if kind == "embedded" else PlainWorkerd
child = start([{"port": 0, "vars": {}}], sys.stderr, source=source)
httpx.get(f"http://127.0.0.1:{child.wait_until_ready()}/v1/").raise_for_status()
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["embedded", "workerd"])
def test_runtime_ends_with_its_parent(kind: str, tmp_path: Path) -> None:
    source = tmp_path / "talking.js"
    source.write_text(TALKING)
    command = [sys.executable, "-c", PARENT, kind, os.path.relpath(source, ROOT)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    wait_until(lambda: not is_running(child))


def is_running(group: int) -> bool:
    """A process or one that it has started."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
