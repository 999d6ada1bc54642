"""What a batch has put out, read line by line: images are never held but one at a time."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from flux2 import json_text
from flux2.answers.batch_shapes import BatchResult
from flux2.answers.shapes import ErrorDetail, ImageList
from flux2.batches.endings import read_made
from flux2.batches.lines import read_fields
from flux2.batches.output_lines import split, write_never_begun
from flux2.batches.rows import Batch
from flux2.bindings import Storage
from flux2.database import require_database, translated
from flux2.errors import BatchExpired, NotFound, UpstreamError
from flux2.links import KEPT_TEXT
from flux2.ports import Fields, Part
from flux2.services import Services

_AT_ONCE = 50
"""Lines that are looked up together."""
_PAGE = """SELECT number, custom_id, response, made FROM lines
WHERE batch_id = ?1 AND status = ?2 AND number > ?3 ORDER BY number LIMIT ?4"""
_ONE = "SELECT status, response, made, body FROM lines WHERE batch_id = ?1 AND number = 0"
_RESULTS = """SELECT number, custom_id, status, body, response, ended FROM lines
WHERE batch_id = ?1 AND ended > ?2 ORDER BY ended LIMIT ?3"""
_NEWEST = """SELECT number, custom_id, status, body, response, ended FROM lines
WHERE batch_id = ?1 AND ended IS NOT NULL ORDER BY ended DESC LIMIT ?2"""


async def stream(
    batch_id: str, status: Literal["completed", "failed"], storage: Storage, services: Services
) -> AsyncGenerator[Sequence[Part], None]:
    """Write the lines that ended so, in their order. If one cannot be read, this breaks off."""
    database, last = require_database(services), -1
    while True:
        with translated(services):
            rows = await database.query(_PAGE, batch_id, status, last, _AT_ONCE)
        for row in rows:
            last = row["number"]
            async for parts in _write_line(row, storage):
                yield parts
        if len(rows) < _AT_ONCE:
            return


async def _write_line(
    row: Mapping[str, Any], storage: Storage
) -> AsyncGenerator[Sequence[Part], None]:
    """Write one; where its first image is gone, that it is: others can still be read."""
    is_begun = False
    try:
        async for parts in _write(row["response"], row["made"], storage):
            yield parts
            is_begun = True
    except UpstreamError as error:
        if is_begun:
            raise
        line_id = row["response"].partition('"batch_req_')[2].partition('"')[0]
        yield [write_never_begun(row["custom_id"], line_id, "image_not_found", error.message)]
    yield ["\n"]


async def _write(
    text: str, made: str | None, storage: Storage
) -> AsyncGenerator[Sequence[Part], None]:
    """Write a text with its images."""
    names = [image.name for image in read_made(made)]
    for before, name in split(text, names):
        if name is None:
            yield [before]
            continue
        image = await storage.get(KEPT_TEXT + name)
        if image is None:
            raise UpstreamError("The image is not there any more.")
        yield [before, image]


@dataclass(frozen=True)
class Answer:
    """What became of a single image for later."""

    fields: Fields
    """What was asked for."""
    is_begun: bool
    error: ErrorDetail | None
    parts: AsyncGenerator[Sequence[Part], None] | None
    """The document with the images; None if there are none, or not yet."""


async def find_answer(
    batch: Batch, beginning: Mapping[str, Any], storage: Storage, services: Services
) -> Answer:
    """Find what became of it; `beginning` is what its document says besides.

    Raises NotFound or StorageUnavailable.
    """
    with translated(services):
        rows = await require_database(services).query(_ONE, batch.id)
    if not rows:
        raise NotFound("There is no such image, or not any more.")
    row = rows[0]
    fields, is_begun = read_fields(row["body"]), row["status"] != "pending"
    if row["response"] is None:
        return Answer(fields, is_begun, None, None)
    line = json.loads(row["response"])
    if row["status"] != "completed":
        return Answer(fields, is_begun, _find_error(line), None)
    document = {**beginning, **line["response"]["body"], **beginning}
    parts = _write(json_text.write(document), row["made"], storage)
    return Answer(fields, is_begun, None, parts)


def _find_error(line: Mapping[str, Any]) -> ErrorDetail:
    """Find the error of an output line, in the shape of errors."""
    if line["response"] is not None:
        error: ErrorDetail = line["response"]["body"]["error"]
        return error
    told = line["error"]
    return {
        "message": told["message"],
        "type": BatchExpired.type,
        "param": None,
        "code": told["code"],
    }


async def list_results(
    batch: Batch, after: int, limit: int, services: Services
) -> tuple[list[BatchResult], int | None, bool]:
    """List lines that are over, in the order in which they ended, behind `after`; tell the number
    of the last one, and whether there are more."""
    with translated(services):
        rows = await require_database(services).query(_RESULTS, batch.id, after, limit + 1)
    page = rows[:limit]
    last = page[-1]["ended"] if page else None
    return [_describe_result(row) for row in page], last, len(rows) > limit


async def list_newest(batch: Batch, limit: int, services: Services) -> Sequence[BatchResult]:
    """List lines that are over, the newest first."""
    with translated(services):
        rows = await require_database(services).query(_NEWEST, batch.id, limit)
    return [_describe_result(row) for row in rows]


def _describe_result(row: Mapping[str, Any]) -> BatchResult:
    line = json.loads(row["response"])
    is_completed = row["status"] == "completed"
    return {
        "number": row["number"],
        "custom_id": row["custom_id"],
        "status": row["status"],
        "request": None if row["body"] is None else read_fields(row["body"]),
        "response": _leave_images_out(line["response"]["body"]) if is_completed else None,
        "error": None if is_completed else _find_error(line),
    }


def _leave_images_out(document: Mapping[str, Any]) -> ImageList:
    images = [
        {name: value for name, value in image.items() if name != "b64_json"}
        for image in document["data"]
    ]
    return cast(ImageList, {**document, "data": images})
