"""The runtimes to measure in: what starts a Worker, and whose CPU and memory count."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

from dev import processes
from dev.plain_workerd import PlainWorkerd, find_child
from dev.processes import Process

Listeners = Sequence[Mapping[str, Any]]
"""As `processes.runtime` takes them."""


class Start(Protocol):
    def __call__(
        self, listeners: Listeners, log: IO[str], source: str, flags: Sequence[str] = ()
    ) -> Process:
        """`source` is the path of a Worker; `flags` are Node's, for the embedded runtime."""
        ...


@dataclass(frozen=True)
class Runtime:
    name: str
    start: Start
    find_worker: Callable[[Process], int]
    """The pid of what runs the Worker, once it is ready."""
    find_helper: Callable[[Process], int]
    """The pid of what keeps the bindings, whose memory is not the Worker's."""
    helper: str
    most_growth: float
    """Of memory in a soak: the last fifth's median / the second one's."""
    memory_flags: Sequence[str] = ()
    """With them it tells what it holds; without any it cannot."""
    has_page: bool = True


def _start_embedded(
    listeners: Listeners, log: IO[str], source: str, flags: Sequence[str] = ()
) -> Process:
    """Without the database, which is behind a proxy there that costs more than all the rest."""
    bare = [{**listener, "vars": {**listener["vars"], "DB": None}} for listener in listeners]
    return processes.runtime(bare, log, source=source, flags=flags)


def _start_workerd(
    listeners: Listeners, log: IO[str], source: str, flags: Sequence[str] = ()
) -> Process:
    assert not flags, "they are Node's"
    return PlainWorkerd(listeners, log, source=source, is_database_apart=True)


EMBEDDED = Runtime(
    "embedded",
    _start_embedded,
    find_worker=lambda process: process.pid,
    find_helper=lambda process: find_child(process.pid),
    helper="wrangler's workerd",
    # V8 lets garbage lie and keeps pages for later, so that fifths of the same traffic differ by a
    # tenth; with blobs that nobody let go of (dev/runtime.mjs) it was 1.44 after half a minute.
    most_growth=1.25,
    memory_flags=("--expose-gc", "--import=./bench/memory.mjs"),
)
WORKERD = Runtime(
    "workerd",
    _start_workerd,
    find_worker=lambda process: find_child(process.pid),
    find_helper=lambda process: process.pid,
    helper="Miniflare's Node",
    most_growth=1.1,
    has_page=False,
)
RUNTIMES = {runtime.name: runtime for runtime in (WORKERD, EMBEDDED)}


def chosen() -> Sequence[Runtime]:
    """What the Makefile's RUNTIME names; `all` of them."""
    name = os.environ.get("RUNTIME") or EMBEDDED.name
    if name == "all":
        return [*RUNTIMES.values()]
    if name not in RUNTIMES:
        raise SystemExit(f"RUNTIME must be {', '.join(RUNTIMES)} or all, not {name!r}")
    return [RUNTIMES[name]]
