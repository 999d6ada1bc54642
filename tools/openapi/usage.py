"""Usage and costs: their answers, and examples of them."""

from collections.abc import Mapping
from typing import Any

from flux2 import catalog
from flux2.answers import usage_shapes as shapes
from flux2.days import DAY
from flux2.handlers import usage

SHAPES: Mapping[str, Mapping[str, Any]] = {
    f"GET {usage.IMAGES_PATH}": {"application/json": shapes.ImagesUsagePage},
    f"GET {usage.COSTS_PATH}": {"application/json": shapes.CostsPage},
}
"""Name of the route -> media type -> shape."""

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
