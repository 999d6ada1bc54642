"""What goes out: of each route the media types, with their shapes and an example."""

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, get_args

from flux2 import __version__, catalog, json_text
from flux2.access.auth import KEY_PREFIX
from flux2.answers import chat_shapes, key_shapes, shapes
from flux2.answers.parts import NO_TOKENS
from flux2.app import Route
from flux2.days import DAY
from flux2.handlers import chat, keys, models
from flux2.image_formats import MadeFormat
from flux2.links import FILES_PATH
from flux2.plan import Source
from tools.openapi import batch_examples, batches, gallery, usage, webhooks
from tools.openapi.examples import PROMPT
from tools.openapi.failures import TOLD, list_kinds
from tools.openapi.headers import describe_headers
from tools.openapi.schemas import Json, describe_types, refer

JSON = "application/json"
EVENTS = "text/event-stream"

_OF_IMAGES = {JSON: shapes.ImageList, EVENTS: shapes.ImageEvent}
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "POST /v1/images/generations": _OF_IMAGES,
    "POST /v1/images/edits": _OF_IMAGES,
    f"POST {chat.PATH}": {JSON: chat_shapes.ChatCompletion, EVENTS: chat_shapes.ChatChunk},
    f"GET {FILES_PATH}*": {f"image/{kind}": None for kind in get_args(MadeFormat)},
    "GET /v1/models": {JSON: shapes.ModelList},
    f"GET {models.PATH}*": {JSON: shapes.Model},
    f"GET {keys.OWN}": {JSON: key_shapes.OwnKey},
    f"POST {keys.PATH}": {JSON: key_shapes.NewKey},
    f"GET {keys.PATH}": {JSON: key_shapes.KeyList},
    f"GET {keys.PATH}/*": {JSON: key_shapes.Key},
    f"PATCH {keys.PATH}/*": {JSON: key_shapes.Key},
    f"DELETE {keys.PATH}/*": {JSON: key_shapes.DeletedKey},
    f"POST {keys.PATH}/*/rotate": {JSON: key_shapes.NewKey},
    **gallery.SHAPES,
    **usage.SHAPES,
    **webhooks.SHAPES,
    **batches.SHAPES,
    "GET /health": {JSON: shapes.Health},
}
"""Name of the route -> media type -> shape; None: bytes."""

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
_LINK = f"https://images.example.com{FILES_PATH}0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7.jpg"
_CAPTION = f"flux-2-dev · 1024x1024 · [seed 41]({_LINK}) · 3,750 neurons ($0.0413)"
_CHAT_IMAGE: chat_shapes.ChatImage = {
    "index": 0,
    "type": "image_url",
    "image_url": {"url": "data:image/jpeg;base64,/9j/4AAQ…"},
}
_CHAT: chat_shapes.ChatCompletion = {
    "object": "chat.completion",
    "id": "chatcmpl-0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7",
    "created": catalog.DEV.created,
    "model": catalog.DEV.id,
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": _CAPTION, "images": [_CHAT_IMAGE]},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    "generation": {
        "output_format": "jpeg",
        "size": "1024x1024",
        "steps": 25,
        "seeds": [41],
        "cost": _COST,
    },
}
_CHUNK: chat_shapes.ChatChunk = {
    "object": "chat.completion.chunk",
    "id": "chatcmpl-0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7",
    "created": catalog.DEV.created,
    "model": catalog.DEV.id,
    "choices": [
        {"index": 0, "delta": {"images": [_CHAT_IMAGE]}, "logprobs": None, "finish_reason": None}
    ],
}
_KEY: key_shapes.Key = {
    "id": "key_0f2b6c1f7a3d4e5f8091a2b3",
    "object": "api_key",
    "name": "Mia",
    "created_at": catalog.DEV.created,
    "expires_at": None,
    "disabled": False,
    "models": None,
    "rpm": 10,
    "limit_neurons": 7500,
    "limit_usd": catalog.to_usd(7500),
    "limit_reset": "daily",
    "resets_at": catalog.DEV.created + DAY,
    "spent": _COST,
    "spent_today": _COST,
    "spent_in_all": _COST,
    "remaining": _COST,
}
_NEW_KEY: key_shapes.NewKey = {**_KEY, "key": f"{KEY_PREFIX}{'x' * 43}"}
_FREE_TODAY: key_shapes.FreeDay = {
    "neurons_per_day": catalog.FREE_NEURONS_PER_DAY,
    "used": _COST,
    "remaining": {"neurons": 6250, "usd": catalog.to_usd(6250)},
    "resets_at": catalog.DEV.created + DAY,
}
_EXAMPLES: Mapping[str, Any] = {
    **gallery.EXAMPLES,
    **usage.EXAMPLES,
    **webhooks.EXAMPLES,
    **batch_examples.EXAMPLES,
    "Key": _KEY,
    "NewKey": _NEW_KEY,
    "OwnKey": {**_KEY, "free_today": _FREE_TODAY, "images_kept_days": 30},
    "KeyList": {
        "object": "list",
        "data": [_KEY],
        "first_id": _KEY["id"],
        "last_id": _KEY["id"],
        "has_more": False,
    },
    "DeletedKey": {"id": _KEY["id"], "object": "api_key", "deleted": True},
    "ChatCompletion": _CHAT,
    "Health": _HEALTH,
    "Model": _MODEL,
    "ModelList": _MODELS,
    "ImageList": _IMAGES,
}


def describe_answer(route: Route, words: str, source: Source | None) -> Json:
    """What the route answers with when all is well; `source` is which of OpenAI's calls for images
    it is, if it is one."""
    media = {
        media_type: _describe_stream(source, shape)
        if media_type == EVENTS
        else _describe_document(shape)
        for media_type, shape in SHAPES[route.name].items()
    }
    optional = ("x-cache", "server-timing") if EVENTS in SHAPES[route.name] else ()
    return {"description": words, "headers": describe_headers((), optional), "content": media}


def describe_accepted(words: str) -> Json:
    """What a route answers with that makes its images later."""
    headers = describe_headers(("location", "preference-applied"))
    content = {JSON: _describe_document(batches.ACCEPTED_SHAPE)}
    return {"description": words, "headers": headers, "content": content}


def _describe_document(shape: Any) -> Json:
    if shape is None:
        return {}
    names = [each.__name__ for each in _list_kinds(shape)]
    if len(names) == 1:
        return {"schema": refer(names[0]), "example": _EXAMPLES[names[0]]}
    examples = {name: {"value": _EXAMPLES[name]} for name in names}
    return {"schema": {"anyOf": [*map(refer, names)]}, "examples": examples}


def _list_kinds(shape: Any) -> Sequence[Any]:
    return get_args(shape) if isinstance(shape, UnionType) else (shape,)


def _describe_stream(source: Source | None, shape: Any) -> Json:
    return _describe_events(source, shape) if source else _describe_chunks(shape)


def _describe_chunks(shape: Any) -> Json:
    """Events without names, of which the last is a word of OpenAI's."""
    data = json_text.write(_CHUNK)
    return {
        "schema": {
            "description": "Of each event, as OpenAPI 3.2 says it; `[DONE]` ends the stream.",
            "type": "object",
            "required": ["data"],
            "properties": {"data": {"anyOf": [_describe_data(shape), {"const": "[DONE]"}]}},
        },
        "example": f"data: {data}\n\ndata: [DONE]\n\n",
    }


def _describe_data(shape: Any) -> Json:
    return {
        "type": "string",
        "contentMediaType": JSON,
        "contentSchema": {"anyOf": [refer(shape.__name__), refer("Error")]},
    }


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
                "data": _describe_data(shape),
            },
        },
        "example": f"event: {name}\ndata: {data}\n\n",
    }


def describe_shapes() -> Json:
    """Name -> schema of every answer; the errors' types and codes are those of the tree."""
    shapes_of_routes = [shape for media in SHAPES.values() for shape in media.values() if shape]
    used = [kind for shape in shapes_of_routes for kind in _list_kinds(shape)]
    schemas = describe_types([*dict.fromkeys(used), shapes.Error])
    detail = schemas["ErrorDetail"]["properties"]
    for name, rule in list_kinds(TOLD).items():
        detail[name] |= rule
    return schemas
