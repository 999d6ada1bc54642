"""The routes of `app`, each with its words, its body and its errors."""

from collections.abc import Mapping, Sequence

from flux2 import catalog
from flux2.app import ROUTES, Access, Route
from flux2.errors import ModelNotFound, NotFound, PermissionDenied, UpstreamError
from flux2.handlers import chat, keys, mcp, models, usage
from flux2.links import FILES_PATH, NAME
from flux2.request.key_fields import KeysQuery
from flux2.request.usage_queries import CostsQuery, ImagesQuery
from tools.openapi import batches, chats, failures, gallery, keys as key_bodies, requests, webhooks
from tools.openapi.answers import describe_accepted, describe_answer
from tools.openapi.failures import Errors
from tools.openapi.operation import Operation
from tools.openapi.queries import describe_query
from tools.openapi.schemas import Json

_KEY_ID: Json = {
    "name": "key_id",
    "description": "Its `id`, not the key itself.",
    "schema": {"type": "string"},
    "example": "key_0f2b6c1f7a3d4e5f8091a2b3",
}
_ANSWER_OF_IMAGES = (
    "The images; with `stream` an event each, as soon as it is ready, and comments to keep the "
    "connection alive. Errors come last, as events without a name."
)
_BUCKETS = (
    "Every bucket is there, whole, and without results where nothing was asked for; buckets begin "
    "at 00:00 UTC and whole widths after it. Other parameters are refused, and an empty value is "
    "one that was not given."
)
_OPERATIONS: Mapping[str, Operation] = {
    "POST /v1/images/generations": Operation(
        "createImage",
        "Images",
        "Make images",
        _ANSWER_OF_IMAGES,
        "From a sentence or a JSON prompt, and up to "
        f"{catalog.MOST_REFERENCES} reference images. A body that begins with `{{` is JSON "
        "whatever its content type says.",
        headers=batches.LATER,
        source="image_generation",
        accepted=batches.ACCEPTED,
        body=requests.GENERATION,
        errors=failures.OF_IMAGES,
    ),
    "POST /v1/images/edits": Operation(
        "createImageEdit",
        "Images",
        "Edit images",
        _ANSWER_OF_IMAGES,
        "As making images, from at least one reference image.",
        headers=batches.LATER,
        source="image_edit",
        accepted=batches.ACCEPTED,
        body=requests.EDIT,
        errors=failures.OF_IMAGES,
    ),
    f"POST {chat.PATH}": Operation(
        "createChatCompletion",
        "Chat",
        "Images in a chat",
        "The images as one message, below which stands what was made; with `stream` a chunk each, "
        "as soon as it is ready. An error behind the first chunk is an event of its own.",
        "The text of the user's last message is the prompt, its images are reference images. A "
        "message without an image is about the last image of the chat. All fields of an image are "
        "taken as well.",
        body=chats.CHAT,
        errors=failures.OF_CHAT,
    ),
    f"GET {FILES_PATH}*": Operation(
        "getImageFile",
        "Images",
        "An image that was asked for as a link",
        "The image.",
        "For one hour, of a chat for a day, or as long as images are kept, without a key: the name "
        "cannot be guessed.",
        parameter={
            "name": "name",
            "description": "The end of the link.",
            "schema": {"type": "string", "pattern": f"^{NAME.pattern}$"},
            "example": "0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7.jpg",
        },
        errors=(NotFound, UpstreamError),
    ),
    **gallery.OPERATIONS,
    **batches.OPERATIONS,
    "GET /v1/models": Operation(
        "listModels", "Models", "The models", "Those that the key may use."
    ),
    f"GET {models.PATH}*": Operation(
        "retrieveModel",
        "Models",
        "One model",
        "It is there.",
        parameter={
            "name": "model",
            "description": "As the field `model` of a request; `/` percent-encoded or as it is.",
            "schema": {"type": "string"},
            "example": catalog.DEV.id,
        },
        errors=(ModelNotFound, PermissionDenied),
    ),
    f"GET {keys.OWN}": Operation(
        "getOwnKey",
        "Keys",
        "What one's own key may still do",
        "The key, and what is left of today's free allocation as far as this deployment knows.",
        errors=failures.OF_DATABASE,
    ),
    f"POST {keys.PATH}": Operation(
        "createKey",
        "Keys",
        "Make a key for somebody",
        "The key, which is told only now.",
        "A budget holds under any load: what an image costs is put aside before it is made.",
        body=key_bodies.NEW_KEY,
        errors=failures.OF_KEY_FIELDS,
    ),
    f"GET {keys.PATH}": Operation(
        "listKeys",
        "Keys",
        "The keys that were made",
        "The newest first.",
        query=KeysQuery,
        errors=failures.OF_QUERY,
    ),
    f"GET {keys.PATH}/*": Operation(
        "retrieveKey",
        "Keys",
        "One key",
        "With what it has spent, and what is left.",
        parameter=_KEY_ID,
        errors=(*failures.OF_OWNER, NotFound),
    ),
    f"PATCH {keys.PATH}/*": Operation(
        "updateKey",
        "Keys",
        "Change a key",
        "As it is now.",
        "Only what is given changes; null takes a limit away.",
        parameter=_KEY_ID,
        body=key_bodies.CHANGED_KEY,
        errors=(*failures.OF_KEY_FIELDS, NotFound),
    ),
    f"DELETE {keys.PATH}/*": Operation(
        "deleteKey",
        "Keys",
        "End a key",
        "It is gone; what it has spent stays in the sums.",
        parameter=_KEY_ID,
        errors=(*failures.OF_OWNER, NotFound),
    ),
    f"POST {keys.PATH}/*/rotate": Operation(
        "rotateKey",
        "Keys",
        "Put another key in its place",
        "The new key, which is told only now; the old one ends at once.",
        parameter=_KEY_ID,
        errors=(*failures.OF_OWNER, NotFound),
    ),
    f"GET {usage.IMAGES_PATH}": Operation(
        "getImagesUsage",
        "Usage",
        "How many images were asked for",
        "A page of buckets.",
        _BUCKETS,
        query=ImagesQuery,
        errors=failures.OF_USAGE,
    ),
    f"GET {usage.COSTS_PATH}": Operation(
        "getCosts",
        "Usage",
        "What they cost",
        "A page of days.",
        _BUCKETS,
        query=CostsQuery,
        errors=failures.OF_USAGE,
    ),
    **webhooks.OPERATIONS,
    "GET /health": Operation(
        "getHealth", "Service", "Whether the deployment is configured", "It runs."
    ),
}
ELSEWHERE = {mcp.PATH: "its protocol has a description of its own, `tools/list`"}
"""Routes that are not in the document, and why."""
TAGS = list(dict.fromkeys(operation.tag for operation in _OPERATIONS.values()))


def describe_paths() -> Json:
    """Path -> method -> operation."""
    described: dict[str, Json] = {}
    for route in ROUTES:
        if route.path not in ELSEWHERE:
            operation = _OPERATIONS[route.name]
            path = route.path.replace("*", f"{{{operation.parameter.get('name')}}}")
            described.setdefault(path, {})[route.method.lower()] = _describe(route, operation)
    return described


def describe_failures() -> Json:
    """Name -> response, of all that the operations refer to."""
    responses = [
        kinds
        for route in ROUTES
        if route.path not in ELSEWHERE
        for kinds in failures.list_responses(_list_errors(route)).values()
    ]
    return failures.describe_responses(responses)


def _list_errors(route: Route) -> Errors:
    own = _OPERATIONS[route.name].errors
    return [
        *own,
        *failures.EVERYWHERE,
        *(failures.WITH_KEY if route.access is not Access.ANYBODY else ()),
    ]


def _describe(route: Route, operation: Operation) -> Json:
    body = operation.body
    wrong = failures.list_responses(_list_errors(route))
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag],
        "security": [{"key": []}] * (route.access is not Access.ANYBODY),
        "parameters": _describe_parameters(operation) or None,
        "requestBody": {"required": operation.needs_body, "content": body} if body else None,
        "responses": {
            "200": describe_answer(route, operation.answer, operation.source),
            **({"202": describe_accepted(operation.accepted)} if operation.accepted else {}),
            **{status: failures.refer_response(kinds) for status, kinds in wrong.items()},
        },
    }
    return {name: value for name, value in described.items() if value not in ("", None)}


def _describe_parameters(operation: Operation) -> Sequence[Json]:
    in_path = [{**operation.parameter, "in": "path", "required": True}]
    in_query = describe_query(operation.query) if operation.query else ()
    return [
        *in_path * bool(operation.parameter),
        *({**each, "in": "query"} for each in in_query),
        *({**each, "in": "header"} for each in operation.headers),
    ]
