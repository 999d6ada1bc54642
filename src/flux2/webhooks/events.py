"""What can be told: the event of a batch that is over."""

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from flux2 import json_text

EventType = Literal["batch.completed", "batch.failed", "batch.expired", "batch.cancelled"]
"""Those of OpenAI's that can happen here."""
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


@dataclass(frozen=True)
class Event:
    """What happened; its text is the same in each of its deliveries."""

    id: str
    """`evt_…`, by which a receiver knows an event that it has had before."""
    created_at: int
    """Unix seconds."""
    type: EventType
    batch_id: str

    @property
    def text(self) -> str:
        """The body of a delivery."""
        return json_text.write(
            {
                "id": self.id,
                "object": "event",
                "created_at": self.created_at,
                "type": self.type,
                "data": {"id": self.batch_id},
            }
        )


def make_event(type: EventType, batch_id: str, at: float) -> Event:
    """Make the event of a batch that was over at that Unix time. As a batch ends once, the id
    follows from it: whoever makes the event again makes the same one."""
    digest = hashlib.sha256(f"{type} {batch_id}".encode()).hexdigest()
    return Event(f"evt_{digest[:32]}", int(at), type, batch_id)
