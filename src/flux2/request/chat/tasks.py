"""What chat programs ask behind the user's back: a title, tags, follow-up questions."""

from collections.abc import Sequence
from typing import Any

_BEGINNING = "### Task:"
_HISTORY = ("<chat_history>", "</chat_history>")


def is_task(messages: Sequence[Any]) -> bool:
    """Whether this is a task that Open WebUI gives a chat's model beside each message of it: one
    message that begins and goes on as all of its templates do. An image of that would be paid for,
    and seen by nobody."""
    message = messages[0]
    content = message.get("content") if len(messages) == 1 and isinstance(message, dict) else None
    if not isinstance(content, str) or not content.startswith(_BEGINNING):
        return False
    return all(tag in content for tag in _HISTORY)
