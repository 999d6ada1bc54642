"""The arguments of a tool: the fields of a request for images, but for those that make no sense for
an agent."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from flux2 import json_text
from flux2.errors import MissingParameter, UnsupportedParameter
from flux2.mcp.messages import INVALID_PARAMS, RpcError
from flux2.plan import Source
from flux2.request import json_bodies
from flux2.request.fields import UNSUPPORTED, ImageRequest
from flux2.request.json_references import Images
from flux2.request.payload import Payload
from flux2.request.reference_fields import is_reference

SOURCES: Mapping[str, Source] = {
    "generate_image": "image_generation",
    "edit_image": "image_edit",
}
"""The tools that make images, and which of OpenAI's calls each is."""
LIST_MODELS = "list_models"
SUBMIT_BATCH, GET_BATCH = "submit_batch", "get_batch"

LEFT_OUT: Mapping[str, str] = {
    "input": "another name of prompt",
    "response_format": "a result has a small copy and a link",
    "stream": "a client asks for progress in a way of the protocol's own",
    "partial_images": "there are none",
}
"""Fields that are no arguments, and why."""
ARGUMENTS = tuple(name for name in ImageRequest.model_fields if name not in LEFT_OUT)
IMAGES = "images"

_ADDED_BY_PROGRAMS = frozenset(
    {"action", "chatInput", "sessionId", "tool", "toolCallId", "random_string"}
)
"""n8n sends all but the last along, whatever a tool takes
(https://github.com/n8n-io/n8n/issues/21500); Cursor the last, where one takes nothing."""


def read_call(params: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Read the tool's name and its arguments. Raises RpcError."""
    name, arguments = params.get("name"), params.get("arguments")
    if name not in (*SOURCES, LIST_MODELS, SUBMIT_BATCH, GET_BATCH):
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {json.dumps(name)[:100]}")
    if not isinstance(arguments, dict | None):
        raise RpcError(INVALID_PARAMS, "arguments must be an object.")
    return name, arguments or {}


def read_arguments(
    name: str, arguments: Mapping[str, Any], images: Images, *, stream: bool
) -> Payload:
    """Read a request for images.

    Raises an InvalidRequest, also for what is no argument: an agent that misspells one would take
    the image for what it asked for.
    """
    takes_images = SOURCES[name] == "image_edit"
    known = (*ARGUMENTS, IMAGES) if takes_images else ARGUMENTS
    given = drop_added(arguments)
    given |= {IMAGES: read_list(given[IMAGES])} if IMAGES in given else {}
    others = {k for k in given if not (takes_images and is_reference(k))}
    refuse_unknown(name, others - {*UNSUPPORTED}, known)  # those are refused with their reason
    payload = json_bodies.read_fields(given, images)
    if takes_images and not payload.references:
        raise MissingParameter(f"{IMAGES} is required: at least one image to edit.", param=IMAGES)
    ours = {"response_format": "url", "stream": stream}
    return Payload({**payload.fields, **ours}, payload.references)


def drop_added(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what no agent has said."""
    return {k: v for k, v in arguments.items() if k not in _ADDED_BY_PROGRAMS}


def read_list(value: Any) -> Any:
    """Read a list that came as its JSON, as Cursor sends it with some models
    (https://forum.cursor.com/t/145807); anything else stays as it is."""
    try:
        read = json_text.parse(value.encode()) if isinstance(value, str) else value
    except ValueError:
        return value
    return read if isinstance(read, list) else value


def refuse_unknown(name: str, given: Collection[str], known: Collection[str]) -> None:
    unknown = sorted({*given} - {*known} - _ADDED_BY_PROGRAMS)
    if unknown:
        raise UnsupportedParameter(
            f"{name} has no argument {json.dumps(unknown[0][:100], ensure_ascii=False)}. "
            + (f"It has: {', '.join(known)}." if known else "It has none."),
            param=unknown[0][:100],
        )
