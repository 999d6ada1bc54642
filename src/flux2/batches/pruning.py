"""Batches are deleted with their results, and files when their time is over; their bytes in storage
expire by themselves."""

from flux2.database import describe_failure, write_oldest_days
from flux2.days import DAY
from flux2.services import Services

_GONE_AT = "(COALESCE(completed_at, failed_at, expired_at, cancelled_at) + output_seconds)"


# For a day the same Idempotency-Key gives the same batch, whenever its results are gone.
_OLD_BATCHES = f"{write_oldest_days(_GONE_AT, 'batches')} AND created_at <= ?1 - {DAY}"
_OLD_LINES = f"batch_id IN (SELECT id FROM batches WHERE {_OLD_BATCHES})"
_OLD_FILES = write_oldest_days("expires_at", "files")
_CONDITIONS = {"lines": _OLD_LINES, "batches": _OLD_BATCHES, "files": _OLD_FILES}
"""What goes, in this order: lines are found by their batch."""


async def prune(services: Services) -> None:
    """Delete what is too old. What cannot be done now is done the next time."""
    database, now = services.bindings.database, int(services.now())
    if database is None:
        return
    counting = [
        (f"SELECT COUNT(*) AS rows FROM {table} WHERE {condition}", (now,))
        for table, condition in _CONDITIONS.items()
    ]
    deleting = [
        (f"DELETE FROM {table} WHERE {condition}", (now,))
        for table, condition in _CONDITIONS.items()
    ]
    try:
        counted = await database.transact(*counting, *deleting)
    except OSError as exc:
        services.log.event("batches_not_pruned", **describe_failure(exc))
        return
    rows = {table: counted[place][0]["rows"] for place, table in enumerate(_CONDITIONS)}
    services.log.event("batches_pruned", **rows)
