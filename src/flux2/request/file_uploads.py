"""A file that is sent for batches: OpenAI's form, or its lines alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from flux2.errors import InvalidValue, MissingParameter, RequestTooLarge, UnsupportedMediaType
from flux2.ports import Buffer, Request
from flux2.request import bodies, multipart
from flux2.request.batch_fields import LONGEST_KEPT, MOST_LISTED, SHORTEST_KEPT
from flux2.request.bodies import Memory
from flux2.request.parts import Part
from flux2.request.queries import Query

_LONGEST_TEXT = 1000
_LONGEST_NAME = 200
_USUAL_NAME = "batch.jsonl"
_EXPIRY = "expires_after"
_ANCHOR, _SECONDS = f"{_EXPIRY}[anchor]", f"{_EXPIRY}[seconds]"
_NAMES = ("purpose", "file", _ANCHOR, _SECONDS)


@dataclass(frozen=True)
class Upload:
    content: Buffer
    filename: str
    seconds: int | None
    """How long it is to be kept, if that was said."""


class FilesQuery(Query):
    """Which of the files to list."""

    limit: int = Field(MOST_LISTED, ge=1, le=10_000, description="How many at most.")
    after: str | None = Field(None, description="The last id of the page before.")
    purpose: Literal["batch", "batch_output"] | None = Field(None, description="Only of this one.")
    order: Literal["asc", "desc"] | None = Field(
        None, description="By the time of their creation; `desc` by default."
    )


async def read(request: Request, memory: Memory, most_bytes: int) -> Upload:
    """Read it. Raises an InvalidRequest that names the field."""
    body = await bodies.receive(request, memory)
    content_type = request.header("content-type") or ""
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        raise UnsupportedMediaType(
            "A file is sent as multipart/form-data, with the fields purpose and file."
        )
    parts = _by_name(multipart.parse(body, content_type))
    _check_purpose(parts.get("purpose"))
    file = parts.get("file")
    if file is None:
        raise MissingParameter("file is required: lines of JSON.", param="file")
    if file.content.size > most_bytes:
        raise RequestTooLarge(
            f"file may have at most {most_bytes // 10**6} MB, not {file.content.size:,} bytes.",
            param="file",
        )
    seconds = _read_seconds([parts.get(_ANCHOR), parts.get(_SECONDS)])
    return Upload(file.content, (file.filename or _USUAL_NAME)[:_LONGEST_NAME], seconds)


def _by_name(parts: Sequence[Part]) -> Mapping[str, Part]:
    """Find each part by its name. Fields that are not here are ignored; a file is not, nor how long
    it is to be kept."""
    found: dict[str, Part] = {}
    for part in parts:
        name = part.name[:100]
        if name in found and name in _NAMES:
            raise InvalidValue(f"{name} was given more than once.", param=name)
        if name.startswith(_EXPIRY) and name not in _NAMES:
            raise InvalidValue(f"{name} is written as {_ANCHOR} and {_SECONDS}.", param=name)
        found[name] = part
    return found


def _check_purpose(part: Part | None) -> None:
    if part is None:
        raise MissingParameter("purpose is required: batch.", param="purpose")
    if _read_text(part) != "batch":
        raise InvalidValue("purpose must be batch: files are here for batches.", param="purpose")


def _read_seconds(parts: Sequence[Part | None]) -> int | None:
    if parts == [None, None]:
        return None
    anchor, seconds = ("" if part is None else _read_text(part) for part in parts)
    is_number = seconds.isdecimal() and len(seconds) < 10
    if anchor != "created_at" or not is_number or not SHORTEST_KEPT <= int(seconds) <= LONGEST_KEPT:
        raise InvalidValue(
            'expires_after must have the anchor "created_at" and seconds from '
            f"{SHORTEST_KEPT:,} to {LONGEST_KEPT:,}.",
            param="expires_after",
        )
    return int(seconds)


def _read_text(part: Part) -> str:
    return part.content.read(0, _LONGEST_TEXT).decode(errors="replace").strip()
