"""What drives a batch: steps of the engine, each of which looks up what there is to do.

So a step that is run again, after the engine or its machine was stopped, changes nothing but what
the first run has left open. Steps are few, since the Free plan has 3,000 a day: one for a line, and
three for every 16 images.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from flux2.access.auth import Caller
from flux2.batches import checks, finishing, progress
from flux2.batches.lookup import BATCH, require_workflow
from flux2.batches.recovery import recover
from flux2.batches.rows import Batch, Line
from flux2.batches.running import Run, run as run_line
from flux2.bindings import Database, Json, Repetition, Steps
from flux2.database import require_database
from flux2.services import Services
from flux2.webhooks import delivery
from flux2.webhooks.events import EventType, make_event

MOST_AT_ONCE = 4
"""Images of a batch."""
MOST_IMAGES = 16
MOST_CHECKS = 8
"""Of an instance, before the next one goes on: on the Free plan each has 50 subrequests, calls of
the database among them (Cloudflare's reference, "Workflows, Limits"), and an image takes three."""
USUAL = Repetition(times=8, pause=5)
"""So a step waits 20 minutes for a database that cannot be asked."""

_EVENTS: Mapping[str, EventType] = {
    "completed": "batch.completed",
    "failed": "batch.failed",
    "expired": "batch.expired",
    "cancelled": "batch.cancelled",
}


async def run(batch_id: str, instance: int, steps: Steps, services: Services) -> None:
    """Drive a batch to its end, or until the next instance goes on with it."""
    drive = _Drive(batch_id, instance, steps, services)
    is_told = batch_id.startswith(BATCH)  # of a single image for later nobody is
    begun = await drive.check_all()
    if begun["is_over"]:
        if is_told:
            await drive.tell()
        return
    is_over = begun["is_checked"] and await drive.make_some(begun["lanes"], begun["rounds"])
    if is_told or not is_over:
        await drive.hand_over()


@dataclass(frozen=True)
class _Drive:
    batch_id: str
    instance: int
    steps: Steps
    services: Services

    async def _do(
        self, name: str, act: Callable[["_Step"], Awaitable[Json]], repetition: Repetition = USUAL
    ) -> Json:
        async def act_with_services() -> Json:
            return await act(_Step.begin(self.batch_id, self.instance, name, self.services))

        return await self.steps.do(name, act_with_services, repetition)

    async def check_all(self) -> Json:
        """Check all lines before the first one is begun, and end what earlier instances have begun;
        tell whether that was all, and how many lines may run side by side, and how many times."""
        checked: Json = {}
        for number in range(MOST_CHECKS):
            checked = await self._do(f"check {number}", _check)
            if checked["is_checked"]:
                break
        return checked

    async def make_some(self, lanes: int, rounds: int) -> bool:
        """Make images; tell whether the batch is over."""
        ends = await asyncio.gather(*(self._make_in_lane(lane, rounds) for lane in range(lanes)))
        until = max(end["until"] for end in ends)
        if not until and any(end["has_more"] for end in ends):
            return False
        over: bool = (await self._do("end", _finish))["is_over"]
        if until and not over:
            await self.steps.wait("wait", until)
        return over

    async def _make_in_lane(self, lane: int, rounds: int) -> Json:
        """Make one line after the other, until there is a reason not to."""
        made: Json = {}
        for number in range(rounds):
            made = await self._do(f"make {lane}.{number}", _make)
            if not made["has_more"] or made["until"]:
                break
        return made

    async def hand_over(self) -> None:
        await self._do("hand over", _hand_over)

    async def tell(self) -> None:
        """Deliver the webhooks; nothing depends on whether they arrive."""
        told = await self._do("webhooks", _find_webhooks)
        await asyncio.gather(
            *(self._deliver(each, told["type"], told["at"]) for each in told["endpoints"]),
            return_exceptions=True,
        )

    async def _deliver(self, endpoint_id: str, kind: EventType, at: int) -> None:
        event = make_event(kind, self.batch_id, at)

        async def deliver(step: "_Step") -> Json:
            await delivery.deliver(endpoint_id, event, step.services)
            return {}

        await self._do(f"webhook {endpoint_id}", deliver, delivery.REPETITION)


@dataclass(frozen=True)
class _Step:
    """What one step works with."""

    batch_id: str
    instance: int
    claim: str
    """Its name, which no other step of the batch has."""
    database: Database
    services: Services
    """With a log of its own."""

    @classmethod
    def begin(cls, batch_id: str, instance: int, name: str, services: Services) -> "_Step":
        services = replace(services, log=services.log.make_another())
        services.log.add(batch_id=batch_id, step=name)
        return cls(batch_id, instance, f"{instance}/{name}", require_database(services), services)

    def open_run(self, batch: Batch, caller: Caller, line: Line) -> Run:
        services = replace(self.services, log=self.services.log.make_another())
        services.log.add(request_id=f"req_{line.run}", batch_id=batch.id, key_id=caller.id)
        return Run(batch, caller, line, self.database, services)


async def _check(step: _Step) -> Json:
    is_recovered = await _recover(step)
    batch = await checks.check_some(step.batch_id, step.database, step.services)
    images = min(batch.most_images, MOST_AT_ONCE)
    return {
        "is_checked": is_recovered and batch.status != "validating",
        "is_over": batch.is_over,
        "lanes": max(1, min(MOST_AT_ONCE // images, batch.total)),
        "rounds": max(1, MOST_IMAGES * images // (MOST_AT_ONCE * batch.most_images)),
    }


async def _recover(step: _Step) -> bool:
    """End what instances before this one have begun and not ended; tell whether that was all."""
    if not step.instance:
        return True
    batch, caller, lost = await progress.find_lost(
        step.batch_id, step.instance, MOST_AT_ONCE, step.database
    )
    for line in lost:
        await recover(step.open_run(batch, caller, line))
    return len(lost) < MOST_AT_ONCE


async def _make(step: _Step) -> Json:
    services, run_id = step.services, step.services.new_id()
    now = services.now()
    claim = await progress.claim(step.batch_id, step.claim, run_id, step.database, now)
    until: float = 0
    if claim.line is not None and claim.line.status == "running":
        run = step.open_run(claim.batch, claim.caller, claim.line)
        if claim.is_new:
            wait = await run_line(run)
            until = 0 if wait is None else wait.until
        else:
            await recover(run)
    elif claim.batch.status == "in_progress" and claim.batch.is_waiting(now):
        until = claim.batch.resumes_at or 0
    has_more = claim.line is not None and claim.has_more
    return {"has_more": has_more, "until": until}


async def _finish(step: _Step) -> Json:
    batch = await finishing.finish(step.batch_id, step.database, step.services)
    return {"is_over": batch.is_over}


async def _hand_over(step: _Step) -> Json:
    workflow = require_workflow(step.services)
    await progress.start_next(step.batch_id, step.instance, step.database, workflow)
    return {}


async def _find_webhooks(step: _Step) -> Json:
    """Find who is told of its end."""
    batch = await progress.load(step.batch_id, step.database)
    kind = _EVENTS.get(batch.status)
    endpoints = await delivery.find_endpoints(kind, step.services) if kind else ()
    return {"type": kind, "at": batch.ended_at, "endpoints": [*endpoints]}
