"""`POST /v1/images/generations` and `/v1/images/edits`: from what was asked for to an answer."""

from collections.abc import Sequence

from flux2 import answers, bodies, cache, jobs, limits, references, schemas
from flux2.errors import MissingParameter
from flux2.jobs import Outcome, Result, Work
from flux2.services import Services
from flux2.web import Request, Response


async def generations(request: Request, services: Services) -> Response:
    return await _respond(request, services, "image_generation")


async def edits(request: Request, services: Services) -> Response:
    """As generations, which also takes reference images; here at least one is needed."""
    return await _respond(request, services, "image_edit")


async def _respond(request: Request, services: Services, event: str) -> Response:
    accounts = services.settings.require_accounts()
    await limits.count_request(services)
    payload = await bodies.read(request, schemas.NAMES, services.decode_data_url)
    job = schemas.read_job(payload.fields)
    if event == "image_edit" and not payload.references:
        raise MissingParameter("image is required: at least one image to edit.", param="image")
    images = [
        # The binding is looked at only if there is something to shrink.
        await references.prepare(param, file, lambda: services.resize)
        for param, file in payload.references
    ]
    asked = answers.Asked(job, len(images), event, tells_account=len(accounts) > 1)
    services.log.add(model=job.model.id, n=job.n, references=len(images), stream=job.stream)
    cached = await cache.open_for(job, images, services)
    work = Work(job, images, cached, request.origin, services)
    if job.stream:
        tasks = jobs.start(work)
        body = await answers.events(asked, tasks, services)
        done = [task.result() for task in tasks if task.done()]
        headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
        return Response(headers=headers | _x_cache(work, done), body=body)
    outcomes = await jobs.run(work)
    return Response(
        headers={"content-type": "application/json"} | _x_cache(work, outcomes),
        body=answers.document(asked, outcomes, services),
    )


def _x_cache(work: Work, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """HIT if all images were kept from before; nothing where none would be looked for, or where
    a stream begins before that is known."""
    if work.cached is None:
        return {}
    kept = [o for o in outcomes if isinstance(o, Result) and o.account is None]
    if len(kept) == len(outcomes) < work.job.n:
        return {}
    return {"x-cache": "HIT" if len(kept) == work.job.n else "MISS"}
