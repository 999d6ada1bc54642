"""The database as handlers ask it: one that is not bound is said so, one that fails is no bug."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flux2.bindings import Database, Statement
from flux2.errors import BindingMissing, StorageUnavailable
from flux2.services import Services


def require_database(services: Services) -> Database:
    """Raises BindingMissing if there is none."""
    database = services.bindings.database
    if database is None:
        raise BindingMissing(
            "This needs the D1 database DB, which keeps keys and usage and is not bound. Bind it "
            "as wrangler.toml does, and deploy again."
        )
    return database


_PAUSES = (1, 4)
"""Seconds before the second attempt, and before the third."""
_WRITTEN = "UNIQUE constraint failed"


async def persist(statements: Sequence[Statement], database: Database, services: Services) -> bool:
    """Run all of them, or none, if need be at the third attempt; tell whether it succeeded.

    An attempt that seemed to fail may have been made. So statements must change nothing when they
    are run again, or add a row that there can be but once.
    """
    for pause in (*_PAUSES, None):
        try:
            await database.execute(*statements)
            return True
        except OSError as exc:
            if _WRITTEN in str(exc):
                return True
            if pause is not None:
                await services.sleep(pause)
    return False


@contextmanager
def translated(services: Services) -> Iterator[None]:
    """Where the database cannot be asked, write that to the log, and raise StorageUnavailable.

    What OSError says stays out of the log: it might quote what was kept.
    """
    try:
        yield
    except OSError as exc:
        services.log.event_once("database_unavailable", kind=type(exc).__name__)
        raise StorageUnavailable(
            "The database of this deployment cannot be asked at the moment. Try again."
        ) from exc
