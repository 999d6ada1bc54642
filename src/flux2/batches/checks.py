"""A step in which some lines of a batch are checked."""

from flux2.batches import progress
from flux2.batches.checking import MOST_LINES, check, refuse_known
from flux2.batches.lines import INPUT
from flux2.batches.rows import Batch
from flux2.bindings import Database
from flux2.services import Services

_GONE = "The input file is not there any more."


async def check_some(batch_id: str, database: Database, services: Services) -> Batch:
    """Check the next lines, and begin with the images once there are none left. Raises OSError."""
    batch = await progress.load(batch_id, database)
    if batch.status != "validating":
        return batch
    storage = services.bindings.results
    name = INPUT + batch.input_file_id
    input = None if storage is None else await storage.get(name)
    if input is None:
        await progress.refuse(batch, "input_not_found", _GONE, database, services.now())
    elif batch.position < input.size and batch.total <= MOST_LINES:
        checked, position = check(batch, input, services)
        known = await progress.find_known(batch, checked, database)
        checked = refuse_known(checked, known, services)
        await progress.add_lines(batch, checked, position, database, services.now())
    else:
        await progress.begin(batch, database, services.now())
    return await progress.load(batch_id, database)
