"""What comes in for batches: the batch itself, a line of it, and the form with a file of lines."""

import json
from collections.abc import Mapping
from typing import get_args

from flux2.batches.checking import GENERATIONS, LONGEST_ID, MOST_LINES
from flux2.batches.files import MOST_BYTES
from flux2.request import batch_fields
from flux2.request.batch_fields import BatchRequest, Endpoint
from tools.openapi import examples
from tools.openapi.schemas import Json, describe_models, refer

_NULL: Json = {"type": "null"}
_METADATA: Json = {
    "type": "object",
    "maxProperties": batch_fields.MOST_PAIRS,
    "propertyNames": {"maxLength": batch_fields.LONGEST_NAME},
    "additionalProperties": {"type": "string", "maxLength": batch_fields.LONGEST_VALUE},
}
_LINES: Json = {
    "type": "array",
    "items": refer("BatchLine"),
    "minItems": 1,
    "maxItems": MOST_LINES,
}
_LINE: Json = {
    "type": "object",
    "description": "What one image request of a batch is, or several images of one prompt; a file "
    "has one in each of its lines. One that breaks a rule fails alone.",
    "required": ["custom_id", "body"],
    "properties": {
        "custom_id": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_ID,
            "description": "By which its result is found; each line has its own.",
        },
        "method": {"const": "POST", "default": "POST"},
        "url": {
            "enum": [*get_args(Endpoint)],
            "description": "The `endpoint` of the batch, which is also the default.",
        },
        "body": {
            "description": "As it would be sent there, without `stream`.",
            "anyOf": [refer("GenerationRequest"), refer("EditRequest")],
        },
    },
}
_FORM: Json = {
    "type": "object",
    "description": "OpenAI's form.",
    "required": ["purpose", "file"],
    "properties": {
        "purpose": {"enum": ["batch"]},
        "file": {
            "type": "string",
            "format": "binary",
            "description": "Lines of JSON, each a `BatchLine`; at most "
            f"{MOST_BYTES // 10**6} MB. They are checked when a batch is made of them.",
        },
        "expires_after[anchor]": {"enum": ["created_at"]},
        "expires_after[seconds]": {
            "type": "integer",
            "minimum": batch_fields.SHORTEST_KEPT,
            "maximum": batch_fields.LONGEST_KEPT,
            "description": "How long it is kept; 31 days by default.",
        },
    },
    "dependentRequired": {
        "expires_after[anchor]": ["expires_after[seconds]"],
        "expires_after[seconds]": ["expires_after[anchor]"],
    },
}


def _describe_batch() -> Mapping[str, Json]:
    """Any field but `endpoint` may be null, which means "not given"; and one of two is needed."""
    described = describe_models(BatchRequest)
    batch: Json = described.pop(BatchRequest.__name__)
    fields = batch["properties"]
    fields["requests"]["anyOf"] = [_LINES, _NULL]
    fields["metadata"]["anyOf"] = [_METADATA, _NULL]
    either = [
        {"required": [name], "properties": {name: {"not": _NULL}}}
        for name in ("input_file_id", "requests")
    ]
    properties = {
        name: field if name in batch["required"] else _allow_null(field)
        for name, field in fields.items()
    }
    return {"NewBatchRequest": {**batch, "properties": properties, "oneOf": either}, **described}


def _allow_null(field: Json) -> Json:
    words: Json = {name: field[name] for name in ("description", "default") if name in field}
    rule = {name: value for name, value in field.items() if name not in words}
    kinds = rule.get("anyOf", [rule])
    return {**words, "anyOf": [*(kind for kind in kinds if kind != _NULL), _NULL]}


SCHEMAS: Mapping[str, Json] = {**_describe_batch(), "BatchLine": _LINE, "BatchFileForm": _FORM}

_BODIES: Mapping[str, Json] = {
    "lighthouse": {"prompt": examples.PROMPT, "model": "flux-2-klein-4b"},
    "valley": {"prompt": "A valley in autumn", "model": "flux-2-klein-4b"},
}
_REQUESTS = [{"custom_id": name, "body": body} for name, body in _BODIES.items()]
_FILE = "".join(
    json.dumps({**each, "method": "POST", "url": GENERATIONS}) + "\n" for each in _REQUESTS
)
NEW_BATCH: Json = {
    "application/json": {
        "schema": refer("NewBatchRequest"),
        "examples": {
            "inline": {
                "summary": "With its lines",
                "value": {"endpoint": GENERATIONS, "requests": _REQUESTS},
            },
            "file": {
                "summary": "Of a file, as OpenAI's clients ask",
                "value": {
                    "endpoint": GENERATIONS,
                    "input_file_id": "file-0f2b6c1f7a3d4e5f8091a2b3",
                    "completion_window": "24h",
                    "metadata": {"title": "Postcards"},
                },
            },
            "patient": {
                "summary": "Three nights for it",
                "value": {
                    "endpoint": GENERATIONS,
                    "requests": _REQUESTS,
                    "completion_window": "72h",
                    "output_expires_after": {"anchor": "created_at", "seconds": 2_592_000},
                    "retry_interrupted": True,
                },
            },
        },
    }
}
FILE: Json = {
    "multipart/form-data": {
        "schema": refer("BatchFileForm"),
        "encoding": {"file": {"contentType": "application/jsonl"}},
        "example": {"purpose": "batch", "file": _FILE},
    }
}
"""Media type -> what a body of it holds."""
