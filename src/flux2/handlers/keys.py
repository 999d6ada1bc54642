"""`/v1/keys`: the keys that the owner makes for others; `GET /v1/key`: one's own."""

from flux2 import gallery, paths
from flux2.access import key_changes, keys
from flux2.access.auth import Caller
from flux2.access.keys import Key
from flux2.answers.key_shapes import DeletedKey, NewKey, OwnKey
from flux2.answers.keys import describe, describe_free_day, describe_list
from flux2.handlers.documents import read_fields, respond
from flux2.ports import Request, Response
from flux2.request import key_fields, queries
from flux2.services import Services
from flux2.usage import sums

PATH = "/v1/keys"
OWN = "/v1/key"


async def create(request: Request, caller: Caller, services: Services) -> Response:
    columns = key_fields.read_new(await read_fields(request, services), services.now())
    return _respond_new(*await key_changes.create(columns, services), services)


async def index(request: Request, caller: Caller, services: Services) -> Response:
    query = queries.read(key_fields.KeysQuery, request.query)
    found, has_more = await key_changes.list_page(query.limit, query.after, services)
    return respond(describe_list(found, has_more, services.now()))


async def show(request: Request, caller: Caller, services: Services) -> Response:
    return respond(describe(await key_changes.find(_read_id(request), services), services.now()))


async def change(request: Request, caller: Caller, services: Services) -> Response:
    """Change what is given, and nothing else."""
    now = services.now()
    columns = key_fields.read_change(await read_fields(request, services), now)
    return respond(describe(await key_changes.change(_read_id(request), columns, services), now))


async def rotate(request: Request, caller: Caller, services: Services) -> Response:
    return _respond_new(*await key_changes.rotate(_read_id(request), services), services)


async def delete(request: Request, caller: Caller, services: Services) -> Response:
    key_id = _read_id(request)
    await key_changes.delete(key_id, services)
    document: DeletedKey = {"id": key_id, "object": "api_key", "deleted": True}
    return respond(document)


async def show_own(request: Request, caller: Caller, services: Services) -> Response:
    """Tell what one's own key may still do, and what is left of the free day."""
    now = services.now()
    if caller.key_hash is None:
        row = await sums.find_owner(services)
    else:
        row = await keys.find(caller.key_hash, services)
    free_today = describe_free_day(await sums.find_used_today(services), now)
    document: OwnKey = {
        **describe(row, now),
        "free_today": free_today,
        "images_kept_days": gallery.find_days(services),
    }
    return respond(document)


def _read_id(request: Request) -> str:
    path = paths.normalize(request.path).removeprefix(f"{PATH}/")
    return path.removesuffix("/rotate")


def _respond_new(row: Key, key: str, services: Services) -> Response:
    document: NewKey = {**describe(row, services.now()), "key": key}
    return respond(document)
