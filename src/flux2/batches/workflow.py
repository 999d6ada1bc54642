"""What an instance of the workflow does: the lines of one batch."""

from flux2.bindings import Steps
from flux2.services import Services


async def run(batch_id: str, instance: int, steps: Steps, services: Services) -> None:
    """Make what the batch asks for."""
