"""The runtimes that the Worker is tested in: the embedded one, and Cloudflare's workerd."""

import functools
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from dev.processes import DidNotStart, runtime, stopped_at_the_end
from dev.workerd import NO_PYTHON, Wrangler, lay_out, variables_file

RUNTIME = os.environ.get("RUNTIME") or "embedded"

Variants = Mapping[str, Mapping[str, str | None]]
"""Variables by what is special about them; `None` stands for a binding that is not there."""

Find = Callable[[str], tuple[str, int]]
"""The address and the process of a variant."""


@contextmanager
def embedded(variants: Variants, log: io.StringIO) -> Iterator[Find]:
    """One process with a listener for each."""
    worker = runtime([{"port": 0, "vars": variables} for variables in variants.values()], log)
    with stopped_at_the_end(worker):
        ports = dict(zip(variants, worker.wait_until_ready().split(","), strict=True))
        yield lambda name: (f"http://127.0.0.1:{ports[name]}", worker.pid)


@contextmanager
def workerd(variants: Variants, log: io.StringIO) -> Iterator[Find]:
    """A `wrangler dev` for each that a test asks for."""
    with ExitStack() as stack:
        yield functools.cache(lambda name: stack.enter_context(_wrangler(variants[name], log)))


def check_workerd() -> None:
    """Ends the session with one line if there is none that can run Python."""
    log = io.StringIO()
    try:
        with _wrangler({}, log):
            return
    except DidNotStart as exc:
        if str(exc) != NO_PYTHON:
            sys.stderr.write(log.getvalue())
        reason = str(exc)
    pytest.exit(f"RUNTIME=workerd: {reason}", returncode=1)


@contextmanager
def _wrangler(variables: Mapping[str, str | None], log: io.StringIO) -> Iterator[tuple[str, int]]:
    told = {name: value for name, value in variables.items() if value is not None}
    with tempfile.TemporaryDirectory(prefix="flux2-tests-") as name, variables_file() as write:
        folder = Path(name)
        lay_out(folder, variables.keys() - told.keys())
        wrangler = Wrangler(0, write(told), log, folder)
        with stopped_at_the_end(wrangler):
            url = wrangler.wait_until_ready()
            httpx.get(f"{url}/health", timeout=60, verify=False)  # the first one loads Python
            yield url, _find_workerd(wrangler.pid)


def _find_workerd(group: int) -> int:
    """The one that has the Worker; wrangler's smaller one only passes on to it."""
    command = ["ps", "-A", "-o", "pgid=,rss=,pid=,comm="]
    listed = subprocess.run(command, text=True, capture_output=True, check=True).stdout
    processes = [line.split(None, 3) for line in listed.splitlines()]
    found = [
        (int(rss), int(pid))
        for pgid, rss, pid, name in processes
        if int(pgid) == group and Path(name).name.startswith("workerd")
    ]
    return max(found)[1]


RUNTIMES = {"embedded": embedded, "workerd": workerd}
