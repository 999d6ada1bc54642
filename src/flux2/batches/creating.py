"""Batches, and single images for later: how they come into the database, and to the engine."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from flux2.access.auth import Caller
from flux2.answers.batch_shapes import BatchStatus
from flux2.batches import progress
from flux2.batches.lookup import require_all
from flux2.batches.rows import BATCH_COLUMNS, FIND_BATCH, IS_OPEN, Batch, read_batch
from flux2.bindings import Database, Statement, Value, Workflow
from flux2.database import translated
from flux2.days import DAY
from flux2.errors import InvalidValue, RateLimitExceeded, StorageUnavailable
from flux2.ports import Request
from flux2.services import Services

IDEMPOTENCY_KEY = "Idempotency-Key"
LONGEST_KEY = 255

_BY_NAME = f"""SELECT {BATCH_COLUMNS}, request_hash FROM batches
WHERE key_id = ?1 AND idempotency_key = ?2 AND created_at > ?3"""
_FREE_NAME = """UPDATE batches SET idempotency_key = NULL
WHERE key_id = ?1 AND idempotency_key = ?2 AND created_at <= ?3"""
MOST_OPEN = 100
"""Batches and images for later of a caller's key; the owner knows what is there."""
_HAS_ROOM = f"""(?2 = 'owner' OR {MOST_OPEN} > (
  SELECT COUNT(*) FROM batches
  WHERE key_id = ?2 AND {IS_OPEN}))"""
_TOO_MANY = (
    f"This API key has {MOST_OPEN} batches and images for later that are not over. Wait for one of "
    "them, or cancel it."
)
_ADD_LINE = """INSERT INTO lines (batch_id, number, body, status)
SELECT ?1, 0, ?2, 'pending' WHERE EXISTS (SELECT 1 FROM batches WHERE id = ?1)"""


@dataclass(frozen=True)
class Once:
    """What is to be done once, whatever how often it is asked for in a day."""

    name: str
    """The SHA-256 of the header; the header itself is kept nowhere."""
    request_hash: str


@dataclass(frozen=True)
class Order:
    """What a batch is to be."""

    id: str
    endpoint: str
    origin: str
    input_file_id: str
    completion_window: str
    seconds: int
    """Of that window."""
    metadata: Mapping[str, str] | None
    output_seconds: int
    retry_interrupted: bool = False
    line: str | None = None
    """The body of its only line, which has been checked."""
    images: int = 1
    """Of that line."""


def read_once(request: Request, request_hash: str) -> Once | None:
    """Read the header, if there is one. Raises InvalidValue."""
    name = request.header(IDEMPOTENCY_KEY)
    if name is None:
        return None
    if not 0 < len(name) <= LONGEST_KEY:
        raise InvalidValue(
            f"{IDEMPOTENCY_KEY} must have 1 to {LONGEST_KEY} characters.", param=IDEMPOTENCY_KEY
        )
    return Once(sha256(name.encode()).hexdigest(), request_hash)


async def find_again(once: Once | None, caller: Caller, services: Services) -> Batch | None:
    """Find what was made when this was asked for before. Raises InvalidValue if that was something
    else; BindingMissing or StorageUnavailable."""
    database, *_ = require_all(services)
    if once is None:
        return None
    since = int(services.now()) - DAY
    with translated(services):
        rows = await database.query(_BY_NAME, caller.id, once.name, since)
    if not rows:
        return None
    row = dict(rows[0])
    if row.pop("request_hash") != once.request_hash:
        raise InvalidValue(
            f"This {IDEMPOTENCY_KEY} was used for another request in the last 24 hours.",
            param=IDEMPOTENCY_KEY,
        )
    return read_batch(row)


async def create(order: Order, once: Once | None, caller: Caller, services: Services) -> Batch:
    """Make a batch, and have it driven. Raises BindingMissing or StorageUnavailable; then nothing
    is made."""
    database, _, workflow = require_all(services)
    now = int(services.now())
    statements: list[Statement] = []
    if once is not None:
        statements.append((_FREE_NAME, (caller.id, once.name, now - DAY)))
    statements.append(_insert(order, once, caller, now))
    if order.line is not None:
        statements.append((_ADD_LINE, (order.id, order.line)))
    with translated(services):
        *_, found = await database.transact(*statements, (FIND_BATCH, (order.id,)))
    if not found:
        again = await find_again(once, caller, services)
        if again is None:
            raise RateLimitExceeded(_TOO_MANY, retry_after=RateLimitExceeded.LONGEST)
        return again  # another request of that name was quicker
    await _start(order.id, database, workflow, services)
    return read_batch(found[0])


async def _start(batch_id: str, database: Database, workflow: Workflow, services: Services) -> None:
    try:
        await progress.start(batch_id, 0, workflow)
    except OSError as exc:
        services.log.event("batch_not_started", kind=type(exc).__name__)
        with translated(services):
            await database.execute(
                ("DELETE FROM lines WHERE batch_id = ?1", (batch_id,)),
                ("DELETE FROM batches WHERE id = ?1", (batch_id,)),
            )
        raise StorageUnavailable(
            "Cloudflare's Workflows cannot be asked at the moment. Try again."
        ) from exc


def _insert(order: Order, once: Once | None, caller: Caller, now: int) -> Statement:
    status: BatchStatus = "validating" if order.line is None else "in_progress"
    values: dict[str, Value] = {
        "id": order.id,
        "key_id": caller.id,
        "endpoint": order.endpoint,
        "origin": order.origin,
        "input_file_id": order.input_file_id,
        "completion_window": order.completion_window,
        "metadata": None if order.metadata is None else json.dumps(order.metadata),
        "output_seconds": order.output_seconds,
        "retry_interrupted": int(order.retry_interrupted),
        "status": status,
        "created_at": now,
        "in_progress_at": None if order.line is None else now,
        "expires_at": now + order.seconds,
        "total": 0 if order.line is None else 1,
        "most_images": order.images,
        "touched_at": now,
        "idempotency_key": None if once is None else once.name,
        "request_hash": None if once is None else once.request_hash,
    }
    places = ", ".join(f"?{place}" for place in range(1, len(values) + 1))
    sql = (
        f"INSERT INTO batches ({', '.join(values)}) SELECT {places} WHERE {_HAS_ROOM}"
        " ON CONFLICT DO NOTHING"
    )
    return sql, [*values.values()]
