"""What is written of a request when it is over: a row for 90 days, and its part of the sums."""

from collections.abc import Sequence
from dataclasses import dataclass

from flux2.access.budgets import Reservation
from flux2.bindings import Database, Statement
from flux2.database import describe_failure, persist
from flux2.days import find_day
from flux2.plan import Plan, Source
from flux2.services import Services

_SOURCES: dict[Source, str] = {
    "image_generation": "image.generation",
    "image_edit": "image.edit",
}
"""As OpenAI's usage API calls them."""

_ADD_REQUEST = "INSERT INTO requests VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
_ADD_TO_DAY = """
INSERT INTO days VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)
ON CONFLICT (day, key_id, model, size, source) DO UPDATE SET
  requests = days.requests + 1,
  images = days.images + excluded.images,
  micros = days.micros + excluded.micros"""
_ADD_TO_SPENDING = """
INSERT INTO spending VALUES (?1, ?2, ?3)
ON CONFLICT (key_id, day) DO UPDATE SET micros = spending.micros + excluded.micros"""


@dataclass(frozen=True)
class Entry:
    """What became of a request."""

    at: int
    """The Unix time at which it began."""
    plan: Plan
    images: int
    """How many came."""
    micros: int
    """What they cost, and what may have cost though it failed."""
    result: str
    """`ok`, or the code of the first error."""


def make_statements(
    entry: Entry, reserved: Sequence[Reservation], services: Services
) -> Sequence[Statement]:
    """Make those that write it, and what was spent in place of what was reserved: all of them have
    to be run, or none."""
    return [*_record(entry, services), *_settle(entry, reserved)]


async def write(
    entry: Entry, reserved: Sequence[Reservation], database: Database, services: Services
) -> None:
    """Write it, at whatever failure."""
    failure = await persist(make_statements(entry, reserved, services), database, services)
    if failure is not None:
        services.log.event(
            "usage_not_written",
            key_id=entry.plan.caller.id,
            micros=entry.micros,
            images=entry.images,
            **describe_failure(failure),
        )


def _record(entry: Entry, services: Services) -> Sequence[Statement]:
    plan = entry.plan
    key, model, source = plan.caller.id, plan.model.id, _SOURCES[plan.source]
    paid = entry.images, entry.micros
    row = (entry.at, services.log.request_id, key, model, plan.size, plan.steps, source, *paid)
    return [
        (_ADD_REQUEST, (*row, entry.result)),
        (_ADD_TO_DAY, (find_day(entry.at), key, model, plan.size, source, *paid)),
    ]


def _settle(entry: Entry, reserved: Sequence[Reservation]) -> Sequence[Statement]:
    ended = [each.end() for each in reserved]
    if not (reserved and entry.micros):
        return ended
    spent = entry.plan.caller.id, find_day(entry.at), entry.micros
    return [*ended, (_ADD_TO_SPENDING, spent)]
