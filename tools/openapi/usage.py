"""Usage and costs: what may be asked, and what is answered."""

from collections.abc import Mapping
from typing import Any

from flux2 import catalog
from flux2.answers import usage_shapes as shapes
from flux2.days import DAY
from flux2.handlers import usage
from flux2.request.queries import Query
from flux2.request.usage_queries import CostsQuery, ImagesQuery
from tools.openapi.schemas import Json, describe_fields

SHAPES: Mapping[str, Any] = {
    usage.IMAGES_PATH: shapes.ImagesUsagePage,
    usage.COSTS_PATH: shapes.CostsPage,
}
"""Path of the route -> shape."""
QUERIES: Mapping[str, type[Query]] = {
    usage.IMAGES_PATH: ImagesQuery,
    usage.COSTS_PATH: CostsQuery,
}
"""Path of the route -> what may stand behind its `?`."""

_BEGIN = 1_764_028_800
_USED: shapes.ImagesUsage = {
    "object": "organization.usage.images.result",
    "images": 12,
    "num_model_requests": 9,
    "project_id": None,
    "user_id": None,
    "api_key_id": "owner",
    "model": catalog.DEV.id,
    "size": None,
    "source": None,
}
_USAGE: shapes.ImagesUsagePage = {
    "object": "page",
    "data": [
        {
            "object": "bucket",
            "start_time": _BEGIN,
            "end_time": _BEGIN + DAY,
            "results": [_USED],
        }
    ],
    "has_more": False,
    "next_page": None,
}
_PAID: shapes.Costs = {
    "object": "organization.costs.result",
    "amount": {"value": catalog.to_usd(12 * 3750), "currency": "usd"},
    "line_item": catalog.DEV.id,
    "quantity": 12,
    "quantity_unit": "images",
    "project_id": None,
    "user_id": None,
    "api_key_id": None,
    "api_source": None,
}
_COSTS: shapes.CostsPage = {
    "object": "page",
    "data": [
        {
            "object": "bucket",
            "start_time": _BEGIN,
            "end_time": _BEGIN + DAY,
            "results": [_PAID],
        }
    ],
    "has_more": True,
    "next_page": f"page_{_BEGIN + DAY:x}",
}
EXAMPLES: Mapping[str, Any] = {"ImagesUsagePage": _USAGE, "CostsPage": _COSTS}


def describe_query(path: str) -> list[Json]:
    """The parameters of a route's query, a list of which is a name again and again."""
    return [_describe(name, schema) for name, schema in _list_fields(path).items()]


def _list_fields(path: str) -> Mapping[str, Json]:
    return describe_fields(QUERIES[path]) if path in QUERIES else {}


def _describe(name: str, schema: Json) -> Json:
    """None is "not given", for which a query has no word; nor is an empty list one."""
    (rule,) = [r for r in schema.get("anyOf", [schema]) if r.get("type") != "null"]
    is_list = rule.get("type") == "array"
    return {
        "name": name,
        "in": "query",
        "description": schema["description"],
        "required": not is_list and rule is schema,
        "schema": {
            key: each for key, each in rule.items() if key not in ("description", "default")
        },
    }
