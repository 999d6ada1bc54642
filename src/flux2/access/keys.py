"""The keys that the owner made for others, as the database has them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flux2.access.auth import WRONG_KEY, Caller
from flux2.database import translated
from flux2.days import Period, find_begin, find_day
from flux2.errors import InvalidApiKey, StorageUnavailable
from flux2.services import Services

_MEMORY = 60
"""Seconds for which a key need not be looked up before the body of a request is read; a request
that spends something looks again."""
_MOST_REMEMBERED = 1000

# Micros of a row of `keys`. ?1 is today, ?2 the day on which the week began, ?3 the month.
_IN_PERIOD = """day >= CASE limit_reset WHEN 'daily' THEN ?1 WHEN 'weekly' THEN ?2
  WHEN 'monthly' THEN ?3 ELSE 0 END"""


def _add_up(table: str, condition: str = "TRUE") -> str:
    return f"""(SELECT COALESCE(SUM(micros), 0) FROM {table}
  WHERE key_id = keys.id AND {condition})"""


RESERVED = _add_up("reservations", _IN_PERIOD)
SPENT = f"{_add_up('spending', _IN_PERIOD)} + {RESERVED}"
# Each column has its name here, so that SQLite says which one is missing.
COLUMNS = f"""id, name, created_at, expires_at, disabled, models, rpm, limit_micros, limit_reset,
  {RESERVED} AS reserved, {SPENT} AS spent,
  {_add_up("spending", "day = ?1")} + {_add_up("reservations", "day = ?1")} AS spent_today,
  {_add_up("spending")} + {_add_up("reservations")} AS spent_in_all"""
_BY_HASH = f"SELECT {COLUMNS} FROM keys WHERE hash = ?4"


@dataclass(frozen=True)
class Key:
    """A row of the table `keys`, and sums of the tables `spending` and `reservations`."""

    id: str
    name: str
    created_at: int | None
    """None: it is the owner's."""
    expires_at: int | None
    is_disabled: bool
    models: Sequence[str] | None
    rpm: int | None
    limit_micros: int | None
    limit_reset: Period | None
    spent: int
    """Micros in the current period of the limit, with what is reserved."""
    reserved: int
    """Of these, what requests that are not over may still cost."""
    spent_today: int
    spent_in_all: int


def read_row(row: Mapping[str, Any]) -> Key:
    """Read a row that was selected with COLUMNS."""
    models = row["models"]
    return Key(
        id=row["id"],
        name=row["name"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        is_disabled=bool(row["disabled"]),
        models=None if models is None else json.loads(models),
        rpm=row["rpm"],
        limit_micros=row["limit_micros"],
        limit_reset=row["limit_reset"],
        spent=row["spent"],
        reserved=row["reserved"],
        spent_today=row["spent_today"],
        spent_in_all=row["spent_in_all"],
    )


def find_days(now: float) -> tuple[int, int, int]:
    """Find today, and the days on which this week and this month began: ?1 to ?3 of COLUMNS."""
    day = find_day(now)
    return day, find_begin("weekly", day), find_begin("monthly", day)


async def find(key_hash: str, services: Services) -> Key:
    """Look a key up. Raises InvalidApiKey if it is nobody's or not to be used, or
    StorageUnavailable."""
    database = services.bindings.database
    if database is None:
        services.log.event_once("database_missing")
        raise StorageUnavailable(
            "Keys that the owner made for others cannot be looked up: this deployment has no "
            "database. Its owner binds DB as wrangler.toml does, and deploys again.",
            retryable=False,
        )
    with translated(services):
        rows = await database.query(_BY_HASH, *find_days(services.now()), key_hash)
    if not rows:
        raise InvalidApiKey(WRONG_KEY)
    key = read_row(rows[0])
    _check_usable(key, services.now())
    return key


async def look_again(caller: Caller, services: Services) -> Sequence[str] | None:
    """Look up once more a key that memory may have let in; tell which models it may use, or None
    for all. Raises as `find`."""
    return None if caller.key_hash is None else (await find(caller.key_hash, services)).models


def _check_usable(key: Key, now: float) -> None:
    if key.is_disabled:
        raise InvalidApiKey("This API key is disabled. Ask the owner of this deployment.")
    if key.expires_at is not None and key.expires_at <= now:
        raise InvalidApiKey("This API key has expired. Ask the owner of this deployment.")


async def identify(key_hash: str, services: Services, *, from_memory: bool) -> Caller:
    """Tell whose key it is. Raises as `find`.

    `from_memory` lets what this isolate saw a moment ago be enough.
    """
    now = services.now()
    if from_memory and (known := services.known_keys.get(key_hash)) is not None:
        key_id, until = known
        if now < until:
            return Caller(key_id, key_hash)
    key = await find(key_hash, services)
    if len(services.known_keys) >= _MOST_REMEMBERED:
        services.known_keys.clear()
    until = min(now + _MEMORY, key.expires_at or now + _MEMORY)
    services.known_keys[key_hash] = key.id, until
    return Caller(key.id, key_hash, key.models)
