"""Batches that nobody drives any more, since the engine gave one up: another instance goes on."""

from flux2.batches import progress
from flux2.batches.rows import BATCH_COLUMNS, Batch, read_batch
from flux2.bindings import Database, Workflow
from flux2.services import Services

SILENCE = 120
"""Seconds in which nothing happened though nothing was waited for: then the engine is asked."""
_SILENT = f"""SELECT {BATCH_COLUMNS} FROM batches
WHERE status IN ('validating', 'in_progress', 'cancelling') AND touched_at < ?1
  AND (resumes_at IS NULL OR resumes_at < ?1) LIMIT 20"""


async def revive_all(services: Services) -> None:
    """Look at all batches, once a day. What cannot be done now is done the next time."""
    database, workflow = services.bindings.database, services.bindings.batches
    if database is None or workflow is None:
        return
    try:
        for row in await database.query(_SILENT, int(services.now()) - SILENCE):
            await _revive(read_batch(row), database, workflow, services)
    except OSError as exc:
        services.log.event("batches_not_revived", kind=type(exc).__name__)


async def revive(batch: Batch, services: Services) -> None:
    """Look at one that somebody asks about; it never fails."""
    database, workflow, now = services.bindings.database, services.bindings.batches, services.now()
    quiet_since = max(batch.touched_at, batch.resumes_at or 0)
    if batch.is_over or database is None or workflow is None or now - quiet_since < SILENCE:
        return
    try:
        await _revive(batch, database, workflow, services)
    except OSError as exc:
        services.log.event("batches_not_revived", kind=type(exc).__name__)


async def _revive(batch: Batch, database: Database, workflow: Workflow, services: Services) -> None:
    if await workflow.is_over(batch.instance_name):
        services.log.event("batch_revived", batch_id=batch.id)
        await progress.start_next(batch.id, batch.instance, database, workflow)
