"""The judge of every answer that a unit test gets: it must be what `flux2.answers.shapes` says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from flux2.answers import batch_shapes, chat_shapes, shapes
from flux2.app import ROUTES
from flux2.errors import ApiError, list_errors
from flux2.handlers import mcp
from flux2.paths import normalize
from tests.unit import mcp_shapes
from tools.openapi.answers import EVENTS, JSON, SHAPES

ERRORS = {error.code: error for error in list_errors()}
EVENT = re.compile(r"(?:event: (?P<name>\S+)\n)?data: (?P<data>.+)")


def check(
    path: str, status: int, headers: Mapping[str, str], text: str, method: str = "POST"
) -> None:
    """`text` is the whole body of an answer to a request for `path`."""
    media_type = headers["content-type"]
    if path == mcp.PATH and '"jsonrpc"' in text:
        mcp_shapes.check(status, media_type, text)
        return
    if status >= 400:
        assert media_type == JSON
        _check_error(status, headers, text)
        return
    route = next(
        route for route in ROUTES if route.method == method and route.matches(normalize(path))
    )
    shape = batch_shapes.Job if status == 202 else SHAPES[route.name][media_type]
    if media_type == EVENTS:
        _check_events(shape, text)
    elif shape:
        _check_images(_validate(shape, text))


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _validate(shape: Any, text: str) -> Any:
    return _adapter(shape).validate_json(text, strict=True, extra="forbid")


def _check_error(status: int, headers: Mapping[str, str], text: str) -> None:
    kind = _find_kind(_validate(shapes.Error, text)["error"])
    assert status == kind.status
    if not kind.retryable and status >= 429:
        assert headers["x-should-retry"] == "false"


def _find_kind(detail: shapes.ErrorDetail) -> type[ApiError]:
    kind = ERRORS[detail["code"]]
    assert detail["type"] == kind.type
    return kind


def _check_events(shape: Any, text: str) -> None:
    if shape is chat_shapes.ChatChunk:
        _check_chunks(shape, [*_read_events(text)])
        return
    for name, data in _read_events(text):
        if name is None:
            _find_kind(_validate(shapes.Error, data)["error"])
            continue
        event = _validate(shape, data)
        assert event["type"] == name
        assert _is_one_of_both(event)


def _check_chunks(shape: Any, events: Sequence[tuple[str | None, str]]) -> None:
    """They have no names; the last one says that all was said, or why not."""
    *chunks, (_, last) = events
    for name, data in chunks:
        assert name is None
        _validate(shape, data)
    if last != "[DONE]":
        _find_kind(_validate(shapes.Error, last)["error"])


def _read_events(text: str) -> Iterator[tuple[str | None, str]]:
    assert text.endswith("\n\n"), "the last event has no end"
    for block in text[:-2].split("\n\n"):
        if not block.startswith(":"):
            event = EVENT.fullmatch(block)
            assert event, block
            yield event["name"], event["data"]


def _check_images(document: Any) -> None:
    if document.get("object") == "image.generation":
        for image in document.get("data", ()):
            assert "url" in image if "status" in document else _is_one_of_both(image)
        for error in document.get("errors", ()):
            _find_kind(error)
        if "error" in document:
            _find_kind(document["error"])


def _is_one_of_both(image: Any) -> bool:
    """What `shapes` says to JSON Schema only."""
    return ("b64_json" in image) != ("url" in image)
