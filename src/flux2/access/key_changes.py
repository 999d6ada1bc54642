"""How the owner makes, lists and changes keys. A key itself is told once and kept nowhere."""

import base64
import json
from collections.abc import Mapping, Sequence

from flux2.access.auth import KEY_PREFIX, hash_key
from flux2.access.keys import COLUMNS, Key, find_days, read_row
from flux2.bindings import Value
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
    await _run(sql, [*map(_encode, given.values())], services)
    return await find(key_id, services), key


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
    """Change these, and nothing else. Raises as `find`."""
    if columns:
        changed = ", ".join(f"{name} = ?{place}" for place, name in enumerate(columns, 2))
        sql = f"UPDATE keys SET {changed} WHERE id = ?1 RETURNING id"
        await _run(sql, [key_id, *map(_encode, columns.values())], services)
    return await find(key_id, services)


async def rotate(key_id: str, services: Services) -> tuple[Key, str]:
    """Put another key in place of one, which ends at once. Raises as `find`."""
    key = _draw(services)
    return await change(key_id, {"hash": hash_key(key)}, services), key


async def delete(key_id: str, services: Services) -> None:
    """End a key; what it has spent stays in the sums. Raises as `find`."""
    await _run("DELETE FROM keys WHERE id = ?1 RETURNING id", [key_id], services)


async def _run(sql: str, values: Sequence[Value], services: Services) -> None:
    """Run a statement that returns the id of the key that it has found."""
    database = require_database(services)
    with translated(services):
        found = await database.find("id", sql, *values)
    services.known_keys.clear()
    if found is None:
        raise _tell_unknown()


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
