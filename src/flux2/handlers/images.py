"""`POST /v1/images/generations` and `/v1/images/edits`: from what was asked for to an answer."""

from flux2 import answers, bodies, jobs, references, schemas
from flux2.errors import MissingParameter
from flux2.services import Services
from flux2.web import Request, Response


async def generations(request: Request, services: Services) -> Response:
    return await _respond(request, services, "image_generation")


async def edits(request: Request, services: Services) -> Response:
    """As generations, which also takes reference images; here at least one is needed."""
    return await _respond(request, services, "image_edit")


async def _respond(request: Request, services: Services, event: str) -> Response:
    services.settings.require_account()
    payload = await bodies.read(request, schemas.NAMES, services.decode_data_url)
    job = schemas.read_job(payload.fields)
    if event == "image_edit" and not payload.references:
        raise MissingParameter("image is required: at least one image to edit.", param="image")
    images = [
        # The binding is looked at only if there is something to shrink.
        await references.prepare(param, file, lambda: services.resize)
        for param, file in payload.references
    ]
    asked = answers.Asked(job, len(images), event)
    if job.stream:
        tasks = jobs.start(job, images, request.origin, services)
        return Response(
            headers={"content-type": "text/event-stream", "cache-control": "no-cache"},
            body=await answers.events(asked, tasks, services),
        )
    outcomes = await jobs.run(job, images, request.origin, services)
    return Response(
        headers={"content-type": "application/json"},
        body=answers.document(asked, outcomes, services),
    )
