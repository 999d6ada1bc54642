"""The runtimes that the Worker is tested in: the embedded one, and Cloudflare's workerd."""

import functools
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from dev.plain_workerd import PlainWorkerd
from dev.processes import DidNotStart, Process, runtime, stopped_at_the_end
from dev.workerd import NO_PYTHON, start_wrangler, variables_file
from tools import ROOT

RUNTIME = os.environ.get("RUNTIME") or "embedded"

Variables = Mapping[str, str | None]
"""`None` stands for a binding that is not there."""


@dataclass(frozen=True)
class Variant:
    """A Worker with these variables; `faults` are bindings that do not work: "fails", "hangs"."""

    variables: Variables
    faults: Mapping[str, str] = field(default_factory=dict)

    def listener(self) -> Mapping[str, Any]:
        """As `dev.processes.runtime` takes it."""
        return {"port": 0, "vars": self.variables, "faults": self.faults}


Variants = Mapping[str, Variant]
"""By what is special about each."""

Find = Callable[[str], tuple[str, int]]
"""The address and the process of a variant."""


def start(
    listener: Mapping[str, Any],
    log: io.StringIO,
    *,
    source: Path = ROOT / "src",
    state: Path | None = None,
    hosts: Mapping[str, str] | None = None,
) -> Process:
    """A process of the runtime that is tested, with one Worker, which says its port when it is
    ready. What it leaves in `state` the next one finds there; `hosts` as `dev.processes.runtime`
    takes them."""
    if RUNTIME == "workerd":
        return PlainWorkerd([listener], log, source=source, state=state, hosts=hosts)
    return runtime([listener], log, source=str(source), state=state, hosts=hosts)


@contextmanager
def embedded(variants: Variants, log: io.StringIO) -> Iterator[Find]:
    """One process with a listener for each."""
    worker = runtime([variant.listener() for variant in variants.values()], log)
    with stopped_at_the_end(worker):
        ports = dict(zip(variants, worker.wait_until_ready().split(","), strict=True))
        yield lambda name: (f"http://127.0.0.1:{ports[name]}", worker.pid)


@contextmanager
def workerd(variants: Variants, log: io.StringIO) -> Iterator[Find]:
    """A process for each that a test asks for. Plain workerd, since wrangler's proxy hides a client
    that leaves and breaks off an upload that was answered early."""
    with ExitStack() as stack:
        yield functools.cache(lambda name: stack.enter_context(_worker(variants[name], log)))


def check_workerd() -> None:
    """Ends the session with one line if there is none that can run Python."""
    log = io.StringIO()
    try:
        with _worker(Variant({}), log):
            return
    except DidNotStart as exc:
        if str(exc) != NO_PYTHON:
            sys.stderr.write(log.getvalue())
        reason = str(exc)
    pytest.exit(f"RUNTIME=workerd: {reason}", returncode=1)


@contextmanager
def _worker(variant: Variant, log: io.StringIO) -> Iterator[tuple[str, int]]:
    worker = PlainWorkerd([variant.listener()], log)
    with stopped_at_the_end(worker):
        port = worker.wait_until_ready()
        yield f"http://127.0.0.1:{port}", worker.find_worker()


@contextmanager
def wrangler(variables: Mapping[str, str], log: io.StringIO) -> Iterator[str]:
    """The address of the Worker as `make workerd` serves it, with the page beside it, and with
    nothing in its bindings."""
    with variables_file() as write, TemporaryDirectory() as state:
        process = start_wrangler(0, write(variables), log, Path(state))
        with stopped_at_the_end(process):
            yield process.wait_until_ready()


RUNTIMES = {"embedded": embedded, "workerd": workerd}
