"""Finding batches: each caller sees its own, and the owner every one that it can name."""

from collections.abc import Sequence

from flux2.access.auth import Caller
from flux2.batches.rows import BATCH_COLUMNS, Batch, read_batch
from flux2.bindings import Database, Storage, Workflow
from flux2.database import require_database, translated
from flux2.errors import InvalidValue, NotFound
from flux2.services import Services, require, require_storage

BATCH, JOB = "batch_", "gen_"
"""What the ids of batches begin with, and of single images for later."""
_OWN = f"SELECT {BATCH_COLUMNS} FROM batches WHERE id = ?1 AND (?2 = 'owner' OR key_id = ?2)"
_PAGE = f"""SELECT {BATCH_COLUMNS} FROM batches
WHERE key_id = ?1 AND id >= '{BATCH}' AND id < 'batch`'
  AND (?3 IS NULL OR (created_at, id) < (SELECT created_at, id FROM batches WHERE id = ?3))
ORDER BY created_at DESC, id DESC LIMIT ?2"""


def require_workflow(services: Services) -> Workflow:
    """Raises BindingMissing if there is none."""
    need = "This needs the Workflow BATCHES, which runs batches"
    return require(services.bindings.batches, need)


def require_all(services: Services) -> tuple[Database, Storage, Workflow]:
    """Find what batches need. Raises BindingMissing."""
    return require_database(services), require_storage(services), require_workflow(services)


async def find(batch_id: str, caller: Caller, services: Services) -> Batch:
    """Raises NotFound, also for what is somebody else's; BindingMissing or StorageUnavailable."""
    database = require_database(services)
    with translated(services):
        rows = await database.query(_OWN, batch_id, caller.id)
    if not rows:
        kind = "image" if batch_id.startswith(JOB) else "batch"
        raise NotFound(f"There is no such {kind}, or not any more.")
    return read_batch(rows[0])


async def find_batch(batch_id: str, caller: Caller, services: Services) -> Batch:
    """Find one that is no single image for later. Raises as `find`."""
    if not batch_id.startswith(BATCH):
        raise NotFound("There is no such batch, or not any more.")
    return await find(batch_id, caller, services)


async def list_page(
    limit: int, after: str | None, caller: Caller, services: Services
) -> tuple[Sequence[Batch], bool]:
    """List the caller's own, the newest first, at most `limit`, behind the batch `after`; tell
    whether there are more. Raises InvalidValue, BindingMissing or StorageUnavailable."""
    database = require_database(services)
    if after is not None:
        await _check_after(after, caller, services)
    with translated(services):
        rows = await database.query(_PAGE, caller.id, limit + 1, after)
    return [read_batch(row) for row in rows[:limit]], len(rows) > limit


async def _check_after(after: str, caller: Caller, services: Services) -> None:
    try:
        await find_batch(after, caller, services)
    except NotFound:
        raise InvalidValue("after must be the id of a batch.", param="after") from None
