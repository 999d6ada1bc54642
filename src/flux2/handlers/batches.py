"""`/v1/batches`: OpenAI's batches, which finish while nobody waits for them."""

from flux2 import paths
from flux2.access.auth import Caller
from flux2.answers.batch_shapes import BatchResults
from flux2.batches import cancelling, creating, files, inline, lookup, output, reviving
from flux2.batches.checking import MOST_LINES
from flux2.batches.creating import Once, Order
from flux2.batches.describing import describe_batch, describe_batches
from flux2.batches.files import File
from flux2.batches.rows import Batch
from flux2.days import DAY
from flux2.errors import ApiError, InvalidValue, NotFound
from flux2.handlers import documents, making
from flux2.json_images import Document
from flux2.ports import Request, Response
from flux2.request import batch_fields, bodies, json_bodies, queries
from flux2.request.batch_fields import SECONDS, BatchRequest
from flux2.request.bodies import Memory
from flux2.services import Services

PATH = "/v1/batches"
_INLINE_NAME = "requests.jsonl"


async def create(request: Request, caller: Caller, services: Services) -> Response:
    lookup.require_all(services)
    check_count = making.begin_count(caller, services)
    memory = Memory(services.bodies)
    try:
        document = await bodies.read_json(request, memory, batch_fields.INLINE)
        await check_count()
        fields = json_bodies.get_fields(document)
        json_bodies.refuse_images(fields, document.images, but="requests")
        wish = batch_fields.read(fields)
        assert memory.body is not None
        once = creating.read_once(request, (await memory.body.digest()).hex())
        batch = await creating.find_again(once, caller, services)
        if batch is None:
            batch = await submit(wish, document, once, request, caller, services)
    finally:
        memory.let_go()
    services.log.add(batch_id=batch.id)
    return documents.respond(describe_batch(batch, services.now()))


async def submit(
    wish: BatchRequest,
    document: Document,
    once: Once | None,
    request: Request,
    caller: Caller,
    services: Services,
) -> Batch:
    """Make a batch; `document` has the images of its lines. Raises an InvalidRequest, or
    StorageUnavailable."""
    file = await _find_input(wish, document, caller, services)
    order = _make_order(wish, file, request, services)
    is_own = wish.requests is not None
    """Whether nobody else knows of the file."""
    try:
        batch = await creating.create(order, once, caller, services)
    except ApiError:
        if is_own:
            await files.delete(file.id, caller, services)
        raise
    if is_own and batch.id != order.id:  # another request of that name was quicker
        await files.delete(file.id, caller, services)
    return batch


async def _find_input(
    wish: BatchRequest, document: Document, caller: Caller, services: Services
) -> File:
    """Find the file of the lines, or keep those of the body as one."""
    if wish.requests is not None:
        return await _keep_inline(wish, document, caller, services)
    try:
        file = await files.find(wish.input_file_id or "", caller, services)
    except NotFound as error:
        raise InvalidValue(error.message, param="input_file_id") from None
    if file.purpose != "batch":
        raise InvalidValue(
            "input_file_id must be a file that was uploaded, not an output.",
            param="input_file_id",
        )
    if file.expires_at < services.now() + SECONDS[wish.completion_window]:
        raise InvalidValue(
            "The file expires before the completion window ends. Upload it again, or choose a "
            "shorter window.",
            param="input_file_id",
        )
    return file


async def _keep_inline(
    wish: BatchRequest, document: Document, caller: Caller, services: Services
) -> File:
    requests = wish.requests or []
    if len(requests) > MOST_LINES:
        raise InvalidValue(
            f"requests may have at most {MOST_LINES:,} lines, not {len(requests):,}.",
            param="requests",
        )
    parts = inline.write_lines(requests, document)
    size, now = inline.measure(parts), int(services.now())
    if size > files.MOST_BYTES:
        raise InvalidValue(
            f"requests may have at most {files.MOST_BYTES // 10**6} MB.", param="requests"
        )
    seconds = SECONDS[wish.completion_window] + DAY
    file_id = files.draw_id(services)
    file = File(file_id, caller.id, "batch", _INLINE_NAME, size, now, now + seconds)
    await files.add_input(file, parts, seconds, services)
    return file


def _make_order(wish: BatchRequest, file: File, request: Request, services: Services) -> Order:
    return Order(
        id=f"{lookup.BATCH}{services.new_id()[:24]}",
        endpoint=wish.endpoint,
        origin=services.settings.public_url or request.origin,
        input_file_id=file.id,
        completion_window=wish.completion_window,
        seconds=SECONDS[wish.completion_window],
        metadata=wish.metadata,
        output_seconds=wish.output_seconds,
        retry_interrupted=wish.retry_interrupted,
    )


async def index(request: Request, caller: Caller, services: Services) -> Response:
    query = queries.read(batch_fields.BatchesQuery, request.query)
    found, has_more = await lookup.list_page(query.limit, query.after, caller, services)
    return documents.respond(describe_batches(found, has_more, services.now()))


async def show(request: Request, caller: Caller, services: Services) -> Response:
    batch = await lookup.find_batch(_read_id(request), caller, services)
    await reviving.revive(batch, services)
    return documents.respond(describe_batch(batch, services.now()))


async def cancel(request: Request, caller: Caller, services: Services) -> Response:
    found = await lookup.find_batch(_read_id(request), caller, services)
    batch = await cancelling.cancel(found, caller, services)
    return documents.respond(describe_batch(batch, services.now()))


async def show_results(request: Request, caller: Caller, services: Services) -> Response:
    """Tell of the lines that are over, with links to their images: ours, for the page."""
    query = queries.read(batch_fields.ResultsQuery, request.query)
    batch = await lookup.find_batch(_read_id(request), caller, services)
    after = _read_cursor(query.after)
    data, last, has_more = await output.list_results(batch, after, query.limit, services)
    document: BatchResults = {
        "object": "list",
        "data": data,
        "has_more": has_more,
        "next": query.after if last is None else str(last),
    }
    return documents.respond(document)


def _read_cursor(after: str | None) -> int:
    if after is None:
        return -1
    if not after.isdecimal() or len(after) > 9:
        raise InvalidValue("after must be the next of an answer before.", param="after")
    return int(after)


def _read_id(request: Request) -> str:
    path = paths.normalize(request.path).removeprefix(f"{PATH}/")
    return path.removesuffix("/cancel").removesuffix("/results")
