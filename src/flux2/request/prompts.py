"""A prompt that is text: where that is a JSON object, it is JSON prompting."""

from typing import Any

from flux2 import json_text
from flux2.errors import InvalidValue


def read_prompt(name: str, text: str) -> str | dict[str, Any]:
    """Read a text as that object if it is one. Raises InvalidValue, which calls it `name`, if the
    object is too large."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        value = json_text.parse(text.encode())
    except json_text.TooMuch as exc:
        raise InvalidValue(f"{name} {exc}.", param=name) from None
    except ValueError:
        return text
    return value if isinstance(value, dict) else text
