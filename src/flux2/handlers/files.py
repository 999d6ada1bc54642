"""`/v1/files`: OpenAI's files, which are here for batches."""

import re

from flux2 import paths
from flux2.access import limits
from flux2.access.auth import Caller
from flux2.answers.batch_shapes import DeletedFile
from flux2.answers.bodies import end_with
from flux2.batches import files, output
from flux2.batches.describing import describe_file, describe_files
from flux2.batches.files import File
from flux2.handlers import documents
from flux2.ports import Request, Response
from flux2.request import file_uploads, queries
from flux2.request.bodies import Memory
from flux2.services import Services, require_storage

PATH = "/v1/files"


async def create(request: Request, caller: Caller, services: Services) -> Response:
    require_storage(services)
    check_count = limits.count_request(caller, services)
    memory = Memory(services.bodies)
    try:
        await check_count()
        upload = await file_uploads.read(request, memory, files.MOST_BYTES)
        now, seconds = int(services.now()), upload.seconds or files.KEPT_FOR
        file = File(
            id=files.draw_id(services),
            key_id=caller.id,
            purpose="batch",
            filename=upload.filename,
            bytes=upload.content.size,
            created_at=now,
            expires_at=now + seconds,
        )
        await files.add_input(file, [upload.content], seconds, services)
    finally:
        memory.let_go()
    return documents.respond(describe_file(file))


async def index(request: Request, caller: Caller, services: Services) -> Response:
    query = queries.read(file_uploads.FilesQuery, request.query)
    found, has_more = await files.list_page(
        query.limit, query.after, query.purpose, query.order or "desc", caller, services
    )
    return documents.respond(describe_files(found, has_more))


async def show(request: Request, caller: Caller, services: Services) -> Response:
    return documents.respond(describe_file(await files.find(_read_id(request), caller, services)))


async def show_content(request: Request, caller: Caller, services: Services) -> Response:
    file = await files.find(_read_id(request), caller, services)
    headers = {
        "content-type": "application/jsonl",
        "content-disposition": f'attachment; filename="{_clean(file.filename)}"',
        "cache-control": "no-store",
    }
    if file.batch_id is None or file.status is None:
        return Response(headers=headers, body=[await files.read_input(file, services)])
    lines = output.stream(file.batch_id, file.status, require_storage(services), services)
    return Response(headers=headers, body=end_with(lines, lambda *_: None))


def _clean(filename: str) -> str:
    """Keep what a header may carry, and a name cannot lead elsewhere by."""
    return re.sub(r"[^A-Za-z0-9._ -]", "_", filename)


async def delete(request: Request, caller: Caller, services: Services) -> Response:
    file_id = _read_id(request)
    await files.delete(file_id, caller, services)
    document: DeletedFile = {"id": file_id, "object": "file", "deleted": True}
    return documents.respond(document)


def _read_id(request: Request) -> str:
    path = paths.normalize(request.path).removeprefix(f"{PATH}/")
    return path.removesuffix("/content")
