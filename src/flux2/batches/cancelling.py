"""Cancelling: what runs may come, nothing more is begun, and what was made is kept."""

from flux2.access.auth import Caller
from flux2.batches import lookup
from flux2.batches.rows import Batch
from flux2.database import translated
from flux2.errors import InvalidRequest
from flux2.services import Services

_CANCEL = """UPDATE batches SET status = 'cancelling', cancelling_at = ?2, resumes_at = NULL,
  waits_for = NULL WHERE id = ?1 AND status IN ('validating', 'in_progress')"""


async def cancel(batch: Batch, caller: Caller, services: Services) -> Batch:
    """Cancel one that was found. Raises as `lookup.find`, and InvalidRequest if it is over."""
    if batch.is_over:
        raise InvalidRequest("This is over already; there is nothing to cancel.")
    database, _, workflow = lookup.require_all(services)
    with translated(services):
        await database.execute((_CANCEL, (batch.id, int(services.now()))))
    try:
        await workflow.wake(batch.instance_name)
    except OSError as exc:  # it wakes by itself, later
        services.log.event("batch_not_woken", kind=type(exc).__name__)
    return await lookup.find(batch.id, caller, services)
