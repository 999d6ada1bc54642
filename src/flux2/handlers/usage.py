"""`GET /v1/organization/usage/images` and `GET /v1/organization/costs`, in OpenAI's shapes."""

from collections.abc import Callable, Mapping, Sequence

from flux2 import catalog
from flux2.access.auth import Caller
from flux2.answers.usage_shapes import Costs, ImagesUsage
from flux2.database import require_database, translated
from flux2.handlers.documents import respond
from flux2.ports import Request, Response
from flux2.request import queries
from flux2.request.usage_queries import CostsQuery, ImagesQuery, find_buckets, write_cursor
from flux2.services import Services
from flux2.usage.buckets import Buckets
from flux2.usage.pages import Sum, sum_up

IMAGES_PATH = "/v1/organization/usage/images"
COSTS_PATH = "/v1/organization/costs"
_Sums = Mapping[int, Sequence[Sum]]
"""The begin of each bucket that has any -> its sums."""


async def images(request: Request, caller: Caller, services: Services) -> Response:
    """Tell how many images were asked for."""
    buckets, sums = await _ask(ImagesQuery, request, services)
    return _respond(buckets, sums, _describe_images)


async def costs(request: Request, caller: Caller, services: Services) -> Response:
    """Tell what they cost."""
    buckets, sums = await _ask(CostsQuery, request, services)
    return _respond(buckets, sums, _describe_costs)


async def _ask(
    kind: type[ImagesQuery] | type[CostsQuery],
    request: Request,
    services: Services,
) -> tuple[Buckets, _Sums]:
    """Look up what was asked for."""
    database = require_database(services)
    query = queries.read(kind, request.query)
    buckets = find_buckets(query, services.now())
    with translated(services):
        return buckets, await sum_up(database, buckets, query.group_by, query.filters)


def _describe_images(sum: Sum) -> ImagesUsage:
    return {
        "object": "organization.usage.images.result",
        "images": sum.images,
        "num_model_requests": sum.requests,
        "project_id": None,
        "user_id": None,
        "api_key_id": sum.of.get("api_key_id"),
        "model": sum.of.get("model"),
        "size": sum.of.get("size"),
        "source": sum.of.get("source"),
    }


def _describe_costs(sum: Sum) -> Costs:
    line_item = sum.of.get("line_item")
    return {
        "object": "organization.costs.result",
        "amount": {"value": catalog.to_usd(sum.micros / catalog.MICROS), "currency": "usd"},
        "line_item": line_item,
        "quantity": sum.images if line_item else None,
        "quantity_unit": "images" if line_item else None,
        "project_id": None,
        "user_id": None,
        "api_key_id": sum.of.get("api_key_id"),
        "api_source": None,
    }


def _respond(
    buckets: Buckets, sums: _Sums, describe: Callable[[Sum], ImagesUsage | Costs]
) -> Response:
    page = {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": begin,
                "end_time": begin + buckets.seconds,
                "results": [describe(each) for each in sums.get(begin, ())],
            }
            for begin in buckets.begins
        ],
        "has_more": buckets.has_more,
        "next_page": write_cursor(buckets),
    }
    return respond(page)
