"""What every door does that makes images, between reading a request and telling of its images:
limits, memory, the plan, the making, and the end of all that when the answer has left."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from flux2.access import limits
from flux2.access.auth import Caller
from flux2.answers import parts, streaming
from flux2.answers.bodies import end_with, make_group
from flux2.answers.style import Style
from flux2.generation import cache
from flux2.generation.holding import Holder
from flux2.generation.images import Generation
from flux2.generation.result import Outcome, Result
from flux2.plan import Plan, Source
from flux2.ports import ImageStream, Request, Response
from flux2.request import planning
from flux2.request.bodies import Memory
from flux2.request.payload import Payload
from flux2.services import Services
from flux2.usage.tab import Tab

Read = Callable[[Request, Memory, Services], Awaitable[Payload]]


@dataclass(frozen=True)
class Door:
    """How a path tells of images."""

    style: Style
    source: Source | None = None
    """Which of OpenAI's calls it is; None: that of what was sent, an edit if there are images."""
    link_seconds: int | None = None
    """How long each image is kept under a link, also if none was asked for."""


async def respond(
    request: Request, caller: Caller, read: Read, door: Door, services: Services
) -> Response:
    """Answer a request for images."""
    check_count = begin_count(caller, services)

    async def act(memory: Memory) -> Response:
        payload = await read(request, memory, services)
        await check_count()
        return await answer(payload, request, caller, door, memory, services)

    return await with_memory(act, services)


def begin_count(caller: Caller, services: Services) -> Callable[[], Awaitable[None]]:
    """Begin to count a request for images, if there is an account that could make them; what is
    returned raises RateLimitExceeded when there have been too many."""
    services.settings.require_accounts()
    return limits.count_request(caller, services)


async def with_memory(act: Callable[[Memory], Awaitable[Response]], services: Services) -> Response:
    """Let `act` read a body and answer; its memory is given back when the answer has left."""
    memory = Memory(services.bodies)
    try:
        response = await act(memory)
    except BaseException:
        memory.let_go()
        raise
    if isinstance(response.body, AsyncGenerator):
        return replace(response, body=end_with(response.body, lambda *_: memory.let_go()))
    memory.let_go()
    return response


async def answer(
    payload: Payload,
    request: Request,
    caller: Caller,
    door: Door,
    memory: Memory,
    services: Services,
) -> Response:
    """Make what a body asks for. `memory` is that of the body, which may be let go of early."""
    source = door.source or ("image_edit" if payload.references else "image_generation")
    plan = planning.make_plan(payload, request.origin, caller, source, services)
    plan = replace(plan, link_seconds=door.link_seconds or plan.link_seconds)
    services.log.add(
        model=plan.model.id, n=plan.n, references=plan.reference_count, stream=plan.stream
    )
    tab = Tab(plan, services)
    await tab.open()
    generation = None
    try:
        generation = await _prepare(plan, payload, tab, door, memory, services)
        return await (_stream if plan.stream else _write)(generation, door.style)
    except BaseException as error:
        if generation is not None:
            generation.holder.end()
        tab.close(error)
        raise


async def _prepare(
    plan: Plan, payload: Payload, tab: Tab, door: Door, memory: Memory, services: Services
) -> Generation:
    """Prepare what the images need."""
    references = await planning.prepare_references(payload, services.bindings)
    plan = replace(plan, references=references)
    if not planning.needs_body(plan, payload):
        memory.let_go()
    kept = await cache.open_for(plan, services)
    holder = Holder(plan, services)
    return Generation(plan, kept, holder, tab, services, door.style.preview_side)


async def _write(generation: Generation, style: Style) -> Response:
    plan, services = generation.plan, generation.services
    outcomes = await generation.run()
    made, failures = parts.judge(plan, outcomes, services)
    parts.note(made, failures, services)
    headers = {"content-type": "application/json"} | _describe_cache(generation, outcomes)
    body = style.write_document(plan, made, failures, services)
    if generation.holder.is_used or any(isinstance(part, ImageStream) for part in body):
        return Response(headers=headers, body=end_with(make_group(body), generation.end))
    generation.end()
    return Response(headers=headers, body=body)


async def _stream(generation: Generation, style: Style) -> Response:
    plan, services = generation.plan, generation.services
    tasks = generation.start()
    body = await streaming.begin(plan, tasks, style.make_events(plan, services), services)
    done = [task.result() for task in tasks if task.done()]
    headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
    headers |= _describe_cache(generation, done)
    return Response(headers=headers, body=end_with(body, generation.end))


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
