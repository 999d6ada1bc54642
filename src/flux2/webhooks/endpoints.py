"""The endpoints that the owner has registered, as the database has them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flux2 import json_text
from flux2.bindings import Value
from flux2.database import require_database, translated
from flux2.days import DAY
from flux2.errors import InvalidValue, NotFound
from flux2.services import Services
from flux2.webhooks.events import EventType
from flux2.webhooks.signing import draw_secret

MOST = 20
"""How many there may be: each event is a delivery to all that want it."""

Columns = Mapping[str, str | Sequence[str]]
"""Values by the columns that the owner may write: `name`, `url`, `event_types`."""

_COLUMNS = """id, name, url, event_types, secret, previous_secret, previous_until, created_at,
  updated_at"""
_ONE = f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE id = ?1"
_ALL = f"SELECT {_COLUMNS} FROM webhook_endpoints ORDER BY created_at DESC, id DESC"
_WANTED = """SELECT id FROM webhook_endpoints
WHERE EXISTS (SELECT 1 FROM json_each(event_types) WHERE value = ?1) ORDER BY created_at, id"""
_CREATE = f"""INSERT INTO webhook_endpoints
  (id, name, url, event_types, secret, created_at, updated_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6 WHERE (SELECT COUNT(*) FROM webhook_endpoints) < {MOST}
RETURNING {_COLUMNS}"""
# What stands on the right is what was there before.
_ROTATE = f"""UPDATE webhook_endpoints
SET secret = ?2, updated_at = ?3, previous_until = ?4,
  previous_secret = CASE WHEN ?4 IS NULL THEN NULL ELSE secret END
WHERE id = ?1 RETURNING {_COLUMNS}"""
_DELETE = "DELETE FROM webhook_endpoints WHERE id = ?1 RETURNING id"


@dataclass(frozen=True)
class Endpoint:
    """A row of the table `webhook_endpoints`."""

    id: str
    name: str
    url: str
    event_types: Sequence[EventType]
    created_at: int
    updated_at: int
    secret: str = field(repr=False)
    _previous_secret: str | None = field(repr=False)
    _previous_until: int | None

    def list_secrets(self, now: float) -> Sequence[str]:
        """List those that are good now: the last one, and for a while perhaps the one before."""
        previous, until = self._previous_secret, self._previous_until
        is_good = previous is not None and until is not None and now < until
        return [self.secret, previous] if is_good and previous else [self.secret]


async def create(columns: Columns, services: Services) -> Endpoint:
    """Register one, with all its columns.

    Raises InvalidValue if there are too many, BindingMissing or StorageUnavailable."""
    database = require_database(services)
    endpoint_id = f"we_{services.new_id()[:24]}"
    written = [_encode(columns[name]) for name in ("name", "url", "event_types")]
    now = int(services.now())
    with translated(services):
        made = await database.query(_CREATE, endpoint_id, *written, draw_secret(services), now)
    if not made:
        raise InvalidValue(
            f"There are {MOST} webhook endpoints, and there may be no more. Delete one first."
        )
    return _read_row(made[0])


async def list_page(
    limit: int, after: str | None, services: Services
) -> tuple[Sequence[Endpoint], bool]:
    """List the newest first, at most `limit`, behind the endpoint `after`; tell whether there are
    more.

    Raises InvalidValue if there is no such endpoint, BindingMissing or StorageUnavailable."""
    database = require_database(services)
    with translated(services):
        rows = [_read_row(row) for row in await database.query(_ALL)]
    if after is not None:
        places = [place for place, row in enumerate(rows, 1) if row.id == after]
        if not places:
            raise InvalidValue("after must be the id of a webhook endpoint.", param="after")
        rows = rows[places[0] :]
    return rows[:limit], len(rows) > limit


async def find(endpoint_id: str, services: Services) -> Endpoint:
    """Raises NotFound, BindingMissing or StorageUnavailable."""
    with translated(services):
        endpoint = await look_up(endpoint_id, services)
    if endpoint is None:
        raise _tell_unknown()
    return endpoint


async def look_up(endpoint_id: str, services: Services) -> Endpoint | None:
    """Find one that may have been deleted. Raises BindingMissing, or OSError if the database cannot
    be asked."""
    rows = await require_database(services).query(_ONE, endpoint_id)
    return _read_row(rows[0]) if rows else None


async def list_wanting(event_type: EventType, services: Services) -> Sequence[str]:
    """List the ids of those that want to be told of such an event. Raises as `look_up`."""
    rows = await require_database(services).query(_WANTED, event_type)
    return [row["id"] for row in rows]


async def change(endpoint_id: str, columns: Columns, services: Services) -> Endpoint:
    """Change these, and nothing else; the time of the change stays where nothing is another than
    before. Raises as `find`."""
    if not columns:
        return await find(endpoint_id, services)
    database = require_database(services)
    pairs = [f"{name} = ?{place}" for place, name in enumerate(columns, 3)]
    sql = f"""UPDATE webhook_endpoints SET {", ".join(pairs)}, updated_at = ?2
WHERE id = ?1 AND NOT ({" AND ".join(pairs)})"""
    encoded = map(_encode, columns.values())
    values: Sequence[Value] = [endpoint_id, int(services.now()), *encoded]
    with translated(services):
        _, found = await database.transact((sql, values), (_ONE, (endpoint_id,)))
    return _read_only(found)


async def rotate(endpoint_id: str, services: Services, *, keeps_old: bool) -> Endpoint:
    """Put another secret in place of one, which ends at once, or in a day. Raises as `find`."""
    database = require_database(services)
    now = int(services.now())
    until = now + DAY if keeps_old else None
    with translated(services):
        found = await database.query(_ROTATE, endpoint_id, draw_secret(services), now, until)
    return _read_only(found)


async def delete(endpoint_id: str, services: Services) -> None:
    """Forget one; what was not delivered to it yet will not be. Raises as `find`."""
    database = require_database(services)
    with translated(services):
        found = await database.find("id", _DELETE, endpoint_id)
    if found is None:
        raise _tell_unknown()


def _read_only(rows: Sequence[Mapping[str, Any]]) -> Endpoint:
    """Read the row of one that was asked for by its id. Raises NotFound if there is none."""
    if not rows:
        raise _tell_unknown()
    return _read_row(rows[0])


def _read_row(row: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        event_types=json.loads(row["event_types"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        secret=row["secret"],
        _previous_secret=row["previous_secret"],
        _previous_until=row["previous_until"],
    )


def _tell_unknown() -> NotFound:
    return NotFound(
        "There is no webhook endpoint with this id. GET /v1/webhook_endpoints lists all."
    )


def _encode(value: str | Sequence[str]) -> str:
    """Write a list as JSON."""
    return value if isinstance(value, str) else json_text.write(value)
