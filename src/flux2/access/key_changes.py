"""How the owner makes, lists and changes keys. A key itself is told once and kept nowhere."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from flux2.access.auth import KEY_PREFIX, hash_key
from flux2.access.keys import COLUMNS, Key, find_days, read_row
from flux2.bindings import Statement, Value
from flux2.database import require_database, translated
from flux2.errors import InvalidValue, NotFound
from flux2.services import Services

Columns = Mapping[str, Value | Sequence[str] | bool]
"""Values by the columns of the table `keys`."""

_ONE = f"SELECT {COLUMNS} FROM keys WHERE id = ?4"
_PAGE = f"""SELECT {COLUMNS} FROM keys
WHERE ?5 IS NULL OR (created_at, id) < (SELECT created_at, id FROM keys WHERE id = ?5)
ORDER BY created_at DESC, id DESC LIMIT ?4"""


async def create(columns: Columns, services: Services) -> tuple[Key, str]:
    """Make a key; tell also the key itself."""
    key_id, key = f"key_{services.new_id()[:24]}", _draw(services)
    given = {
        **columns,
        "id": key_id,
        "hash": hash_key(key),
        "created_at": int(services.now()),
    }
    places = ", ".join(f"?{place}" for place in range(1, len(given) + 1))
    sql = f"INSERT INTO keys ({', '.join(given)}) VALUES ({places}) RETURNING id"
    _, made = await _write((sql, [*map(_encode, given.values())]), key_id, services)
    return made, key


async def find(key_id: str, services: Services) -> Key:
    """Raises NotFound, BindingMissing or StorageUnavailable."""
    database = require_database(services)
    with translated(services):
        rows = await database.query(_ONE, *find_days(services.now()), key_id)
    if not rows:
        raise _tell_unknown()
    return read_row(rows[0])


async def list_page(
    limit: int, after: str | None, services: Services
) -> tuple[Sequence[Key], bool]:
    """List the newest first, at most `limit`, behind the key `after`; tell whether there are more.

    Raises InvalidValue if there is no such key, BindingMissing or StorageUnavailable."""
    database = require_database(services)
    days = find_days(services.now())
    with translated(services):
        rows = await database.query(_PAGE, *days, limit + 1, after)
    if not rows and after is not None:
        await _check_after(after, services)
    return [read_row(row) for row in rows[:limit]], len(rows) > limit


async def _check_after(after: str, services: Services) -> None:
    try:
        await find(after, services)
    except NotFound:
        raise InvalidValue("after must be the id of a key.", param="after") from None


async def change(key_id: str, columns: Columns, services: Services) -> Key:
    """Change these, and nothing else. Raises as `find`, and InvalidValue if a budget would begin
    anew that is none."""
    if not columns:
        return await find(key_id, services)
    places = {name: f"?{place}" for place, name in enumerate(columns, 2)}
    changed = ", ".join(f"{name} = {place}" for name, place in places.items())
    sql = f"UPDATE keys SET {changed} WHERE id = ?1 AND {_write_rule(places)} RETURNING id"
    values = [key_id, *map(_encode, columns.values())]
    is_changed, key = await _write((sql, values), key_id, services)
    if not is_changed:
        raise _tell_reset_without_limit()
    return key


def check_reset(columns: Columns) -> None:
    """Raises InvalidValue if the budget of a new key would begin anew that is none."""
    if columns.get("limit_reset") is not None and columns.get("limit_micros") is None:
        raise _tell_reset_without_limit()


def _write_rule(places: Mapping[str, str]) -> str:
    """Write the same rule in SQL, for what stands in a row after a change of these columns: two
    changes at once may each be right alone. Whoever changes neither column is not asked for it."""
    limit, reset = (places.get(name, name) for name in ("limit_micros", "limit_reset"))
    if (limit, reset) == ("limit_micros", "limit_reset"):
        return "TRUE"
    return f"({limit} IS NOT NULL OR {reset} IS NULL)"


def _tell_reset_without_limit() -> InvalidValue:
    return InvalidValue(
        "limit_reset needs limit_usd or limit_neurons; without a budget it has to be null.",
        param="limit_reset",
    )


async def rotate(key_id: str, services: Services) -> tuple[Key, str]:
    """Put another key in place of one, which ends at once. Raises as `find`."""
    key = _draw(services)
    return await change(key_id, {"hash": hash_key(key)}, services), key


async def delete(key_id: str, services: Services) -> None:
    """End a key; what it has spent stays in the sums. Raises as `find`."""
    database = require_database(services)
    with _forgetting(services):
        found = await database.find("id", "DELETE FROM keys WHERE id = ?1 RETURNING id", key_id)
    if found is None:
        raise _tell_unknown()


async def _write(statement: Statement, key_id: str, services: Services) -> tuple[bool, Key]:
    """Run a statement that returns a row if it has changed the key; tell whether it has, and the
    key as it is now. All of that is done or nothing: a secret is told, or it is none.

    Raises as `find`."""
    database = require_database(services)
    read = _ONE, (*find_days(services.now()), key_id)
    with _forgetting(services):
        changed, found = await database.transact(statement, read)
    if not found:
        raise _tell_unknown()
    return bool(changed), read_row(found[0])


@contextmanager
def _forgetting(services: Services) -> Iterator[None]:
    """Do as `translated`, and forget what is remembered of keys: also what seems to fail may have
    changed one."""
    try:
        with translated(services):
            yield
    finally:
        services.known_keys.clear()


def _tell_unknown() -> NotFound:
    return NotFound("There is no key with this id. GET /v1/keys lists them.")


def _draw(services: Services) -> str:
    """256 bits, as base64 for URLs: nobody can guess them, and a link can carry them."""
    drawn = bytes.fromhex(services.new_id() + services.new_id())
    return KEY_PREFIX + base64.urlsafe_b64encode(drawn).decode().rstrip("=")


def _encode(value: Value | Sequence[str] | bool) -> Value:
    """Write a list as JSON, and true as 1."""
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, str | int) else json.dumps(value)
