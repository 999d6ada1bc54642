"""What is done once a day, when nobody asks for it."""

from collections.abc import Awaitable, Callable, Sequence

from flux2 import gallery
from flux2.answers.errors import explain
from flux2.batches import pruning as batches
from flux2.batches.reviving import revive_all
from flux2.services import Services
from flux2.usage import pruning as usage

WORK: Sequence[Callable[[Services], Awaitable[None]]] = (
    revive_all,
    usage.prune,
    batches.prune,
    gallery.prune,
)


async def run(services: Services) -> None:
    """Do all of it; what fails does not take the rest with it."""
    for act in WORK:
        try:
            await act(services)
        except Exception as error:
            explain(error, services.log)
