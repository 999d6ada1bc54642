"""What is told of keys."""

from collections.abc import Sequence

from flux2 import catalog
from flux2.access.keys import Key as Row
from flux2.answers.key_shapes import FreeDay, Key, KeyList
from flux2.answers.pages import describe_page
from flux2.answers.shapes import Cost
from flux2.days import DAY, find_day, find_reset


def describe(row: Row, now: float) -> Key:
    limit, reset = row.limit_micros, row.limit_reset
    return {
        "id": row.id,
        "object": "api_key",
        "name": row.name,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "disabled": row.is_disabled,
        "models": None if row.models is None else [*row.models],
        "rpm": row.rpm,
        "limit_neurons": None if limit is None else describe_cost(limit)["neurons"],
        "limit_usd": None if limit is None else describe_cost(limit)["usd"],
        "limit_reset": reset,
        "resets_at": None if reset is None else find_reset(reset, find_day(now)),
        "spent": describe_cost(row.spent),
        "spent_today": describe_cost(row.spent_today),
        "spent_in_all": describe_cost(row.spent_in_all),
        "remaining": None if limit is None else describe_cost(max(0, limit - row.spent)),
    }


def describe_list(rows: Sequence[Row], has_more: bool, now: float) -> KeyList:
    return describe_page([describe(row, now) for row in rows], has_more)


def describe_cost(micros: int) -> Cost:
    return {
        "neurons": catalog.from_micros(micros),
        "usd": catalog.to_usd(micros / catalog.MICROS),
    }


def describe_free_day(used_micros: int, now: float) -> FreeDay:
    free = catalog.to_micros(catalog.FREE_NEURONS_PER_DAY)
    return {
        "neurons_per_day": catalog.FREE_NEURONS_PER_DAY,
        "used": describe_cost(used_micros),
        "remaining": describe_cost(max(0, free - used_micros)),
        "resets_at": (find_day(now) + 1) * DAY,
    }
