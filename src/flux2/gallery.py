"""Images that are kept for whoever asked for them: the table `images`, where `KEEP_IMAGES` says so.

Their bytes are in storage. One that was deleted stays in the list as long as it would have been
kept, as deleted, and at the place of what is new: so everybody who has taken it hears of that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from flux2.access.auth import Caller
from flux2.bindings import Bindings, Database
from flux2.database import (
    describe_failure,
    persist,
    require_database,
    translated,
    write_oldest_days,
)
from flux2.errors import InvalidValue, NotFound
from flux2.services import Services, require_storage

ID = "img_"
"""What ids begin with."""


@dataclass(frozen=True)
class KeptImage:
    """A row of the table, but for its place in the list."""

    id: str
    key_id: str
    created_at: int
    expires_at: int
    name: str | None
    """In storage; None where it was deleted."""
    facts: str | None
    """JSON of what is told of it besides; where it was deleted, of the place that it had before."""


_COLUMNS = ", ".join(field.name for field in fields(KeptImage))
_ADD = f"INSERT OR IGNORE INTO images ({_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
_OWN = f"SELECT {_COLUMNS} FROM images WHERE id = ?1 AND key_id = ?2 AND expires_at > ?3"
_PAGE = f"""SELECT {_COLUMNS} FROM images
WHERE key_id = ?1 AND expires_at > ?4 AND (?5 OR name IS NOT NULL)
  AND (?3 IS NULL OR position < (
    SELECT CASE WHEN ?5 OR name IS NOT NULL THEN position
      ELSE coalesce(json_extract(facts, '$.position'), position) END
    FROM images WHERE id = ?3))
ORDER BY position DESC LIMIT ?2"""
"""Who is told of no deletions has seen an image where it was before it was deleted."""
_MARK_AS_DELETED = """INSERT OR REPLACE INTO images (id, key_id, created_at, expires_at, facts)
SELECT id, key_id, created_at, expires_at, json_object('position', position)
FROM images WHERE id = ?1 AND name IS NOT NULL"""


def find_lacks(bindings: Bindings) -> Iterator[str]:
    """Tell what is missing where `KEEP_IMAGES` is set."""
    if bindings.database is None:
        yield "KEEP_IMAGES needs the D1 database DB, which is not bound"
    if bindings.results is None:
        yield "KEEP_IMAGES needs the KV namespace RESULTS, which is not bound"


def find_days(services: Services) -> int:
    """Find how many days images are kept; 0: they are not, or what it needs is missing.

    Raises ConfigurationError.
    """
    days = services.settings.kept_days
    return 0 if days and any(find_lacks(services.bindings)) else days


async def add(image: KeptImage, database: Database, services: Services) -> None:
    """Put an image into the list, at whatever failure."""
    values = [getattr(image, field.name) for field in fields(KeptImage)]
    failure = await persist([(_ADD, values)], database, services)
    if failure is not None:
        services.log.event("image_not_listed", **describe_failure(failure))


async def find(image_id: str, caller: Caller, services: Services) -> KeptImage:
    """Raises NotFound, also for what is somebody else's; BindingMissing or StorageUnavailable."""
    image = await _find(image_id, caller, services)
    if image is None or image.name is None:
        raise NotFound("There is no such image, or not any more.")
    return image


async def _find(image_id: str, caller: Caller, services: Services) -> KeptImage | None:
    """Find one of the caller's, also one that was deleted."""
    database = require_database(services)
    with translated(services):
        rows = await database.query(_OWN, image_id, caller.id, int(services.now()))
    return KeptImage(**rows[0]) if rows else None


async def list_page(
    limit: int, after: str | None, *, with_deleted: bool, caller: Caller, services: Services
) -> tuple[Sequence[KeptImage], bool]:
    """List the caller's own, the newest first, at most `limit`, behind the image `after`; tell
    whether there are more. Raises InvalidValue, BindingMissing or StorageUnavailable."""
    database = require_database(services)
    if after is not None and await _find(after, caller, services) is None:
        raise InvalidValue("after must be the id of an image.", param="after")
    values = caller.id, limit + 1, after, int(services.now()), int(with_deleted)
    with translated(services):
        rows = await database.query(_PAGE, *values)
    return [KeptImage(**row) for row in rows[:limit]], len(rows) > limit


async def delete(image_id: str, caller: Caller, services: Services) -> None:
    """Delete its bytes, and what it was made from. Raises as `find`."""
    image = await find(image_id, caller, services)
    assert image.name is not None
    storage = require_storage(services)
    with translated(services):
        await storage.delete(image.name)
        await require_database(services).execute((_MARK_AS_DELETED, (image.id,)))


_OLD = write_oldest_days("expires_at", "images")


async def prune(services: Services) -> None:
    """Delete rows whose time is over. What cannot be done now is done the next time."""
    database, now = services.bindings.database, int(services.now())
    if database is None:
        return
    try:
        counted, _ = await database.transact(
            (f"SELECT COUNT(*) AS rows FROM images WHERE {_OLD}", (now,)),
            (f"DELETE FROM images WHERE {_OLD}", (now,)),
        )
    except OSError as exc:
        services.log.event("images_not_pruned", **describe_failure(exc))
        return
    services.log.event("images_pruned", rows=counted[0]["rows"])
