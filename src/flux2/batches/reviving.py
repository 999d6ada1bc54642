"""Batches that nobody drives any more, since the engine gave one up: another instance goes on."""

from flux2.batches import progress
from flux2.batches.rows import BATCH_COLUMNS, IS_OPEN, Batch, read_batch
from flux2.services import Services

SILENCE = 120
"""Seconds in which nothing happened though nothing was waited for: then the engine is asked."""
_SILENT = f"""SELECT {BATCH_COLUMNS} FROM batches
WHERE {IS_OPEN} AND touched_at < ?1
  AND (resumes_at IS NULL OR resumes_at < ?1) LIMIT 20"""


async def revive_all(services: Services) -> None:
    """Look at all batches, once a day. What cannot be done now is done the next time."""
    database = services.bindings.database
    if database is None:
        return
    try:
        silent = await database.query(_SILENT, int(services.now()) - SILENCE)
    except OSError as exc:
        _note(exc, services)
        return
    for row in silent:
        await revive(read_batch(row), services)


async def revive(batch: Batch, services: Services) -> None:
    """Look at one that somebody asks about; it never fails."""
    database, workflow = services.bindings.database, services.bindings.batches
    quiet_since = max(batch.touched_at, batch.resumes_at or 0)
    is_silent = services.now() - quiet_since >= SILENCE
    if batch.is_over or database is None or workflow is None or not is_silent:
        return
    try:
        if await workflow.is_over(batch.instance_name):
            services.log.event("batch_revived", batch_id=batch.id)
            await progress.start_next(batch.id, batch.instance, database, workflow)
    except OSError as exc:
        _note(exc, services)


def _note(error: OSError, services: Services) -> None:
    services.log.event("batches_not_revived", kind=type(error).__name__)
