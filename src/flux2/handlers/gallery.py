"""`/v1/images/kept`: images that are kept for whoever asked for them."""

from flux2 import gallery, paths
from flux2.access.auth import Caller
from flux2.answers.gallery import describe, describe_deleted, describe_list
from flux2.handlers.documents import respond
from flux2.ports import Request, Response
from flux2.request import queries
from flux2.request.gallery_queries import KeptImagesQuery
from flux2.services import Services

PATH = "/v1/images/kept"


async def index(request: Request, caller: Caller, services: Services) -> Response:
    query = queries.read(KeptImagesQuery, request.query)
    found, has_more = await gallery.list_page(
        query.limit,
        query.after,
        with_deleted=query.deleted == "true",
        caller=caller,
        services=services,
    )
    return respond(describe_list(found, has_more, _find_origin(request, services)))


async def show(request: Request, caller: Caller, services: Services) -> Response:
    image = await gallery.find(_read_id(request), caller, services)
    return respond(describe(image, _find_origin(request, services)))


async def delete(request: Request, caller: Caller, services: Services) -> Response:
    image_id = _read_id(request)
    await gallery.delete(image_id, caller, services)
    return respond(describe_deleted(image_id))


def _read_id(request: Request) -> str:
    return paths.normalize(request.path).removeprefix(f"{PATH}/")


def _find_origin(request: Request, services: Services) -> str:
    return services.settings.public_url or request.origin
