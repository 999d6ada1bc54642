"""A stream of server-sent events: each image as soon as it is ready, signs of life between them."""

import asyncio
from collections.abc import Collection

from flux2.answers.bodies import Groups
from flux2.answers.parts import describe_failures, judge, note
from flux2.answers.style import Events
from flux2.generation.images import Tasks, stop
from flux2.generation.result import Failure, Outcome, Result
from flux2.plan import Plan
from flux2.services import Services

HEARTBEAT = 10
"""Seconds between signs of life in a stream; the contract says at most 15."""
PATIENCE = 10
"""Seconds in which a stream that fails still gets a status of its own."""


async def begin(plan: Plan, tasks: Tasks, events: Events, services: Services) -> Groups:
    """Write the events, as soon as there is one of the images that `tasks` are making.

    Raises the first error if all have failed before the stream began.
    """
    try:
        await _await_the_first(tasks, services)
        if all(task.done() for task in tasks):
            judge(plan, [task.result() for task in tasks], services)
    except BaseException:
        await stop(tasks)
        raise
    return _stream(plan, tasks, events, services)


async def _await_the_first(tasks: Tasks, services: Services) -> None:
    """Wait until an image is there, all have failed, or a client has waited long enough."""
    timer = asyncio.ensure_future(services.sleep(PATIENCE))
    pending = set(tasks)
    try:
        while pending and not timer.done():
            done, _ = await asyncio.wait({*pending, timer}, return_when=asyncio.FIRST_COMPLETED)
            pending -= done
            if any(isinstance(task.result(), Result) for task in done if task is not timer):
                break
    finally:
        timer.cancel()


async def _stream(plan: Plan, tasks: Tasks, events: Events, services: Services) -> Groups:
    pending = set(tasks)
    made: list[Result] = []
    failures: list[Failure] = []
    try:
        while pending:
            done = [task for task in tasks if task in pending and task.done()]
            if not done:
                yield events.beat()
                await _await_any(pending, services)
            for task in done:
                pending.discard(task)
                outcome = task.result()
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                    continue
                made.append(outcome)
                yield events.tell(outcome)
        # Last, since a client stops reading at the first error.
        if end := events.end(made, describe_failures(failures, services)):
            yield end
    finally:
        note(made, failures, services)
        await stop(tasks)


async def _await_any(pending: Collection[asyncio.Task[Outcome]], services: Services) -> None:
    """Wait until one of them is done, or the next sign of life is due."""
    timer = asyncio.ensure_future(services.sleep(HEARTBEAT))
    try:
        await asyncio.wait({*pending, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()
