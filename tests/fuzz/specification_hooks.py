"""What Schemathesis cannot read in the specification; `test_specification` lets it load this."""

import json
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any

import jsonschema_rs
import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.specs.openapi.checks import negative_data_rejection
from schemathesis.transport.serialization import Binary

from flux2.request.fields import ImageRequest
from tests.unit.fakes import PNG, data_url

REFERENCES = ("image", "image[]", "images", *(f"input_image_{index}" for index in range(4)))
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
SMALL = "256x256"
NUMBERED = REFERENCES[-4:]
CHAT = "/v1/chat/completions"
USAGE, KEYS, WEBHOOKS = "/v1/organization/", "/v1/keys", "/v1/webhook_"
BATCHES, UPLOADS, JOBS = "/v1/batches", "/v1/files", "/v1/images/generations/"
OF_NOBODY = ("/test", "/cancel")
LINE = {"custom_id": "1", "body": {"prompt": "a cat", "size": SMALL, "model": "flux-2-klein-4b"}}
OF_A_PAGE = {"start_time", "end_time", "limit", "page"}
OF_A_KEY = {"models", "limit_reset", "limit_usd", "limit_neurons", "expires_at"}
PUBLIC = "https://hooks.example.com/flux2"
ASKED = {"role": "user", "content": "a cat"}
LEFT_OUT: Mapping[str, Collection[str]] = {
    "GenerationRequest": ("image", *NUMBERED),
    "UrlencodedForm": ("height", "steps", "partial_images", "output_format", "quality"),
    "EditForm": {*ImageRequest.model_fields, "image[]", *NUMBERED} - {"prompt", "size", "n"},
    "ChatRequest": {*ImageRequest.model_fields} - {"size", "n", "response_format", "stream"},
}
BOOLEANS = {"0": False, "1": True, "f": False, "t": True, "n": False, "y": True}
BOOLEANS |= {"no": False, "yes": True, "off": False, "on": True, "false": False, "true": True}


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """What is said several times in the same words is tried once: it saves minutes."""
    generations, edits = (
        raw_schema["paths"][f"/v1/images/{name}"]["post"] for name in ("generations", "edits")
    )
    del generations["requestBody"]["content"]["multipart/form-data"]
    del edits["requestBody"]["content"]["application/json"]
    generations["parameters"] = [h for h in generations["parameters"] if h["name"] == "Prefer"]
    del edits["parameters"]
    schemas = raw_schema["components"]["schemas"]
    del schemas["EditForm"]["allOf"]
    schemas["EditForm"]["required"] = ["prompt", "image"]
    for name, left_out in LEFT_OUT.items():
        properties = schemas[name]["properties"]
        schemas[name]["properties"] = {k: v for k, v in properties.items() if k not in left_out}
    # A line is judged when its turn comes; that its batch is refused nobody has promised.
    schemas["BatchLine"] = {"type": "object"}


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Valid requests become quick ones, within the rules between fields that a schema cannot tell:
    a size against width and height, a seed for each image, real images, one name of the prompt;
    a budget that a reset is of, a time to come; a time of which there is usage; a host that is
    public, but is not called; a batch of one small image, which nobody cancels when it is over; the
    first page of a list."""
    if not case.meta.generation.mode.is_positive:
        return
    if case.path.startswith(USAGE):
        case.query = _ask_about_now(case.query)
    elif case.query:
        case.query = {name: value for name, value in case.query.items() if name != "after"}
    if case.path.endswith(OF_NOBODY) or (case.method == "DELETE" and case.path.startswith(JOBS)):
        case.path_parameters = dict.fromkeys(case.path_parameters, "nobody")
    if not isinstance(case.body, dict) or case.path.startswith(UPLOADS):
        return
    _ask_once(case)
    for path, mend in MENDED.items():
        if case.path.startswith(path):
            case.body = mend(case.body)
            return
    left_out = {"width", "height", *REFERENCES, *(["input"] if "prompt" in case.body else [])}
    body = {k: v for k, v in case.body.items() if k not in left_out}
    if case.path.endswith("/edits") or any(case.body.get(name) for name in REFERENCES):
        body |= {"image": [Binary(PNG)]} if case.media_type in FORMS else {"images": [data_url()]}
    case.body = body | {"size": SMALL, "n": 1}


def _ask_about_now(query: dict[str, Any]) -> dict[str, Any]:
    """Whatever the width, and whatever it has to do with the limit."""
    others = {name: value for name, value in query.items() if name not in OF_A_PAGE}
    return {**others, "start_time": int(time.time()) - 60}


def _ask_once(case: Case) -> None:
    """A name of its own for each request; what is streamed comes now."""
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if BOOLEANS.get(str(case.body.get("stream")).lower()):
        case.headers.pop("Prefer", None)


def _make_key(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in body.keys() - OF_A_KEY}


def _make_webhook(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "url": PUBLIC} if "url" in body else body


def _make_small_batch(body: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in body.items() if name != "input_file_id"}
    return {**others, "endpoint": "/v1/images/generations", "requests": [LINE]}


def _make_quick_chat(chat: dict[str, Any]) -> dict[str, Any]:
    """The last message has a text, and no older one has an image that would have to be a real one;
    a size stands alone, or a ratio that is within the limits of a side."""
    said = [each for each in chat["messages"] if isinstance(each.get("content"), str)]
    messages = [{"role": each["role"], "content": each["content"]} for each in said]
    chat = {**chat, "messages": [*messages, ASKED], "n": 1}
    if not chat.get("image_config"):
        return {**chat, "size": SMALL}
    return {**chat, "size": None, "image_config": {**chat["image_config"], "aspect_ratio": "1:1"}}


MENDED: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    KEYS: _make_key,
    WEBHOOKS: _make_webhook,
    BATCHES: _make_small_batch,
    CHAT: _make_quick_chat,
}
"""What becomes of the bodies that are sent there; else they are requests for images."""


@schemathesis.check
def forbidden_request_rejection(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """The server is more lenient than its document: it also takes "7" for 7 and 1 for true, and in
    a chat whatever others have said."""
    if isinstance(case.body, dict) and _is_valid(_spelled_out(case.body, case.media_type), case):
        # What has files counts as forbidden once `before_call` has touched it.
        if case.body.get("size") == SMALL:
            assert response.status_code != 400, "an allowed request was refused"
        return None
    return negative_data_rejection(ctx, response, case)


def _spelled_out(body: dict[str, Any], media_type: str | None) -> dict[str, Any]:
    not_given: tuple[str | None, ...] = (None, "auto")
    if media_type in FORMS:
        not_given = ("", "auto")
        body = {k: json.dumps(v) if _is_plain(v) else v for k, v in body.items()}
    given = {name: value for name, value in body.items() if value not in not_given}
    if "messages" in given:
        given["messages"] = [ASKED]
    return given | {name: READINGS[name](given[name]) for name in given.keys() & READINGS}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float)


def _boolean(value: Any) -> Any:
    return BOOLEANS.get(str(value).lower(), value)


def _number(value: Any) -> Any:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


NUMBERS = ("width", "height", "steps", "guidance", "seed", "n", "partial_images")
READINGS = {**dict.fromkeys(NUMBERS, _number), "stream": _boolean}


def _is_valid(body: dict[str, Any], case: Case) -> bool:
    raw = case.operation.schema.raw_schema
    operation = raw["paths"][case.operation.path][case.operation.method.lower()]
    content = operation["requestBody"]["content"]
    schema = content[case.media_type]["schema"]
    plain = json.loads(json.dumps(body, default=repr))  # files are strings
    return jsonschema_rs.is_valid({**schema, "components": raw["components"]}, plain)
