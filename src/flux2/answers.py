"""What a caller gets: one JSON document, or server-sent events; text with images in between."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass

from flux2 import catalog, jobs
from flux2.errors import ApiError, InternalError
from flux2.jobs import Failure, Outcome, Result, Tasks
from flux2.schemas import Job, compact_json
from flux2.services import Services
from flux2.web import Part

HEARTBEAT = 10
"""Seconds between signs of life in a stream; the contract says at most 15."""
PATIENCE = 10
"""Seconds in which a stream that fails still gets a status of its own."""

_BEAT = ": still working\n\n"


@dataclass(frozen=True)
class Asked:
    """What was asked for, and in which words to answer."""

    job: Job
    references: int
    event: str
    """`image_generation` or `image_edit`."""
    tells_account: bool
    """Whether there is more than one that may have served."""

    def cost(self, *results: Result) -> dict[str, float]:
        """Of those that Cloudflare made for this request; what was kept from before is free."""
        job = self.job
        each = job.model.neurons(job.width, job.height, job.steps, self.references)
        neurons = each * sum(result.account is not None for result in results)
        return {"neurons": catalog.rounded(neurons), "usd": catalog.usd(neurons)}


def _account(asked: Asked, result: Result) -> dict[str, str | None]:
    return {"account": result.account} if asked.tells_account else {}


def _image(job: Job, result: Result) -> Sequence[Part]:
    """The member that carries the image."""
    if result.url is not None:
        return [f'"url":{compact_json(result.url)}']
    if job.response_format == "url":
        return [f'"url":"data:image/{result.format};base64,', result.base64, '"']
    return ['"b64_json":"', result.base64, '"']


def _sort(outcomes: Sequence[Outcome]) -> tuple[Sequence[Result], Sequence[Failure]]:
    made = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    return made, [outcome for outcome in outcomes if isinstance(outcome, Failure)]


def _note(
    asked: Asked, made: Sequence[Result], failures: Sequence[Failure], services: Services
) -> None:
    """What the log says of it."""
    errors = [failure.error for failure in failures]
    services.log.add(
        images=len(made),
        accounts=sorted({result.account for result in made if result.account is not None}),
        errors=[e.code if isinstance(e, ApiError) else InternalError.code for e in errors],
        **asked.cost(*made),
    )


# One JSON document


def document(asked: Asked, outcomes: Sequence[Outcome], services: Services) -> Sequence[Part]:
    """All images that came, beside the errors of those that did not.

    Raises the first error if none came.
    """
    made, failures = _sort(outcomes)
    _note(asked, made, failures, services)
    if not made:
        raise failures[0].error
    before = {
        "id": f"gen_{services.new_id()}",
        "object": "image.generation",
        "created": int(services.now()),
        "model": asked.job.model.id,
    }
    parts: list[Part] = [f'{compact_json(before)[:-1]},"data":[']
    for index, result in enumerate(made):
        parts += ["," * (index > 0), *_item(asked, result, made[0].format)]
    return [*parts, f"],{_end_of_document(asked, made, failures, services)}"]


def _item(asked: Asked, result: Result, documents_format: str) -> Sequence[Part]:
    job = asked.job
    rest = {"prompt": job.prompt, "revised_prompt": job.prompt, "seed": result.seed}
    if result.format != documents_format:  # one could not be converted
        rest["output_format"] = result.format
    rest |= _account(asked, result)
    return ["{", *_image(job, result), f",{compact_json(rest)[1:]}"]


def _end_of_document(
    asked: Asked, made: Sequence[Result], failures: Sequence[Failure], services: Services
) -> str:
    document = {
        "output_format": made[0].format,
        "size": asked.job.size,
        "steps": asked.job.steps,
        "cost": asked.cost(*made),
    }
    if failures:
        document["errors"] = [
            {**_api_error(failure, services).body()["error"], "seed": failure.seed}
            for failure in failures
        ]
    return compact_json(document)[1:]


def _api_error(failure: Failure, services: Services) -> ApiError:
    """As the others see it; one bug does not take the images that were paid for with it."""
    if isinstance(failure.error, ApiError):
        return failure.error
    services.log.event("bug", kind=type(failure.error).__name__)
    return InternalError("This is a bug of ours; please report it.")


# Server-sent events


async def events(asked: Asked, tasks: Tasks, services: Services) -> AsyncGenerator[Part, None]:
    """The events, one for each image as soon as it is ready.

    Raises the first error if all have failed before the stream began.
    """
    try:
        await _await_the_first(tasks, services)
        if all(task.done() for task in tasks):
            made, failures = _sort([task.result() for task in tasks])
            _note(asked, made, failures, services)
            if not made:
                raise failures[0].error
    except BaseException:
        await jobs.stop(tasks)
        raise
    return _stream(asked, tasks, services)


async def _await_the_first(tasks: Tasks, services: Services) -> None:
    """Until an image is there, all have failed, or it takes too long to keep a client waiting."""
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


async def _stream(asked: Asked, tasks: Tasks, services: Services) -> AsyncGenerator[Part, None]:
    pending = set(tasks)
    made: list[Result] = []
    failures: list[Failure] = []
    try:
        while pending:
            done = [task for task in tasks if task in pending and task.done()]
            if not done:
                yield _BEAT
                await _await_any(pending, services)
            for task in done:
                pending.discard(task)
                outcome = task.result()
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                    continue
                made.append(outcome)
                for part in _event(asked, outcome, services):
                    yield part
        for failure in failures:  # last, since a client stops reading at the first one
            yield f"data: {compact_json(_api_error(failure, services).body())}\n\n"
    finally:
        _note(asked, made, failures, services)
        await jobs.stop(tasks)


async def _await_any(pending: Collection[asyncio.Task[Outcome]], services: Services) -> None:
    """Until one of them is done, or the next sign of life is due."""
    timer = asyncio.ensure_future(services.sleep(HEARTBEAT))
    try:
        await asyncio.wait({*pending, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()


def _event(asked: Asked, result: Result, services: Services) -> Sequence[Part]:
    """OpenAI's fields and ours. Without the blank line clients would lose the last event."""
    kind = f"{asked.event}.completed"
    rest = {
        "created_at": int(services.now()),
        "size": asked.job.size,
        "quality": asked.job.quality,
        "background": "opaque",
        "output_format": result.format,
        "model": asked.job.model.id,
        "seed": result.seed,
        "steps": asked.job.steps,
        "cost": asked.cost(result),
        **_account(asked, result),
    }
    return [
        f'event: {kind}\ndata: {{"type":"{kind}",',
        *_image(asked.job, result),
        f",{compact_json(rest)[1:]}\n\n",
    ]
