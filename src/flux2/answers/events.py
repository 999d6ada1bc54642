"""Server-sent events: one for each image as soon as it is ready, and signs of life between them."""

import asyncio
from collections.abc import Collection, Sequence

from flux2 import json_text
from flux2.answers.bodies import Groups
from flux2.answers.errors import describe, explain
from flux2.answers.parts import compute_cost, note, sort, tells_account, write_image
from flux2.answers.shapes import ImageEventEnd
from flux2.generation.images import Failure, Outcome, Result, Tasks, stop
from flux2.plan import Plan
from flux2.ports import Part
from flux2.services import Services

HEARTBEAT = 10
"""Seconds between signs of life in a stream; the contract says at most 15."""
PATIENCE = 10
"""Seconds in which a stream that fails still gets a status of its own."""

_BEAT = ": still working\n\n"


async def begin(plan: Plan, tasks: Tasks, services: Services) -> Groups:
    """Write the events, as soon as there is one of the images that `tasks` are making.

    Raises the first error if all have failed before the stream began.
    """
    try:
        await _await_the_first(tasks, services)
        if all(task.done() for task in tasks):
            made, failures = sort([task.result() for task in tasks])
            note(plan, made, failures, services)
            if not made:
                raise failures[0].error
    except BaseException:
        await stop(tasks)
        raise
    return _stream(plan, tasks, services)


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


async def _stream(plan: Plan, tasks: Tasks, services: Services) -> Groups:
    pending = set(tasks)
    made: list[Result] = []
    failures: list[Failure] = []
    try:
        while pending:
            done = [task for task in tasks if task in pending and task.done()]
            if not done:
                yield [_BEAT]
                await _await_any(pending, services)
            for task in done:
                pending.discard(task)
                outcome = task.result()
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                    continue
                made.append(outcome)
                yield _write_event(plan, outcome, services)
        for failure in failures:  # last, since a client stops reading at the first one
            error = describe(explain(failure.error, services.log))
            yield [f"data: {json_text.write({'error': error})}\n\n"]
    finally:
        note(plan, made, failures, services)
        await stop(tasks)


async def _await_any(pending: Collection[asyncio.Task[Outcome]], services: Services) -> None:
    """Wait until one of them is done, or the next sign of life is due."""
    timer = asyncio.ensure_future(services.sleep(HEARTBEAT))
    try:
        await asyncio.wait({*pending, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()


def _write_event(plan: Plan, result: Result, services: Services) -> Sequence[Part]:
    """Write OpenAI's fields and ours. Without the blank line clients would lose the last event."""
    kind = f"{plan.source}.completed"
    end: ImageEventEnd = {
        "created_at": int(services.now()),
        "size": plan.size,
        "quality": plan.quality,
        "background": "opaque",
        "output_format": result.format,
        "model": plan.model.id,
        "seed": result.seed,
        "steps": plan.steps,
        "cost": compute_cost(plan, result),
    }
    if tells_account(services):
        end["account"] = result.account
    return [
        f'event: {kind}\ndata: {{"type":"{kind}",',
        *write_image(plan, result),
        f",{json_text.write(end)[1:]}\n\n",
    ]
