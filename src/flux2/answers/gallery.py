"""What is told of images that are kept for whoever asked for them."""

import json
from collections.abc import Sequence
from typing import Any

from flux2.answers.gallery_shapes import DeletedImage, KeptImage, KeptImageList
from flux2.answers.pages import describe_page
from flux2.gallery import ID, KeptImage as Row
from flux2.links import EXTENSIONS, FILES_PATH


def describe(row: Row, origin: str) -> KeptImage | DeletedImage:
    """Describe an image, or that it was deleted; `origin` is what its link begins with."""
    if row.name is None or row.facts is None:
        return describe_deleted(row.id)
    facts: dict[str, Any] = json.loads(row.facts)
    name = f"{row.id.removeprefix(ID)}.{EXTENSIONS[facts['output_format']]}"
    return {
        "id": row.id,
        "object": "image",
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "url": f"{origin}{FILES_PATH}{name}",
        "request_id": facts["request_id"],
        "prompt": facts["prompt"],
        "model": facts["model"],
        "size": facts["size"],
        "steps": facts["steps"],
        "guidance": facts["guidance"],
        "seed": facts["seed"],
        "references": facts["references"],
        "output_format": facts["output_format"],
        "cost": facts["cost"],
    }


def describe_deleted(image_id: str) -> DeletedImage:
    return {"id": image_id, "object": "image", "deleted": True}


def describe_list(rows: Sequence[Row], has_more: bool, origin: str) -> KeptImageList:
    return describe_page([describe(row, origin) for row in rows], has_more)
