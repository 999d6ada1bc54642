"""The routes of `app`, each with its words, its body and its errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flux2 import catalog
from flux2.app import ROUTES, Route
from flux2.errors import ModelNotFound, NotFound, UpstreamError
from flux2.handlers import chat, mcp, models, usage
from flux2.links import FILES_PATH, NAME
from flux2.plan import Source
from tools.openapi import chats, failures, requests
from tools.openapi.answers import describe_answer
from tools.openapi.failures import Errors
from tools.openapi.schemas import Json
from tools.openapi.usage import describe_query


@dataclass(frozen=True)
class _Operation:
    name: str
    tag: str
    summary: str
    answer: str
    description: str = ""
    parameter: Mapping[str, Json | str] = field(default_factory=dict)
    """What stands in the path in place of `*`."""
    source: Source | None = None
    """Where images are made: which of OpenAI's calls it is."""
    body: Json = field(default_factory=dict)
    errors: Errors = ()
    """Beside those of every route, or of every one that needs the key."""


_ANSWER_OF_IMAGES = (
    "The images; with `stream` an event each, as soon as it is ready, and comments to keep the "
    "connection alive. Errors come last, as events without a name."
)
_BUCKETS = (
    "Every bucket is there, whole, and without results where nothing was asked for; buckets begin "
    "at 00:00 UTC and whole widths after it. Other parameters are refused, and an empty value is "
    "one that was not given."
)
_OPERATIONS: Mapping[str, _Operation] = {
    "/v1/images/generations": _Operation(
        "createImage",
        "Images",
        "Make images",
        _ANSWER_OF_IMAGES,
        "From a sentence or a JSON prompt, and up to "
        f"{catalog.MOST_REFERENCES} reference images. A body that begins with `{{` is JSON "
        "whatever its content type says.",
        source="image_generation",
        body=requests.GENERATION,
        errors=failures.OF_IMAGES,
    ),
    "/v1/images/edits": _Operation(
        "createImageEdit",
        "Images",
        "Edit images",
        _ANSWER_OF_IMAGES,
        "As making images, from at least one reference image.",
        source="image_edit",
        body=requests.EDIT,
        errors=failures.OF_IMAGES,
    ),
    chat.PATH: _Operation(
        "createChatCompletion",
        "Chat",
        "Images in a chat",
        "The images as one message, below which stands what was made; with `stream` a chunk each, "
        "as soon as it is ready. An error behind the first chunk is an event of its own.",
        "The text of the user's last message is the prompt, its images are reference images. A "
        "message without an image is about the last image of the chat. All fields of an image are "
        "taken as well.",
        body=chats.CHAT,
        errors=failures.OF_IMAGES,
    ),
    f"{FILES_PATH}*": _Operation(
        "getImageFile",
        "Images",
        "An image that was asked for as a link",
        "The image.",
        "For one hour, of a chat for a day, without a key: the name cannot be guessed.",
        parameter={
            "name": "name",
            "description": "The end of the link.",
            "schema": {"type": "string", "pattern": f"^{NAME.pattern}$"},
            "example": "0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7.jpg",
        },
        errors=(NotFound, UpstreamError),
    ),
    "/v1/models": _Operation("listModels", "Models", "The models", "All of them."),
    f"{models.PATH}*": _Operation(
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
        errors=(ModelNotFound,),
    ),
    "/health": _Operation(
        "getHealth", "Service", "Whether the deployment is configured", "It runs."
    ),
    usage.IMAGES_PATH: _Operation(
        "getImagesUsage",
        "Usage",
        "How many images were asked for",
        "A page of buckets.",
        f"For the owner. {_BUCKETS}",
        errors=failures.OF_USAGE,
    ),
    usage.COSTS_PATH: _Operation(
        "getCosts",
        "Usage",
        "What they cost",
        "A page of days.",
        f"For the owner. {_BUCKETS}",
        errors=failures.OF_USAGE,
    ),
}
ELSEWHERE = {mcp.PATH: "its protocol has a description of its own, `tools/list`"}
"""Routes that are not in the document, and why."""
TAGS = list(dict.fromkeys(operation.tag for operation in _OPERATIONS.values()))


def describe_paths() -> Json:
    """Path -> method -> operation."""
    routes = {route.path: route for route in ROUTES}
    return {
        path.replace("*", f"{{{operation.parameter.get('name')}}}"): {
            routes[path].method.lower(): _describe(routes[path], operation)
        }
        for path, operation in _OPERATIONS.items()
    }


def describe_failures() -> Json:
    """Name -> response, of all that the operations refer to."""
    responses = [
        (kinds, _OPERATIONS[route.path].tag)
        for route in ROUTES
        if route.path not in ELSEWHERE
        for kinds in failures.list_responses(_list_errors(route)).values()
    ]
    return failures.describe_responses(responses)


def _list_errors(route: Route) -> Errors:
    own = _OPERATIONS[route.path].errors
    return [*own, *failures.EVERYWHERE, *(failures.WITH_KEY if route.needs_key else ())]


def _describe(route: Route, operation: _Operation) -> Json:
    parameter, body = operation.parameter, operation.body
    in_path = [{**parameter, "in": "path", "required": True}] if parameter else []
    parameters = [*in_path, *describe_query(route.path)]
    wrong = failures.list_responses(_list_errors(route))
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag],
        "security": [{"key": []}] * route.needs_key,
        "parameters": parameters or None,
        "requestBody": {"required": True, "content": body} if body else None,
        "responses": {
            "200": describe_answer(route.path, operation.answer, operation.source),
            **{
                status: failures.refer_response(kinds, operation.tag)
                for status, kinds in wrong.items()
            },
        },
    }
    return {name: value for name, value in described.items() if value not in ("", None)}
