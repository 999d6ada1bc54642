"""What chat programs ask behind the user's back: a title, tags, follow-up questions."""

from collections.abc import Sequence
from typing import Any

from flux2.request.chat.messages import get_role

_BEGINNING = "### Task:"
_HISTORY = ("<chat_history>", "</chat_history>")


def is_task(messages: Sequence[Any]) -> bool:
    """Whether this is a task that Open WebUI gives a chat's model beside each message of it: one
    message that begins and goes on as all of its templates do, behind the model's system prompt
    where it has one. An image of that would be paid for, and seen by nobody."""
    *before, message = messages
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, str) or not content.startswith(_BEGINNING):
        return False
    is_alone = all(get_role(each) == "system" for each in before)
    return is_alone and all(tag in content for tag in _HISTORY)
