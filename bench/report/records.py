"""What was measured, kept in files, so that one part of the report can be made anew and the others
stay as they are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from bench.rounds import Result

FOLDER = Path(__file__).parent.parent / "records"

Machine = Mapping[str, str]
Counts = Mapping[str, float]
"""By kind."""
Stage = Mapping[str, float]
"""Milliseconds: `wall` and `cpu`."""


@dataclass(frozen=True)
class Cases:
    """In one runtime; its name is in the file's name."""

    machine: Machine
    results: Sequence[Result]


@dataclass(frozen=True)
class Inside:
    """What only the embedded runtime can count."""

    machine: Machine
    crossings: Mapping[str, Mapping[str, Counts]]
    """By worker and case."""
    imports: Sequence[Mapping[str, Stage]]
    upload_mib: float


@dataclass(frozen=True)
class Proxied:
    """One proxy in front of its upstream."""

    added: Sequence[float]
    """Seconds in each round: a request's median, less that of asking upstream directly."""
    rates: Mapping[int, Sequence[float]]
    """Requests a second, by the number in flight."""
    cpu: Sequence[float]
    """Seconds for each request."""
    resident: Mapping[str, int]
    """Bytes, when idle and at the end."""


@dataclass(frozen=True)
class Beside:
    """Ours and litellm's, by name."""

    machine: Machine
    proxies: Mapping[str, Proxied]


@dataclass(frozen=True)
class KindOfVisit:
    name: str
    requests: int
    failed: int
    seconds: tuple[float, float] | None
    """Of the median and of the 95th in a hundred; `None` where the client leaves."""


@dataclass(frozen=True)
class Soak:
    machine: Machine
    minutes: float
    in_flight: int
    requests: int
    failed: int
    growth: float
    """The last fifth's memory / the second one's."""
    most_growth: float
    slope: float
    """Bytes for each request."""
    resident: Mapping[str, Sequence[int]]
    """Bytes by process: at the start, the medians of the fifths, and the peak."""
    held: Mapping[str, Mapping[str, int]]
    """Bytes by kind of memory, before and after; empty where the runtime cannot tell."""
    kinds: Sequence[KindOfVisit]


@dataclass(frozen=True)
class Gallery:
    """Of so many images; a value for each visit."""

    first_tile: Sequence[float]
    """Seconds until an image of it is there."""
    keystrokes: Sequence[float]
    """Seconds that one takes in the prompt: the median of a visit."""
    slow_frames: Sequence[float]
    """The share of frames that took over 33 ms while scrolling."""
    heap: Sequence[float]
    """Bytes after the garbage collector."""
    elements: Sequence[float]
    """On the page."""


@dataclass(frozen=True)
class Load:
    """Of a page, for the first time."""

    requests: int
    size: int
    """Bytes that came."""
    paint: Sequence[float]
    """Seconds until the first contentful paint, on a connection as quick as can be."""
    slow_paint: Sequence[float]
    """The same on slow 3G."""


@dataclass(frozen=True)
class Page:
    machine: Machine
    galleries: Mapping[str, Gallery]
    """By the number of images."""
    loads: Mapping[str, Load]


CASES = "cases"
SOAK = "soak"
INSIDE = "inside"
BESIDE = "litellm"
PAGE = "page"
_TYPES = {CASES: Cases, SOAK: Soak, INSIDE: Inside, BESIDE: Beside, PAGE: Page}

Record = TypeVar("Record", Cases, Soak, Inside, Beside, Page)


def keep(record: Record, name: str, runtime: str = "") -> None:
    FOLDER.mkdir(exist_ok=True)
    document = TypeAdapter(_TYPES[name]).dump_python(record, mode="json")
    _path(name, runtime).write_text(json.dumps(_shortened(document)) + "\n")


def find(kind: type[Record], name: str, runtime: str = "") -> Record | None:
    """`None` if it was never measured."""
    path = _path(name, runtime)
    return TypeAdapter(kind).validate_json(path.read_text()) if path.exists() else None


def _path(name: str, runtime: str) -> Path:
    return FOLDER / f"{'-'.join(filter(None, [name, runtime]))}.json"


def _shortened(value: object) -> object:
    """Four figures say more than was measured."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _shortened(each) for key, each in value.items()}
    return [_shortened(each) for each in value] if isinstance(value, list) else value
