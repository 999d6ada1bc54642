"""Images that are kept for whoever asked for them: their routes, and what those answer."""

from collections.abc import Mapping
from typing import Any

from flux2 import catalog
from flux2.answers import gallery_shapes as shapes
from flux2.days import DAY
from flux2.handlers import gallery
from flux2.links import FILES_PATH
from flux2.request.gallery_queries import KeptImagesQuery
from tools.openapi import failures
from tools.openapi.examples import PROMPT
from tools.openapi.operation import Operation
from tools.openapi.schemas import Json

_NAME = "0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7"
_JSON = "application/json"
SHAPES: Mapping[str, Mapping[str, Any]] = {
    f"GET {gallery.PATH}": {_JSON: shapes.KeptImageList},
    f"GET {gallery.PATH}/*": {_JSON: shapes.KeptImage},
    f"DELETE {gallery.PATH}/*": {_JSON: shapes.DeletedImage},
}
_IMAGE: shapes.KeptImage = {
    "id": f"img_{_NAME}",
    "object": "image",
    "created_at": catalog.DEV.created,
    "expires_at": catalog.DEV.created + 30 * DAY,
    "url": f"https://images.example.com{FILES_PATH}{_NAME}.jpg",
    "request_id": "req_5c1de0a94b7f4f0c9a3b2d1e8f7a6b5c",
    "prompt": PROMPT,
    "model": catalog.DEV.id,
    "size": "1024x1024",
    "steps": 25,
    "guidance": None,
    "seed": 41,
    "references": 0,
    "output_format": "jpeg",
    "cost": {"neurons": 3750, "usd": catalog.to_usd(3750)},
}
EXAMPLES: Mapping[str, Any] = {
    "KeptImage": _IMAGE,
    "DeletedImage": {"id": _IMAGE["id"], "object": "image", "deleted": True},
    "KeptImageList": {
        "object": "list",
        "data": [_IMAGE],
        "first_id": _IMAGE["id"],
        "last_id": _IMAGE["id"],
        "has_more": False,
    },
}
_ID: Json = {
    "name": "image_id",
    "description": "Its `id`, or the `kept_id` of an answer.",
    "schema": {"type": "string"},
    "example": _IMAGE["id"],
}
OPERATIONS: Mapping[str, Operation] = {
    f"GET {gallery.PATH}": Operation(
        "listKeptImages",
        "Images",
        "One's own images that are kept",
        "The newest first.",
        "Where the owner has them kept, by `KEEP_IMAGES`: those of every path but of batches, and "
        "of images for later, which have results of their own.",
        query=KeptImagesQuery,
        errors=failures.OF_LIST,
    ),
    f"GET {gallery.PATH}/*": Operation(
        "retrieveKeptImage",
        "Images",
        "One image that is kept",
        "What it is, what it was made from, and a link to it.",
        parameter=_ID,
        errors=failures.OF_ONE,
    ),
    f"DELETE {gallery.PATH}/*": Operation(
        "deleteKeptImage",
        "Images",
        "Delete an image that is kept",
        "It is gone, its link as well, at the latest after a minute.",
        parameter=_ID,
        errors=failures.OF_ONE,
    ),
}
