"""Images for later: `Prefer: respond-async` (RFC 7240, 4.1), and `/v1/images/generations/{id}`,
where they are asked about. Each is a batch of one line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from flux2 import catalog, paths
from flux2.access import budgets, keys
from flux2.access.auth import Caller
from flux2.answers.batch_shapes import Job
from flux2.answers.bodies import end_with
from flux2.batches import cancelling, creating, files, lookup, output, reviving
from flux2.batches.checking import SOURCES
from flux2.batches.creating import Once, Order
from flux2.batches.lines import Place, write_body
from flux2.batches.output import Answer
from flux2.batches.rows import Batch
from flux2.days import DAY
from flux2.errors import InvalidValue, NotFound
from flux2.handlers import documents, making
from flux2.handlers.making import Read
from flux2.links import Link
from flux2.plan import Plan, Source
from flux2.ports import Request, Response, TypedFile
from flux2.request import planning
from flux2.request.batch_fields import OUTPUT_KEPT_FOR
from flux2.request.bodies import Memory
from flux2.request.payload import Payload
from flux2.services import Services, require_storage

PATH = "/v1/images/generations/"
_WINDOW = "24h"
_ENDPOINTS = {source: endpoint for endpoint, source in SOURCES.items()}


def is_preferred(request: Request) -> bool:
    """Whether the client asks for an answer before the images are there."""
    preferences = (request.header("prefer") or "").lower().split(",")
    return "respond-async" in (each.partition(";")[0].strip() for each in preferences)


async def create(
    request: Request, caller: Caller, read: Read, source: Source, services: Services
) -> Response:
    """Take a request for images, all of which is checked, and answer before they are made."""
    lookup.require_all(services)
    check_count = making.begin_count(caller, services)

    async def act(memory: Memory) -> Response:
        payload = await read(request, memory, services)
        await check_count()
        may_use = await keys.look_again(caller, services)
        plan = planning.make_plan(payload, request.origin, caller, source, services)
        if plan.stream:
            raise InvalidValue(
                "stream must be false where the images are to come later.", param="stream"
            )
        budgets.check_model(may_use, plan.model)
        once = await _read_once(request, payload, source)
        batch = await creating.find_again(once, caller, services)
        if batch is None:
            batch = await _create(payload, plan, once, caller, services)
            job = _describe(batch, plan.model.id, "queued", services)
        else:
            job = _describe_answer(batch, await _find_answer(batch, services), services)
        services.log.add(batch_id=batch.id, model=plan.model.id, n=plan.n)
        headers = {"location": f"{PATH}{batch.id}", "preference-applied": "respond-async"}
        response = documents.respond(job)
        return replace(response, status=202, headers={**response.headers, **headers})

    return await making.with_memory(act, services)


async def _read_once(request: Request, payload: Payload, source: Source) -> Once | None:
    """What is compared of two requests is what they mean: the boundaries of two forms differ."""
    if request.header(creating.IDEMPOTENCY_KEY) is None:
        return None
    references = [
        [name, each.name if isinstance(each, Link) else (await each.digest()).hex()]
        for name, each in payload.references
    ]
    meant = json.dumps([source, payload.fields, references], sort_keys=True)
    return creating.read_once(request, sha256(meant.encode()).hexdigest())


async def _create(
    payload: Payload, plan: Plan, once: Once | None, caller: Caller, services: Services
) -> Batch:
    references = await planning.prepare_references(payload, services.bindings)
    input_id = files.draw_id(services)
    if references:
        images = [each.file for each in references]
        await files.keep_input(input_id, images, 2 * DAY, services)
    names = [name for name, _ in payload.references]
    order = Order(
        id=f"{lookup.JOB}{services.new_id()[:24]}",
        endpoint=_ENDPOINTS[plan.source],
        origin=plan.origin,
        input_file_id=input_id,
        completion_window=_WINDOW,
        seconds=DAY,
        metadata=None,
        output_seconds=OUTPUT_KEPT_FOR,
        line=write_body(
            payload.fields, [*zip(names, _find_places(references), strict=True)], plan.seed
        ),
        images=plan.n,
    )
    return await creating.create(order, once, caller, services)


def _find_places(references: Sequence[TypedFile]) -> Sequence[Place]:
    """Find where each begins and ends, one behind the other."""
    places, position = [], 0
    for each in references:
        places.append(Place(position, position + each.file.size, is_url=False))
        position += each.file.size
    return places


async def show(request: Request, caller: Caller, services: Services) -> Response:
    batch = await _find(request, caller, services)
    await reviving.revive(batch, services)
    return await _tell(batch, services)


async def cancel(request: Request, caller: Caller, services: Services) -> Response:
    batch = await _find(request, caller, services)
    return await _tell(await cancelling.cancel(batch, caller, services), services)


async def _find(request: Request, caller: Caller, services: Services) -> Batch:
    job_id = paths.normalize(request.path).removeprefix(PATH)
    if not job_id.startswith(lookup.JOB):
        raise NotFound("There is no such image, or not any more.")
    return await lookup.find(job_id, caller, services)


async def _tell(batch: Batch, services: Services) -> Response:
    answer = await _find_answer(batch, services)
    if answer.parts is not None:
        headers = {"content-type": "application/json", "cache-control": "no-store"}
        return Response(headers=headers, body=end_with(answer.parts, lambda *_: None))
    return documents.respond(_describe_answer(batch, answer, services))


async def _find_answer(batch: Batch, services: Services) -> Answer:
    beginning = {
        "id": batch.id,
        "object": "image.generation",
        "status": "completed",
        "created": batch.created_at,
    }
    storage = require_storage(services)
    return await output.find_answer(batch, beginning, storage, services)


def _describe_answer(batch: Batch, answer: Answer, services: Services) -> Job:
    """Describe it without its images."""
    model = catalog.find(answer.fields.get("model")).id
    job = _describe(batch, model, _choose_status(batch, answer, services), services)
    if answer.error is not None:
        job["error"] = answer.error
    return job


def _choose_status(batch: Batch, answer: Answer, services: Services) -> Any:
    if answer.parts is not None:
        return "completed"
    if batch.status in ("cancelled", "expired", "cancelling"):
        return batch.status
    if batch.is_over or answer.error is not None:
        return "failed"
    if batch.is_waiting(services.now()):
        return "waiting"
    return "in_progress" if answer.is_begun else "queued"


def _describe(batch: Batch, model: str, status: Any, services: Services) -> Job:
    job: Job = {
        "id": batch.id,
        "object": "image.generation",
        "status": status,
        "created": batch.created_at,
        "model": model,
    }
    if not batch.is_over and batch.is_waiting(services.now()):
        job["resumes_at"] = batch.resumes_at
        job["waits_for"] = batch.waits_for
    return job
