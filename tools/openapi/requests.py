"""What comes in: the fields of `ImageRequest`, as JSON and as a form."""

from collections.abc import Mapping, Sequence
from typing import get_args

from flux2 import catalog
from flux2.image_formats import MadeFormat
from flux2.request import fields
from flux2.request.fields import ImageRequest
from flux2.request.references import MOST_BYTES
from tools.openapi import examples
from tools.openapi.number_pattern import write_pattern
from tools.openapi.schemas import Json, describe_fields, refer

FIELDS = describe_fields(ImageRequest)

_SIDE = write_pattern(catalog.SMALLEST_SIDE, catalog.LARGEST_SIDE)
_IDS = [model.id for model in catalog.MODELS]
_NAMES = [model.name for model in catalog.MODELS]
_TEXT: Json = {"type": "string", "pattern": r"\S", "maxLength": fields.LONGEST_PROMPT}
PROMPTS = [
    name
    for name, declared in FIELDS.items()
    if any(kind.get("type") == "object" for kind in declared.get("anyOf", ()))
]
"""Both names of the prompt, which alone may be a JSON object."""
_RULES: Mapping[str, Sequence[Json]] = {
    **dict.fromkeys(PROMPTS, (_TEXT, {"type": "object", "minProperties": 1})),
    "model": (
        {"enum": [*_NAMES, *_IDS]},
        {"type": "string", "pattern": f"^({'|'.join(catalog.HARD_CODED_PREFIXES)})"},
    ),
    "size": ({"type": "string", "pattern": f"^{_SIDE}x{_SIDE}$"},),
}
"""What `request.planning` asks of these fields beyond what they declare."""

_ABOUT = ("description", "default", "examples")
_ABOUT_FIELDS = "OpenAI's other fields are accepted and ignored; `auto` means not given."
_ABOUT_FORM = "A `mask` is refused. A prompt that is a JSON object is JSON prompting."
_ABOUT_ORDER = "Reference images, in the order in which the prompt speaks of them."
_ABOUT_REFERENCE = (
    f"A PNG, JPEG, WebP or GIF image of at most {MOST_BYTES // 1024**2} MB, whatever it is called. "
    f"With more than {catalog.REFERENCE_SIDE} pixels on a side it is shrunk to fit."
)
_REFERENCE_TYPES = ", ".join(f"image/{kind}" for kind in (*get_args(MadeFormat), "gif"))
_NUMBERED = tuple(f"input_image_{index}" for index in range(catalog.MOST_REFERENCES))
_LISTS_IN_JSON = ("images", "image")
_LISTS_IN_FORMS = ("image", "image[]")


# The fields


def describe_json_field(name: str) -> Json:
    not_given = () if name in PROMPTS else ("auto", None)
    return {**_pick_words(name), **_combine_rules(name, not_given)}


def _describe_form_field(name: str) -> Json:
    """In a form all is text: there is no null, and a JSON prompt is a string."""
    words = _pick_words(name)
    if name == PROMPTS[0]:
        return {**words, **_TEXT}
    words.pop("examples", None)  # a form that is filled in with them would ask for too much
    not_given = ("",) if name in PROMPTS else ("auto", "")
    rules = _combine_rules(name, not_given, left_out=("null", "object"))
    return {"default": "", **words, **rules}


def describe_argument(name: str) -> Json:
    """A field as an argument of a tool: what is not given is left out, and models have our names
    only. It is as plain as can be, since agents' programs know only a part of JSON Schema."""
    own = {key: value for key, value in FIELDS[name].items() if key not in _ABOUT}
    rules = [rule for rule in own.get("anyOf", [own]) if rule.get("type") != "null"]
    names = {"enum": _NAMES} if name == "model" else {}
    rule = dict(rules[0]) if len(rules) == 1 else {"anyOf": rules}
    if "const" in rule:  # Gemini takes no tool that has one
        rule["enum"] = [rule.pop("const")]
    return {**_pick_words(name), **rule, **names}


def _pick_words(name: str) -> Json:
    return {key: FIELDS[name][key] for key in _ABOUT if key in FIELDS[name]}


def _combine_rules(
    name: str, not_given: Sequence[str | None], left_out: Sequence[str] = ("null",)
) -> Json:
    """A field's rules but for the types `left_out`, and with the words for "not given"."""
    own = {key: value for key, value in FIELDS[name].items() if key not in _ABOUT}
    rules = [r for r in _RULES.get(name, own.get("anyOf", [own])) if r.get("type") not in left_out]
    if len(rules) == 1 and "enum" in rules[0]:
        return {"enum": [*rules[0]["enum"], *not_given]}
    return {"anyOf": [*rules, {"enum": [*not_given]}] if not_given else rules}


def _require(references: Sequence[str] = ()) -> Json:
    """One of the prompt's two names; and a reference under one of these names, if any are given."""
    prompt = {"oneOf": [_require_field(name, {"minLength": 1}) for name in PROMPTS]}
    if not references:
        return prompt
    some = {"type": ["string", "array", "object"], "minItems": 1}
    return {"allOf": [prompt, {"anyOf": [_require_field(name, some) for name in references]}]}


def _require_field(name: str, rule: Json) -> Json:
    return {"required": [name], "properties": {name: rule}}


# The bodies


def _describe_reference() -> Json:
    url = {"type": "string", "pattern": "^data:[^,]*;base64,", "examples": [examples.IMAGE]}
    wrapped = {"type": "object", "required": ["image_url"], "properties": {"image_url": url}}
    return {
        "description": f"{_ABOUT_REFERENCE} A base64 data URL: links to the web are refused.",
        "anyOf": [url, wrapped],
    }


def _describe_json(*, edit: bool) -> Json:
    one, none = refer("ReferenceImage"), {"type": "null"}
    several = {
        "description": _ABOUT_ORDER,
        "anyOf": [{"type": "array", "items": one, "maxItems": catalog.MOST_REFERENCES}, one, none],
    }
    return {
        "type": "object",
        "description": f"{_ABOUT_FIELDS} So does null.",
        "properties": {
            **{name: describe_json_field(name) for name in FIELDS},
            **dict.fromkeys(_LISTS_IN_JSON, several),
            **{name: {"anyOf": [one, none]} for name in _NUMBERED},
            "mask": {"type": "null", "description": "Refused: FLUX.2 has none here."},
        },
        "additionalProperties": True,
        **_require((*_LISTS_IN_JSON, _NUMBERED[0]) if edit else ()),
    }


def _describe_form(*, files: bool, edit: bool = False) -> Json:
    file = {"type": "string", "format": "binary", "description": _ABOUT_REFERENCE}
    several = {
        "type": "array",
        "items": file,
        "maxItems": catalog.MOST_REFERENCES,
        "default": [],
        "description": _ABOUT_ORDER,
    }
    references = {**dict.fromkeys(_LISTS_IN_FORMS, several), **dict.fromkeys(_NUMBERED, file)}
    return {
        "type": "object",
        "description": f"{_ABOUT_FIELDS} {_ABOUT_FORM}",
        "properties": {
            **{name: _describe_form_field(name) for name in FIELDS},
            **(references if files else {}),
        },
        "additionalProperties": {"type": "string"},
        **_require((*_LISTS_IN_FORMS, _NUMBERED[0]) if edit else ()),
    }


SCHEMAS: Mapping[str, Json] = {
    "GenerationRequest": _describe_json(edit=False),
    "GenerationForm": _describe_form(files=True),
    "UrlencodedForm": _describe_form(files=False),
    "EditRequest": _describe_json(edit=True),
    "EditForm": _describe_form(files=True, edit=True),
    "ReferenceImage": _describe_reference(),
}


def _describe_multipart(name: str, example: Json) -> Json:
    encoding = {"contentType": _REFERENCE_TYPES}
    return {
        "schema": refer(name),
        "encoding": dict.fromkeys((*_LISTS_IN_FORMS, *_NUMBERED), encoding),
        "example": example,
    }


GENERATION: Json = {
    "application/json": {
        "schema": refer("GenerationRequest"),
        "examples": examples.GENERATIONS,
    },
    "multipart/form-data": _describe_multipart("GenerationForm", examples.GENERATION_FORM),
    "application/x-www-form-urlencoded": {
        "schema": refer("UrlencodedForm"),
        "example": examples.GENERATION_FORM,
    },
}
EDIT: Json = {
    "application/json": {"schema": refer("EditRequest"), "examples": examples.EDITS},
    "multipart/form-data": _describe_multipart("EditForm", examples.EDIT_FORM),
}
"""Media type -> what a body of it holds."""
