"""What goes out: of each route the media types, with their shapes and an example."""

from collections.abc import Mapping
from typing import Any, get_args

from flux2 import __version__, catalog, json_text
from flux2.answers import shapes
from flux2.answers.parts import NO_TOKENS
from flux2.handlers import models
from flux2.image_formats import MadeFormat
from flux2.links import FILES_PATH
from flux2.plan import Source
from tools.openapi.examples import PROMPT
from tools.openapi.failures import TOLD, list_kinds
from tools.openapi.headers import describe_headers
from tools.openapi.schemas import Json, describe_types, refer

JSON = "application/json"
EVENTS = "text/event-stream"

_OF_IMAGES = {JSON: shapes.ImageList, EVENTS: shapes.ImageEvent}
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "/v1/images/generations": _OF_IMAGES,
    "/v1/images/edits": _OF_IMAGES,
    f"{FILES_PATH}*": {f"image/{kind}": None for kind in get_args(MadeFormat)},
    "/v1/models": {JSON: shapes.ModelList},
    f"{models.PATH}*": {JSON: shapes.Model},
    "/health": {JSON: shapes.Health},
}
"""Path of the route -> media type -> shape; None: bytes."""

_HEALTH: shapes.Health = {
    "status": "ok",
    "version": __version__,
    "mode": "REST API",
    "model": catalog.DEV.id,
    "account_configured": True,
    "token_configured": True,
    "api_key_configured": True,
    "accounts": 1,
    "problems": [],
}
_MODEL: shapes.Model = {
    "id": catalog.DEV.id,
    "object": "model",
    "created": catalog.DEV.created,
    "owned_by": "black-forest-labs",
}
_MODELS: shapes.ModelList = {"object": "list", "data": [_MODEL]}
_COST: shapes.Cost = {"neurons": 3750, "usd": catalog.to_usd(3750)}
_IMAGES: shapes.ImageList = {
    "id": "gen_0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7",
    "object": "image.generation",
    "created": catalog.DEV.created,
    "model": catalog.DEV.id,
    "data": [{"b64_json": "/9j/4AAQ…", "prompt": PROMPT, "revised_prompt": PROMPT, "seed": 41}],
    "output_format": "jpeg",
    "size": "1024x1024",
    "steps": 25,
    "cost": _COST,
    "usage": NO_TOKENS,
}
_EVENT: Json = {
    "b64_json": "/9j/4AAQ…",
    "created_at": catalog.DEV.created,
    "quality": "auto",
    "background": "opaque",
    "output_format": "jpeg",
    "model": catalog.DEV.id,
    "seed": 41,
    "size": "1024x1024",
    "steps": 25,
    "cost": _COST,
    "usage": NO_TOKENS,
}
_EXAMPLES: Mapping[str, Any] = {
    "Health": _HEALTH,
    "Model": _MODEL,
    "ModelList": _MODELS,
    "ImageList": _IMAGES,
}


def describe_answer(path: str, words: str, source: Source | None) -> Json:
    """What the route answers with when all is well; `source` if it makes images."""
    media = {
        media_type: _describe_events(source, shape)
        if source and media_type == EVENTS
        else _describe_document(shape)
        for media_type, shape in SHAPES[path].items()
    }
    optional = ("x-cache", "server-timing") if source else ()
    return {"description": words, "headers": describe_headers((), optional), "content": media}


def _describe_document(shape: Any) -> Json:
    if shape is None:
        return {}
    return {"schema": refer(shape.__name__), "example": _EXAMPLES[shape.__name__]}


def _describe_events(source: Source, shape: Any) -> Json:
    name = f"{source}.completed"
    data = json_text.write({"type": name, **_EVENT})
    return {
        "schema": {
            "description": "Of each event, as OpenAPI 3.2 says it.",
            "type": "object",
            "required": ["data"],
            "properties": {
                "event": {"type": "string", "const": name},
                "data": {
                    "type": "string",
                    "contentMediaType": JSON,
                    "contentSchema": {"anyOf": [refer(shape.__name__), refer("Error")]},
                },
            },
        },
        "example": f"event: {name}\ndata: {data}\n\n",
    }


def describe_shapes() -> Json:
    """Name -> schema of every answer; the errors' types and codes are those of the tree."""
    used = [shape for media in SHAPES.values() for shape in media.values() if shape]
    schemas = describe_types([*dict.fromkeys(used), shapes.Error])
    detail = schemas["ErrorDetail"]["properties"]
    for name, rule in list_kinds(TOLD).items():
        detail[name] |= rule
    return schemas
