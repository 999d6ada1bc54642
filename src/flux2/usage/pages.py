"""Sums of usage, each page of them by one statement."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flux2.bindings import Database
from flux2.days import DAY
from flux2.usage.buckets import SECONDS, Buckets, Width

Group = Literal["api_key_id", "model", "size", "source", "line_item"]

_COLUMNS: Mapping[Group, str] = {
    "api_key_id": "key_id",
    "model": "model",
    "size": "size",
    "source": "source",
    "line_item": "model",
}
"""Also all that a statement may say that comes from outside; the rest is bound."""


@dataclass(frozen=True)
class Filters:
    """What to count; of an empty list everything."""

    api_key_ids: Sequence[str] = ()
    models: Sequence[str] = ()
    """Full ids."""
    sizes: Sequence[str] = ()
    sources: Sequence[str] = ()


@dataclass(frozen=True)
class Sum:
    of: Mapping[Group, str]
    """What it was grouped by."""
    requests: int
    images: int
    micros: int


@dataclass(frozen=True)
class _Table:
    name: str
    time: str
    """The column that says when."""
    unit: int
    """How many seconds are one of that column."""
    bucket: str
    """Where a row's bucket begins."""
    requests: str
    """How many requests a group's rows stand for."""


def _find_table(width: Width) -> _Table:
    """Days have sums of their own, which are kept for good."""
    if width == "1d":
        return _Table("days", "day", DAY, f"day * {DAY}", "SUM(requests)")
    return _Table("requests", "at", 1, f"at - at % {SECONDS[width]}", "COUNT(*)")


def _write_filter(column: str, number: int) -> str:
    """A list is bound as JSON, for D1 binds at most 100 values (Cloudflare's reference, "D1,
    Limits")."""
    return f"(?{number} IS NULL OR {column} IN (SELECT value FROM json_each(?{number})))"


_FILTERS = " AND ".join(
    _write_filter(column, number)
    for number, column in enumerate(("key_id", "model", "size", "source"), 3)
)


async def sum_up(
    database: Database, buckets: Buckets, groups: Sequence[Group], filters: Filters
) -> Mapping[int, Sequence[Sum]]:
    """Sum up what was used: the begin of each bucket in which something was -> its groups' sums.

    Raises OSError.
    """
    table = _find_table(buckets.width)
    # D1 binds every number as a float, so the days are divided here.
    span = buckets.begin // table.unit, buckets.end // table.unit
    lists = filters.api_key_ids, filters.models, filters.sizes, filters.sources
    bound = [json.dumps(each) if each else None for each in lists]
    sums: defaultdict[int, list[Sum]] = defaultdict(list)
    for row in await database.query(_write(table, groups), *span, *bound):
        sums[row["bucket"]].append(_read(row, groups))
    return sums


def _write(table: _Table, groups: Sequence[Group]) -> str:
    columns = ", ".join(["bucket", *(_COLUMNS[group] for group in groups)])
    return (
        f"SELECT {table.bucket} AS {columns}, {table.requests} AS requests,"
        " SUM(images) AS images, SUM(micros) AS micros"
        f" FROM {table.name} WHERE {table.time} >= ?1 AND {table.time} < ?2 AND {_FILTERS}"
        f" GROUP BY {columns} ORDER BY {columns}"
    )


def _read(row: Mapping[str, Any], groups: Sequence[Group]) -> Sum:
    of = {group: row[_COLUMNS[group]] for group in groups}
    return Sum(of, row["requests"], row["images"], row["micros"])
