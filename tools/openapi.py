"""The API as an OpenAPI 3.1 document, made from what the other modules declare.

`make generate` writes it to `assets/openapi.json`, which is served without running Python.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from flux2 import __version__, catalog, errors, json_text
from flux2.access.auth import NO_KEY
from flux2.answers import shapes
from flux2.answers.errors import describe
from flux2.errors import ApiError
from flux2.generation.images import FILES_PATH
from flux2.request import fields
from flux2.request.fields import ImageRequest
from flux2.request.references import MOST_BYTES
from tools.number_pattern import write_pattern

Json = dict[str, Any]

_IMAGE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEUlEQVR42mP4vCwKjhiI4w"
    "AANNEfMWr419wAAAAASUVORK5CYII="
)
"""A whole PNG of 4x4 pixels."""


# What goes out

_ANSWERS: TypeAdapter[Any] = TypeAdapter(
    shapes.Health | shapes.ModelList | shapes.ImageList | shapes.ImageEvent | shapes.Error,
    config=ConfigDict(defer_build=True),
)


class _Generator(GenerateJsonSchema):
    """Without pydantic's titles, which repeat the names, and defaults that mean "not given"."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = super().default_schema(schema)
        return {k: v for k, v in inner.items() if k != "default" or v is not None}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


# What comes in

_SIDE = write_pattern(catalog.SMALLEST_SIDE, catalog.LARGEST_SIDE)
_PROMPTS = ("prompt", "input")
_NAMES = tuple(model.id.removeprefix(catalog.PREFIX) for model in catalog.MODELS)
_TEXT: Json = {"type": "string", "pattern": r"\S", "maxLength": fields.LONGEST_PROMPT}
_RULES: Mapping[str, Sequence[Json]] = {
    **dict.fromkeys(_PROMPTS, (_TEXT, {"type": "object", "minProperties": 1})),
    "model": (
        {"enum": [*_NAMES, *(model.id for model in catalog.MODELS), "dall-e-2", "dall-e-3"]},
        {"type": "string", "pattern": "^(chat)?gpt-image-"},
    ),
    "size": ({"type": "string", "pattern": f"^{_SIDE}x{_SIDE}$"},),
}
"""What `request.planning` asks of these fields beyond what they declare."""

_ABOUT = ("description", "default", "examples")
_ABOUT_FIELDS = "OpenAI's other fields are accepted and ignored; `auto` means not given."
_ABOUT_REFERENCES = (
    f"A PNG, JPEG, WebP or GIF image of at most {MOST_BYTES // 1024**2} MB, whatever it is called. "
    f"With more than {catalog.REFERENCE_SIDE} pixels on a side it is shrunk to fit."
)
_ABOUT_ORDER = "Reference images, in the order in which the prompt speaks of them."
_NUMBERED = tuple(f"input_image_{index}" for index in range(catalog.MOST_REFERENCES))
_REFERENCE_TYPES = "image/png, image/jpeg, image/webp, image/gif"

_DATA_URL: Json = {"type": "string", "pattern": "^data:[^,]*;base64,", "examples": [_IMAGE]}
_REFERENCE: Json = {
    "description": f"{_ABOUT_REFERENCES} A base64 data URL: links to the web are refused.",
    "anyOf": [
        _DATA_URL,
        {
            "type": "object",
            "required": ["image_url"],
            "properties": {"image_url": _DATA_URL},
        },
    ],
}


@cache
def _declared() -> Json:
    schema = ImageRequest.model_json_schema(schema_generator=_Generator)
    return dict(schema["properties"])


def _properties(*, form: bool) -> Json:
    """The fields of `ImageRequest`, each with its rules and with what means "not given"."""
    made = _form_property if form else _json_property
    return {name: made(name, declared) for name, declared in _declared().items()}


def _json_property(name: str, declared: Json) -> Json:
    not_given = () if name in _PROMPTS else ("auto", None)
    return {**_about(declared), **_rules(name, declared, not_given)}


def _form_property(name: str, declared: Json) -> Json:
    """In a form all is text: there is no null, and a JSON prompt is a string."""
    if name == "prompt":
        return {**_about(declared), **_TEXT}
    not_given = ("",) if name in _PROMPTS else ("auto", "")
    about = {"default": "", **_about(declared)}
    about.pop("examples", None)  # a form that is filled in with them would ask for too much
    return {**about, **_rules(name, declared, not_given, but=("null", "object"))}


def _about(declared: Json) -> Json:
    return {key: declared[key] for key in _ABOUT if key in declared}


def _rules(
    name: str,
    declared: Json,
    not_given: Sequence[str | None],
    *,
    but: Sequence[str] = ("null",),
) -> Json:
    """A field's rules without the types in `but`, and with the words for "not given"."""
    own = {key: value for key, value in declared.items() if key not in _ABOUT}
    rules = [r for r in _RULES.get(name, own.get("anyOf", [own])) if r.get("type") not in but]
    if len(rules) == 1 and "enum" in rules[0]:
        return {"enum": [*rules[0]["enum"], *not_given]}
    return {"anyOf": [*rules, {"enum": [*not_given]}] if not_given else rules}


def _required(references: Sequence[str] = ()) -> Json:
    """One of the prompt's two names; and a reference under one of these names, if any are given."""
    prompt = {"oneOf": [_given(name, {"minLength": 1}) for name in _PROMPTS]}
    if not references:
        return prompt
    some = {"type": ["string", "array", "object"], "minItems": 1}
    return {"allOf": [prompt, {"anyOf": [_given(name, some) for name in references]}]}


def _given(name: str, rule: Json) -> Json:
    return {"required": [name], "properties": {name: rule}}


def _json_request(*, edit: bool) -> Json:
    one = _ref("ReferenceImage")
    none = {"type": "null"}
    several = {
        "description": _ABOUT_ORDER,
        "anyOf": [{"type": "array", "items": one, "maxItems": len(_NUMBERED)}, one, none],
    }
    return {
        "type": "object",
        "description": f"{_ABOUT_FIELDS} So does null.",
        "properties": {
            **_properties(form=False),
            "images": several,
            "image": several,
            **{name: {"anyOf": [one, none]} for name in _NUMBERED},
            "mask": {"type": "null", "description": "Refused: FLUX.2 has none here."},
        },
        "additionalProperties": True,
        **_required(("images", "image", _NUMBERED[0]) if edit else ()),
    }


def _form(*, files: bool, edit: bool = False) -> Json:
    file = {"type": "string", "format": "binary", "description": _ABOUT_REFERENCES}
    several = {
        "type": "array",
        "items": file,
        "maxItems": len(_NUMBERED),
        "default": [],
        "description": _ABOUT_ORDER,
    }
    references = {**dict.fromkeys(("image", "image[]"), several), **dict.fromkeys(_NUMBERED, file)}
    return {
        "type": "object",
        "description": f"{_ABOUT_FIELDS} A `mask` is refused. A prompt that is a JSON object is "
        "JSON prompting.",
        "properties": {
            **_properties(form=True),
            **(references if files else {}),
        },
        "additionalProperties": {"type": "string"},
        **_required(("image", "image[]", _NUMBERED[0]) if edit else ()),
    }


def _multipart(name: str, example: Json) -> Json:
    encoding = {"contentType": _REFERENCE_TYPES}
    return {
        "schema": _ref(name),
        "encoding": dict.fromkeys(("image", "image[]", *_NUMBERED), encoding),
        "example": example,
    }


def _example(summary: str, **value: Any) -> Json:
    return {"summary": summary, "value": value}


_PROMPT = "A lighthouse at dawn, soft mist"
_FORM_EXAMPLE = {"prompt": _PROMPT, "size": "1024x768", "seed": 41}
_EDIT_FORM_EXAMPLE = {"prompt": "Make it night", "image": ["the bytes of a file"]}
_GENERATION_EXAMPLES = {
    "sentence": _example("A sentence", prompt=_PROMPT),
    "settings": _example(
        "Size, steps, seed",
        model="flux-2-dev",
        prompt=_PROMPT,
        width=1280,
        height=720,
        steps=30,
        guidance=4.5,
        seed=41,
    ),
    "json": _example(
        "JSON prompting",
        prompt={
            "scene": "a lighthouse on a cliff",
            "lighting": "dawn, soft mist",
            "color_palette": ["#F3A65A", "#111214"],
        },
        size="1024x768",
    ),
    "reference": _example("A reference image", prompt="The same as a watercolour", images=[_IMAGE]),
    "openai": _example(
        "As OpenAI's clients ask",
        model="gpt-image-1",
        prompt=_PROMPT,
        n=2,
        size="auto",
        quality="low",
        background=None,
    ),
    "stream": _example("Server-sent events", prompt=_PROMPT, stream=True),
}
_EDIT_EXAMPLES = {
    "edit": _example("An image", prompt="Make it night", images=[{"image_url": _IMAGE}])
}


def _body(content: Json) -> Json:
    return {"required": True, "content": content}


# What can go wrong


@dataclass(frozen=True)
class _Failure:
    description: str
    examples: Sequence[ApiError]
    """One of each code."""


_FAILURES: Mapping[str, _Failure] = {
    "BadRequest": _Failure(
        "The request is wrong; `param` names the field. Or its content was refused.",
        (
            errors.InvalidRequest("The request's body ended before it was complete."),
            errors.InvalidJson("The request's body must be a JSON object."),
            errors.InvalidForm("The request's body is not a complete form."),
            errors.MissingParameter("prompt is required.", param="prompt"),
            errors.InvalidValue(
                "width must be an integer from 256 to 2048, not 100.", param="width"
            ),
            errors.InvalidImage(
                "input_image_0 must be a PNG, JPEG, WebP or GIF image.", param="input_image_0"
            ),
            errors.UnsupportedParameter("mask is not supported.", param="mask"),
            errors.ContentPolicyViolation(
                "The request was refused by Cloudflare's content filter. Change the prompt or the "
                "reference images."
            ),
        ),
    ),
    "Unauthorized": _Failure("The key is missing or wrong.", (errors.InvalidApiKey(NO_KEY),)),
    "ModelNotFound": _Failure(
        "There is no such model.",
        (errors.ModelNotFound("The model flux-3 does not exist here.", param="model"),),
    ),
    "NotFound": _Failure(
        "There is no such image, or not any more.",
        (errors.NotFound("There is no such image, or not any more: links live one hour."),),
    ),
    "MethodNotAllowed": _Failure(
        "The path takes another method.",
        (errors.MethodNotAllowed("/health takes GET, not POST.", allow="GET, HEAD, OPTIONS"),),
    ),
    "RequestTooLarge": _Failure(
        "The body or an image is too large.",
        (errors.RequestTooLarge("The request's body may have at most 100 MB."),),
    ),
    "UnsupportedMediaType": _Failure(
        "The body is neither JSON nor a form.",
        (errors.UnsupportedMediaType("The content type text/csv is not supported."),),
    ),
    "TooManyRequests": _Failure(
        "Cloudflare is busy, or this deployment was asked too often: wait as long as "
        "`retry-after` says. Or the day's free allocation is used up: then there is none.",
        (
            errors.RateLimitExceeded(
                "Cloudflare is out of capacity for a moment. Try again.", retry_after=5
            ),
            errors.InsufficientQuota(
                "This Cloudflare account has used up its free allocation of "
                f"{catalog.FREE_NEURONS_PER_DAY:,} neurons for today. It resets at 00:00 UTC."
            ),
        ),
    ),
    "TooManyWrongKeys": _Failure(
        "Too many wrong keys came from this address.",
        (
            errors.RateLimitExceeded(
                "Too many wrong API keys came from your address. Wait, then try again.",
                retry_after=60,
            ),
        ),
    ),
    "InternalError": _Failure(
        "A bug of this server.",
        (errors.InternalError("This is a bug of ours; please report it with the id req_…."),),
    ),
    "ServerError": _Failure(
        "The deployment lacks a variable, or has a bug.",
        (
            errors.ConfigurationError("CF_API_TOKEN environment variable is required"),
            errors.InternalError("This is a bug of ours; please report it with the id req_…."),
        ),
    ),
    "BadGateway": _Failure(
        "Cloudflare failed, or does not accept this deployment's account or token.",
        (
            errors.UpstreamError("The connection to Cloudflare broke off. Try again."),
            errors.UpstreamAuthenticationError(
                "Cloudflare refused the token. Check the variable CF_API_TOKEN."
            ),
        ),
    ),
    "GatewayTimeout": _Failure(
        "Cloudflare timed out.",
        (errors.UpstreamTimeout("Cloudflare did not answer within 120 seconds."),),
    ),
}
_EVERYWHERE = ("MethodNotAllowed", "InternalError")
_WITH_KEY = ("Unauthorized", "TooManyWrongKeys", "MethodNotAllowed", "ServerError")
_OF_IMAGES = tuple(
    name for name in _FAILURES if name not in ("NotFound", "InternalError", "TooManyWrongKeys")
)

_HEADERS: Mapping[str, Json] = {
    "x-request-id": {
        "description": "Of every answer; name it when you report a bug.",
        "schema": {"type": "string", "pattern": "^req_"},
    },
    "x-should-retry": {
        "description": "Where asking again cannot help; OpenAI's clients heed it.",
        "schema": {"type": "string", "enum": ["false"]},
    },
    "retry-after": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1, "maximum": errors.RateLimitExceeded.LONGEST},
    },
    "x-cache": {
        "description": "Of a request that names its seed, where `CACHE_TTL` is set: whether all "
        "images were kept from before.",
        "schema": {"type": "string", "enum": ["HIT", "MISS"]},
    },
    "server-timing": {
        "description": "How long Cloudflare was asked: `upstream;dur=` milliseconds.",
        "schema": {"type": "string"},
    },
    "www-authenticate": {"schema": {"type": "string", "const": "Bearer"}},
    "allow": {"description": "The methods of this path.", "schema": {"type": "string"}},
}


def _headers(required: Iterable[str] = (), optional: Iterable[str] = ()) -> Json:
    """`x-request-id` and these."""
    names = ["x-request-id", *required]
    return {
        **{name: {**_HEADERS[name], "required": True} for name in names},
        **{name: _HEADERS[name] for name in optional},
    }


def _failure(failure: _Failure) -> Json:
    sent = [set(example.headers()) for example in failure.examples]
    always, sometimes = set.intersection(*sent), set.union(*sent)
    kinds = {
        "type": {"enum": list(dict.fromkeys(example.type for example in failure.examples))},
        "code": {"enum": [example.code for example in failure.examples]},
    }
    only = {"properties": {"error": {"properties": kinds}}}
    return {
        "description": failure.description,
        "headers": _headers(sorted(always), sorted(sometimes - always)),
        "content": {
            "application/json": {
                "schema": {"allOf": [_ref("Error"), only]},
                "examples": {e.code: {"value": {"error": describe(e)}} for e in failure.examples},
            }
        },
    }


# The paths


def _operation(
    name: str,
    summary: str,
    tag: str,
    answer: Json,
    failures: Sequence[str],
    *,
    description: str = "",
    key: bool = True,
    parameters: Sequence[Json] = (),
    body: Json | None = None,
) -> Json:
    refs = {
        str(_FAILURES[each].examples[0].status): {"$ref": f"#/components/responses/{each}"}
        for each in failures
    }
    return {
        "operationId": name,
        "summary": summary,
        **({"description": description} if description else {}),
        "tags": [tag],
        "security": [{"key": []}] if key else [],
        **({"parameters": list(parameters)} if parameters else {}),
        **({"requestBody": body} if body else {}),
        "responses": {"200": answer, **refs},
    }


def _answer(description: str, content: Json, headers: Iterable[str] = ()) -> Json:
    return {"description": description, "headers": _headers((), headers), "content": content}


def _json_answer(description: str, schema: str, example: Json) -> Json:
    content = {"schema": _ref(schema), "example": example}
    return _answer(description, {"application/json": content})


def _parameter(name: str, description: str, schema: Json, example: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def _images(event: str) -> Json:
    """The answer to a request for images."""
    facts = {"size": "1024x1024", "steps": 25, "cost": {"neurons": 3750, "usd": 0.04125}}
    document = {
        "id": "gen_0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7",
        "object": "image.generation",
        "created": 1764028800,
        "model": catalog.DEV.id,
        "data": [
            {"b64_json": "/9j/4AAQ…", "prompt": _PROMPT, "revised_prompt": _PROMPT, "seed": 41}
        ],
        "output_format": "jpeg",
        **facts,
    }
    data = {
        "type": f"{event}.completed",
        "b64_json": "/9j/4AAQ…",
        "created_at": 1764028800,
        "quality": "auto",
        "background": "opaque",
        "output_format": "jpeg",
        "model": catalog.DEV.id,
        "seed": 41,
        **facts,
    }
    events = {
        "schema": {
            "description": "Of each event, as OpenAPI 3.2 says it.",
            "type": "object",
            "required": ["data"],
            "properties": {
                "event": {"type": "string", "const": f"{event}.completed"},
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": {"anyOf": [_ref("ImageEvent"), _ref("Error")]},
                },
            },
        },
        "example": f"event: {event}.completed\ndata: {json_text.write(data)}\n\n",
    }
    return _answer(
        "The images; with `stream` an event each, as soon as it is ready, and comments to keep the "
        "connection alive. Errors come last, as events without a name.",
        {
            "application/json": {"schema": _ref("ImageList"), "example": document},
            "text/event-stream": events,
        },
        ("x-cache", "server-timing"),
    )


def _paths() -> Json:
    model = {
        "id": catalog.DEV.id,
        "object": "model",
        "created": catalog.DEV.created,
        "owned_by": "black-forest-labs",
    }
    health = {
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
    image: Json = {f"image/{kind}": {} for kind in ("png", "jpeg", "webp")}
    return {
        "/v1/images/generations": {
            "post": _operation(
                "createImage",
                "Make images",
                "Images",
                _images("image_generation"),
                _OF_IMAGES,
                description="From a sentence or a JSON prompt, and up to four reference images. A "
                "body that begins with `{` is JSON whatever its content type says.",
                body=_body(
                    {
                        "application/json": {
                            "schema": _ref("GenerationRequest"),
                            "examples": _GENERATION_EXAMPLES,
                        },
                        "multipart/form-data": _multipart("GenerationForm", _FORM_EXAMPLE),
                        "application/x-www-form-urlencoded": {
                            "schema": _ref("UrlencodedForm"),
                            "example": _FORM_EXAMPLE,
                        },
                    }
                ),
            )
        },
        "/v1/images/edits": {
            "post": _operation(
                "createImageEdit",
                "Edit images",
                "Images",
                _images("image_edit"),
                _OF_IMAGES,
                description="As making images, from at least one reference image.",
                body=_body(
                    {
                        "application/json": {
                            "schema": _ref("EditRequest"),
                            "examples": _EDIT_EXAMPLES,
                        },
                        "multipart/form-data": _multipart("EditForm", _EDIT_FORM_EXAMPLE),
                    }
                ),
            )
        },
        f"{FILES_PATH}{{name}}": {
            "get": _operation(
                "getImageFile",
                "An image that was asked for as a link",
                "Images",
                _answer("The image.", image),
                ("NotFound", "BadGateway", *_EVERYWHERE),
                description="For one hour, without a key: the name cannot be guessed.",
                key=False,
                parameters=[
                    _parameter(
                        "name",
                        "The end of the link.",
                        {"type": "string", "pattern": r"^[0-9a-f]{32}\.(png|jpg|webp)$"},
                        "0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7.jpg",
                    )
                ],
            )
        },
        "/v1/models": {
            "get": _operation(
                "listModels",
                "The models",
                "Models",
                _json_answer("All of them.", "ModelList", {"object": "list", "data": [model]}),
                _WITH_KEY,
            )
        },
        "/v1/models/{model}": {
            "get": _operation(
                "retrieveModel",
                "One model",
                "Models",
                _json_answer("It is there.", "Model", model),
                ("ModelNotFound", *_WITH_KEY),
                parameters=[
                    _parameter(
                        "model",
                        "As the field `model` of a request; `/` percent-encoded or as it is.",
                        {"type": "string"},
                        catalog.DEV.id,
                    )
                ],
            )
        },
        "/health": {
            "get": _operation(
                "getHealth",
                "Whether the deployment is configured",
                "Service",
                _json_answer("It runs.", "Health", health),
                _EVERYWHERE,
                key=False,
            )
        },
    }


def _schemas() -> Json:
    answers = _ANSWERS.json_schema(
        mode="serialization",
        schema_generator=_Generator,
        ref_template="#/components/schemas/{model}",
    )["$defs"]
    tree = list(_all_errors())
    detail = answers["ErrorDetail"]["properties"]
    detail["type"]["enum"] = list(dict.fromkeys(error.type for error in tree))
    detail["code"]["enum"] = list(dict.fromkeys(error.code for error in tree))
    return {
        "GenerationRequest": _json_request(edit=False),
        "GenerationForm": _form(files=True),
        "UrlencodedForm": _form(files=False),
        "EditRequest": _json_request(edit=True),
        "EditForm": _form(files=True, edit=True),
        "ReferenceImage": _REFERENCE,
        **answers,
    }


def _all_errors() -> Iterable[ApiError]:
    return (example for failure in _FAILURES.values() for example in failure.examples)


def document() -> Json:
    """The whole of it; its server is where it was asked for."""
    return {
        "openapi": "3.1.1",
        "servers": [{"url": "/"}],
        "info": {
            "title": "FLUX.2 on Workers AI",
            "version": __version__,
            "summary": "An OpenAI-compatible image API in front of FLUX.2.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": name} for name in ("Images", "Models", "Service")],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "responses": {name: _failure(each) for name, each in _FAILURES.items()},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The deployment's `API_MASTER_KEY`.",
                }
            },
        },
    }
