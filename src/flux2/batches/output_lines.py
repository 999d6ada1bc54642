"""Lines of a batch's output, in OpenAI's shape, with names in the places of images."""

import re
from collections.abc import Iterator, Sequence

from flux2 import json_text
from flux2.answers.errors import describe
from flux2.errors import ApiError
from flux2.generation.keeping import PLACEHOLDER

_PLACEHOLDER = re.compile(re.escape(PLACEHOLDER).replace(r"\{\}", "([0-9a-f]{32})"))
PLACEHOLDER_SIZE = len(PLACEHOLDER.format("0" * 32))


def write_made(line_id: str, custom_id: str | None, run: str, document: str) -> str:
    """Write one whose request was answered with `document`, which is JSON."""
    return _write(line_id, custom_id, _answer(200, run, document))


def write_failed(line_id: str, custom_id: str | None, run: str | None, error: ApiError) -> str:
    """Write one whose request was answered with an error; `run` is None where it never began."""
    document = json_text.write({"error": describe(error)})
    return _write(line_id, custom_id, _answer(error.status, run, document))


def write_never_begun(custom_id: str | None, line_id: str, code: str, message: str) -> str:
    """Write one that was not come to."""
    error = json_text.write({"code": code, "message": message})
    return _write(line_id, custom_id, "null", error)


def _answer(status: int, run: str | None, document: str) -> str:
    request_id = json_text.write(None if run is None else f"req_{run}")
    return f'{{"status_code":{status},"request_id":{request_id},"body":{document}}}'


def _write(line_id: str, custom_id: str | None, response: str, error: str = "null") -> str:
    names = json_text.write({"id": f"batch_req_{line_id}", "custom_id": custom_id})
    return f'{names[:-1]},"response":{response},"error":{error}}}'


def split(text: str, names: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Split a text into what stands before each image, and the name of that; None at the end. Only
    what is among the names is one: prompts may have anything in them."""
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        if match[1] in names:
            yield text[position : match.start()], match[1]
            position = match.end()
    yield text[position:], None
