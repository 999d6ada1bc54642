"""What chat programs ask behind the user's back: a title, tags, questions, the choice of tools."""

from collections.abc import Sequence
from typing import Any

from flux2.request.chat.messages import get_role

_CHOICE_OF_TOOLS = "Your task is to choose and return the correct tool(s) from the list"
"""What Open WebUI says to the system; the query stands in the message of the user."""
_FORMS = (
    ("### Task:", ("<chat_history>", "</chat_history>")),
    ("Your task is to reflect the speaker's likely facial expression through a fitting emoji", ()),
)
"""How its other templates begin, and what is in them besides."""


def is_task(messages: Sequence[Any]) -> bool:
    """Whether this is a task that Open WebUI gives a chat's model beside each message of it: one
    message in the form of its templates, behind the model's system prompt where it has one. An
    image of that would be paid for, and seen by nobody."""
    *before, message = messages
    if any(get_role(each) != "system" for each in before):
        return False
    if any(_CHOICE_OF_TOOLS in _get_text(each) for each in before):
        return True
    text = _get_text(message)
    return any(
        text.startswith(beginning) and all(tag in text for tag in tags)
        for beginning, tags in _FORMS
    )


def _get_text(message: Any) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    return content if isinstance(content, str) else ""
