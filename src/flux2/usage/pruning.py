"""Rows of requests are kept for 90 days; what they add up to is kept for good."""

from flux2.database import describe_failure, write_oldest_days
from flux2.days import DAY, find_day
from flux2.services import Services

KEPT_DAYS = 90

_TOO_OLD = write_oldest_days("at", "requests")
_COUNT = f"SELECT COUNT(*) AS rows FROM requests WHERE {_TOO_OLD}"
_DELETE = f"DELETE FROM requests WHERE {_TOO_OLD}"


def find_oldest(now: float) -> int:
    """Find the Unix time from which on all rows are kept."""
    return (find_day(now) - KEPT_DAYS) * DAY


async def prune(services: Services) -> None:
    """Delete rows that are too old. What cannot be done now is done the next time."""
    database = services.bindings.database
    if database is None:
        return
    oldest = find_oldest(services.now())
    try:
        counted = await database.query(_COUNT, oldest)
        await database.execute((_DELETE, (oldest,)))
    except OSError as exc:
        services.log.event("usage_not_pruned", **describe_failure(exc))
        return
    services.log.event("usage_pruned", rows=counted[0]["rows"])
