"""Rows of requests are kept for 90 days; what they add up to is kept for good."""

from flux2.database import describe_failure
from flux2.days import DAY, find_day
from flux2.services import Services

KEPT_DAYS = 90

# Of the oldest rows the first two days at most: as many were written in two days, so that what was
# not done for a while is made up for without using up the day's allowance of rows written, which
# callers' budgets need (Cloudflare's reference, "D1, Pricing").
_TOO_OLD = f"at < MIN(?1, (SELECT MIN(at) FROM requests) / {DAY} * {DAY} + {2 * DAY})"
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
