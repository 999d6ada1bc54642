"""`POST /v1/images/generations` and `/v1/images/edits`: from what was asked for to an answer."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from flux2.access import limits
from flux2.access.auth import Caller
from flux2.answers import document, events
from flux2.answers.bodies import end_with, make_group
from flux2.generation import cache
from flux2.generation.holding import Holder
from flux2.generation.images import Generation, Outcome, Result
from flux2.plan import Plan, Source
from flux2.ports import Request, Response
from flux2.request import bodies, fields, planning
from flux2.services import Services


async def generations(request: Request, caller: Caller, services: Services) -> Response:
    return await _respond(request, caller, "image_generation", services)


async def edits(request: Request, caller: Caller, services: Services) -> Response:
    """Do as `generations`, which also takes reference images; here at least one is needed."""
    return await _respond(request, caller, "image_edit", services)


async def _respond(
    request: Request, caller: Caller, source: Source, services: Services
) -> Response:
    services.settings.require_accounts()
    check_count = limits.count_request(services)
    memory = bodies.Memory(services.bodies)
    try:
        payload = await bodies.read(request, fields.NAMES, services.decode_data_url, memory)
        await check_count()
        plan = await planning.make_plan(payload, request, caller, source, services)
        if not planning.needs_body(plan, payload):
            memory.let_go()
        response = await _answer(plan, services)
    except BaseException:
        memory.let_go()
        raise
    if isinstance(response.body, AsyncGenerator):
        return replace(response, body=end_with(response.body, memory.let_go))
    memory.let_go()
    return response


async def _answer(plan: Plan, services: Services) -> Response:
    services.log.add(
        model=plan.model.id, n=plan.n, references=len(plan.references), stream=plan.stream
    )
    kept = await cache.open_for(plan, services)
    generation = Generation(plan, kept, Holder(plan, services), services)
    try:
        return await (_stream(generation) if plan.stream else _write(generation))
    except BaseException:
        generation.holder.end()
        raise


async def _write(generation: Generation) -> Response:
    outcomes = await generation.run()
    parts = document.write(generation.plan, outcomes, generation.services)
    holder = generation.holder
    return Response(
        headers={"content-type": "application/json"} | _describe_cache(generation, outcomes),
        body=end_with(make_group(parts), holder.end) if holder.is_used else parts,
    )


async def _stream(generation: Generation) -> Response:
    tasks = generation.start()
    body = await events.begin(generation.plan, tasks, generation.services)
    done = [task.result() for task in tasks if task.done()]
    headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
    headers |= _describe_cache(generation, done)
    return Response(headers=headers, body=end_with(body, generation.holder.end))


def _describe_cache(generation: Generation, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """HIT if all images were kept from before; nothing where none would be looked for, or where
    a stream begins before that is known."""
    if generation.cache is None:
        return {}
    was_kept = [isinstance(each, Result) and each.account is None for each in outcomes]
    if not all(was_kept):
        return {"x-cache": "MISS"}
    is_known = len(outcomes) == generation.plan.n
    return {"x-cache": "HIT"} if is_known else {}
