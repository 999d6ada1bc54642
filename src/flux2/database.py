"""The database as handlers ask it: one that is not bound is said so, one that fails is no bug."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from flux2.bindings import Database, Statement
from flux2.days import DAY
from flux2.errors import StorageUnavailable
from flux2.services import Services, require

_LACKS_TABLES = re.compile("no such table|no such column|has no column named")
"""What SQLite says where no migration has been applied, or not the last one."""
_NO_TABLES = (
    "The database of this deployment lacks its tables, or some of them. Its owner makes them by "
    "`npm run deploy` or `make deploy`; nothing that is kept gets lost."
)
_NOT_NOW = "The database of this deployment cannot be asked at the moment. Try again."
_WRITTEN = "UNIQUE constraint failed: requests"
"""What is said where an attempt that seemed to fail has written a request's row after all."""
_PAUSES = (1, 4)
"""Seconds before the second attempt, and before the third."""


def require_database(services: Services) -> Database:
    """Raises BindingMissing if there is none."""
    need = "This needs the D1 database DB, which keeps keys and usage"
    return require(services.bindings.database, need)


async def persist(
    statements: Sequence[Statement], database: Database, services: Services
) -> OSError | None:
    """Run all of them, or none, if need be at the third attempt; return why that failed too.

    An attempt that seemed to fail may have been made. So statements must change nothing when they
    are run again, or add the row of a request, of which there can be but one.
    """
    for pause in (*_PAUSES, None):
        try:
            await database.execute(*statements)
            return None
        except OSError as exc:
            if _WRITTEN in str(exc):
                return None
            failure = exc
        if pause is not None:
            await services.sleep(pause)
    return failure


@contextmanager
def translated(services: Services) -> Iterator[None]:
    """Where the database cannot be asked, write that to the log, and raise StorageUnavailable.

    What OSError says stays out of the log: it might quote what was kept.
    """
    try:
        yield
    except OSError as exc:
        services.log.event_once("database_unavailable", **describe_failure(exc))
        if _lacks_tables(exc):
            raise StorageUnavailable(_NO_TABLES, retryable=False) from exc
        raise StorageUnavailable(_NOT_NOW) from exc


def write_oldest_days(column: str, table: str) -> str:
    """Write the condition that a time lies before `?1`, of the oldest ones the first two days.

    As many were written in two days, so that what was not deleted for a while is made up for
    without using up the day's allowance of rows written, which callers' budgets need (Cloudflare's
    reference, "D1, Pricing").
    """
    end = f"(SELECT MIN({column}) FROM {table}) / {DAY} * {DAY} + {2 * DAY}"
    return f"{column} < MIN(?1, {end})"


def describe_failure(error: OSError) -> Mapping[str, str]:
    """Describe for the log why the database could not be asked, without what it says."""
    reason = {"reason": "tables_missing"} if _lacks_tables(error) else {}
    return {"kind": type(error).__name__, **reason}


def _lacks_tables(error: OSError) -> bool:
    """Tell whether the database was asked for a table or a column that it does not have."""
    return _LACKS_TABLES.search(str(error)) is not None
