"""Files: what was sent for batches, and what they have put out."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

from flux2.access.auth import Caller
from flux2.batches.lines import INPUT
from flux2.bindings import Value
from flux2.database import require_database, translated
from flux2.errors import InvalidValue, NotFound, RequestTooLarge, StorageUnavailable
from flux2.ports import Buffer
from flux2.services import Services, require_storage

MOST_BYTES = 24_000_000
"""Workers KV keeps 25 MiB under a name (Cloudflare's reference, "KV, Limits")."""
KEPT_FOR = 31 * 86_400
"""Seconds, unless somebody says otherwise; the longest window is 30 days."""
Purpose = Literal["batch", "batch_output"]


@dataclass(frozen=True)
class File:
    """A row of the table `files`."""

    id: str
    key_id: str
    purpose: Purpose
    filename: str
    bytes: int
    created_at: int
    expires_at: int
    batch_id: str | None = None
    """Of what this is the output."""
    status: Literal["completed", "failed"] | None = None
    """Which of its lines."""


_COLUMNS = ", ".join(field.name for field in fields(File))
MOST_OF_KEY = 100_000_000
"""Bytes that the inputs of a caller's key may have; KV has 1 GB on the Free plan."""
_ADD = f"""INSERT INTO files ({_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
WHERE ?2 = 'owner' OR {MOST_OF_KEY} >= ?5 + (
  SELECT COALESCE(SUM(bytes), 0) FROM files
  WHERE key_id = ?2 AND purpose = 'batch' AND expires_at > ?6)
RETURNING id"""
_REMOVE = "DELETE FROM files WHERE id = ?1"
_OWN = f"""SELECT {_COLUMNS} FROM files
WHERE id = ?1 AND (?2 = 'owner' OR key_id = ?2) AND expires_at > ?3"""
_PAGE = """SELECT {columns} FROM files
WHERE key_id = ?1 AND expires_at > ?4 AND (?5 IS NULL OR purpose = ?5)
  AND (?3 IS NULL OR (created_at, id) {sign} (SELECT created_at, id FROM files WHERE id = ?3))
ORDER BY created_at {order}, id {order} LIMIT ?2"""
_PAGES = {
    "desc": _PAGE.format(columns=_COLUMNS, sign="<", order="DESC"),
    "asc": _PAGE.format(columns=_COLUMNS, sign=">", order="ASC"),
}
Order = Literal["asc", "desc"]


def draw_id(services: Services) -> str:
    return f"file-{services.new_id()[:24]}"


async def keep_input(
    file_id: str, parts: Sequence[str | Buffer], seconds: int, services: Services
) -> None:
    """Keep the bytes of an input. Raises BindingMissing or StorageUnavailable."""
    storage = require_storage(services)
    try:
        await storage.put_parts(INPUT + file_id, parts, seconds)
    except OSError as exc:
        services.log.event("input_not_kept")
        raise StorageUnavailable(
            "The KV namespace RESULTS did not take the file. Try again; on the Free plan it takes "
            "1,000 a day."
        ) from exc


async def add_input(
    file: File, parts: Sequence[str | Buffer], seconds: int, services: Services
) -> None:
    """Keep an input under its id, as a file. Raises RequestTooLarge if its key has too many,
    BindingMissing or StorageUnavailable."""
    database = require_database(services)
    values: list[Value] = [getattr(file, field.name) for field in fields(File)]
    with translated(services):
        is_added = await database.find("id", _ADD, *values) is not None
    if not is_added:
        raise RequestTooLarge(
            f"The files of this API key may have at most {MOST_OF_KEY // 10**6} MB together. "
            "Delete those that are not needed any more."
        )
    try:
        await keep_input(file.id, parts, seconds, services)
    except BaseException:
        with translated(services):
            await database.execute((_REMOVE, (file.id,)))
        raise


async def find(file_id: str, caller: Caller, services: Services) -> File:
    """Raises NotFound, also for what is somebody else's; BindingMissing or StorageUnavailable."""
    database = require_database(services)
    with translated(services):
        rows = await database.query(_OWN, file_id, caller.id, int(services.now()))
    if not rows:
        raise NotFound("There is no such file, or not any more.")
    return File(**rows[0])


async def list_page(
    limit: int,
    after: str | None,
    purpose: Purpose | None,
    order: Order,
    caller: Caller,
    services: Services,
) -> tuple[Sequence[File], bool]:
    """List the caller's own; tell whether there are more. Raises InvalidValue, BindingMissing or
    StorageUnavailable."""
    database = require_database(services)
    if after is not None:
        try:
            await find(after, caller, services)
        except NotFound:
            raise InvalidValue("after must be the id of a file.", param="after") from None
    values = caller.id, limit + 1, after, int(services.now()), purpose
    with translated(services):
        rows = await database.query(_PAGES[order], *values)
    return [File(**row) for row in rows[:limit]], len(rows) > limit


async def read_input(file: File, services: Services) -> Buffer:
    """Read what was sent. Raises NotFound or StorageUnavailable."""
    try:
        content = await require_storage(services).get(INPUT + file.id)
    except OSError as exc:
        raise StorageUnavailable("The file cannot be read at the moment. Try again.") from exc
    if content is None:
        raise NotFound("There is no such file, or not any more.")
    return content


async def delete(file_id: str, caller: Caller, services: Services) -> None:
    """Raises as `find`. Images of a batch stay, under their links, until their time is over."""
    file = await find(file_id, caller, services)
    with translated(services):
        await require_database(services).execute((_REMOVE, (file.id,)))
        if file.purpose == "batch":
            await require_storage(services).delete(INPUT + file.id)
