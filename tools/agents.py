"""The tools of `POST /mcp` as agents see them: their words, and schemas from the request's fields
and the types of the results.

`make generate` writes them to `src/flux2/mcp/listed.py`: to make them in the Worker would take more
time than to answer.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from flux2 import catalog
from flux2.mcp import batch_tools, shapes, tools
from flux2.request.batch_fields import LONGEST_VALUE, SECONDS
from tools.openapi.requests import describe_argument
from tools.openapi.schemas import Generator, Json

_ABOUT_RESULT = (
    "The result has a small copy of each image to look at, and a link to the full one that lives "
    "at least one hour: show it to the user, or save the file."
)
_WORDS: Mapping[str, tuple[str, str]] = {
    "generate_image": (
        "Generate images",
        "Make one or more images from a description with FLUX.2. Describe subject, style, light "
        f"and composition in plain sentences. {_ABOUT_RESULT} It takes some 10 to 60 seconds and "
        "costs money: list_models says how much.",
    ),
    "edit_image": (
        "Edit images",
        f"Make images from one to {catalog.MOST_REFERENCES} given ones and an instruction with "
        "FLUX.2: change, combine or restyle them. The prompt may speak of image 0, image 1, … in "
        f"their order, as FLUX.2 counts them. {_ABOUT_RESULT}",
    ),
    tools.LIST_MODELS: (
        "List models",
        "The models, what an image costs with each, and the limits of sizes and reference images. "
        "Free of charge.",
    ),
    tools.SUBMIT_BATCH: (
        "Make images in the background",
        f"Begin a batch of up to {batch_tools.MOST_PROMPTS} prompts, and come back at once with "
        "its id and with what it costs. Good for many images, for slow ones, and for what may "
        "wait: when the day's free allocation is used up the batch waits for the next one, and "
        "goes on. get_batch says how far it is, and has the links.",
    ),
    tools.GET_BATCH: (
        "Look at a batch",
        "How far a batch is, until when it waits if it does, and links to the images that are "
        "there. Free of charge. Do not wait for a batch: go on with something else, and ask a "
        "minute later or more.",
    ),
}
"""Of each tool its title, and what an agent must know of it."""
_ABOUT_IMAGES = (
    "The images to start from, in order. Each is a link from an earlier result of this server, or "
    "a data URL (data:image/png;base64,…). File paths and other web addresses cannot be read: "
    "this server fetches nothing. They are shrunk to 512 pixels."
)
_ABOUT_PROMPTS = (
    "What to draw: strings, or objects with prompt and other arguments of generate_image, which "
    "win over those that stand beside prompts and hold for all."
)
_MAKES_IMAGES = {
    "readOnlyHint": False,
    "destructiveHint": False,
    "idempotentHint": False,
    "openWorldHint": True,
}
"""It spends money, and destroys nothing; what is drawn comes from elsewhere."""
_READS = {"readOnlyHint": True, "openWorldHint": False}


def list_tools() -> list[Json]:
    return [
        *(_describe_image_tool(name, edits=name == "edit_image") for name in tools.SOURCES),
        _describe(tools.LIST_MODELS, {}, (), shapes.ModelCards, _READS),
        _describe_submitting(),
        _describe(
            tools.GET_BATCH,
            {batch_tools.ID: {"type": "string", "description": "What submit_batch has told."}},
            (batch_tools.ID,),
            shapes.BatchProgress,
            _READS,
        ),
    ]


def _describe_submitting() -> Json:
    prompt = {
        "type": "object",
        "properties": {each: describe_argument(each) for each in tools.ARGUMENTS},
        "required": [batch_tools.PROMPT],
        "additionalProperties": False,
    }
    arguments: Json = {
        batch_tools.PROMPTS: {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, prompt]},
            "minItems": 1,
            "maxItems": batch_tools.MOST_PROMPTS,
            "description": _ABOUT_PROMPTS,
        },
        **{each: describe_argument(each) for each in batch_tools.SHARED},
        batch_tools.WINDOW: {
            "type": "string",
            "enum": [*SECONDS],
            "description": "How long it may take; what is not begun then is not done. By default "
            "24h; choose more where the free allocation of several days is needed.",
        },
        batch_tools.TITLE: {
            "type": "string",
            "maxLength": LONGEST_VALUE,
            "description": "What people will see in the list of batches.",
        },
    }
    required = (batch_tools.PROMPTS,)
    return _describe(tools.SUBMIT_BATCH, arguments, required, shapes.SubmittedBatch, _MAKES_IMAGES)


def _describe_image_tool(name: str, *, edits: bool) -> Json:
    arguments = {each: describe_argument(each) for each in tools.ARGUMENTS}
    images = {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "maxItems": catalog.MOST_REFERENCES,
        "description": _ABOUT_IMAGES,
    }
    first = tools.ARGUMENTS[0]
    if edits:
        arguments = {first: arguments[first], tools.IMAGES: images} | arguments
    required = (first, tools.IMAGES) if edits else (first,)
    return _describe(name, arguments, required, shapes.MadeImages, _MAKES_IMAGES)


def _describe(
    name: str,
    arguments: Json,
    required: tuple[str, ...],
    result: Any,
    annotations: Mapping[str, bool],
) -> Json:
    title, description = _WORDS[name]
    return {
        "name": name,
        "title": title,
        "description": description,
        "inputSchema": {
            "type": "object",
            "properties": arguments,
            **({"required": required} if required else {}),
            "additionalProperties": False,
        },
        "outputSchema": TypeAdapter(result).json_schema(
            mode="serialization", schema_generator=Generator
        ),
        "annotations": {"title": title, **annotations},
    }


def write_module() -> str:
    lines = [
        f'    r"""{json.dumps(tool, ensure_ascii=False, separators=(",", ":"))}""",\n'
        for tool in list_tools()
    ]
    return (
        '"""The tools as `tools/list` shows them, each as JSON; made by `make generate` from the '
        'fields of a\nrequest."""\n\n'
        f"TOOLS = (\n{''.join(lines)})\n"
    )
