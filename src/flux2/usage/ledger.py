"""What is written of a request when it is over: a row for 90 days, and its part of the sums."""

from dataclasses import dataclass

from flux2.access.budgets import Reservation
from flux2.bindings import Database, Statement
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
_WRITTEN = "UNIQUE constraint failed: requests"
"""What is said where an attempt that seemed to fail has written the row after all."""
_PAUSES = (1, 4)
"""Seconds before the second attempt, and before the third."""


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


async def write(
    entry: Entry, reserved: list[Reservation], database: Database, services: Services
) -> None:
    """Write it, and give back what was reserved and not spent: all of it, or nothing."""
    statements = [*_record(entry, services), *_settle(entry, reserved)]
    for pause in (*_PAUSES, None):
        try:
            await database.execute(*statements)
            return
        except OSError as exc:
            if _WRITTEN in str(exc):
                return
            if pause is not None:
                await services.sleep(pause)
    services.log.event(
        "usage_not_written", key_id=entry.plan.caller.id, micros=entry.micros, images=entry.images
    )


def _record(entry: Entry, services: Services) -> list[Statement]:
    plan = entry.plan
    key, model, source = plan.caller.id, plan.model.id, _SOURCES[plan.source]
    paid = entry.images, entry.micros
    row = (entry.at, services.log.request_id, key, model, plan.size, plan.steps, source, *paid)
    return [
        (_ADD_REQUEST, (*row, entry.result)),
        (_ADD_TO_DAY, (find_day(entry.at), key, model, plan.size, source, *paid)),
    ]


def _settle(entry: Entry, reserved: list[Reservation]) -> list[Statement]:
    """Each gives back what the ones before it have not covered."""
    left = entry.micros
    statements = []
    for each in reserved:
        spent = min(left, each.micros)
        left -= spent
        if spent < each.micros:
            statements.append(each.give_back(each.micros - spent))
    return statements
