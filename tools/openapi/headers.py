"""The headers of answers that a client may want to read."""

from collections.abc import Iterable, Mapping

from flux2.errors import RateLimitExceeded
from tools.openapi.schemas import Json

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
        "schema": {"type": "integer", "minimum": 1, "maximum": RateLimitExceeded.LONGEST},
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
    "location": {
        "description": "Where to ask about the images.",
        "schema": {"type": "string", "pattern": "^/v1/images/generations/gen_"},
    },
    "preference-applied": {"schema": {"type": "string", "const": "respond-async"}},
    "www-authenticate": {"schema": {"type": "string", "const": "Bearer"}},
    "allow": {"description": "The methods of this path.", "schema": {"type": "string"}},
}


def describe_headers(required: Iterable[str] = (), optional: Iterable[str] = ()) -> Json:
    """`x-request-id` and these."""
    names = ["x-request-id", *required]
    return {
        **{name: {**_HEADERS[name], "required": True} for name in names},
        **{name: _HEADERS[name] for name in optional},
    }
