"""Who may call from a browser: everybody, since the key travels in a header, not in a cookie."""

from collections.abc import Mapping
from types import MappingProxyType

EVERY_ANSWER: Mapping[str, str] = MappingProxyType(
    {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "x-request-id, x-should-retry, retry-after, x-cache, "
        "server-timing, location, preference-applied",
    }
)

_USUAL_HEADERS = "authorization, content-type, openai-organization, openai-project"


def answer_preflight(requested_headers: str | None) -> dict[str, str]:
    """Answer OPTIONS; the headers that are asked for are granted, since none of them matters here.

    They are echoed because `*` does not cover `authorization` (https://fetch.spec.whatwg.org,
    "CORS protocol and credentials").
    """
    return {
        **EVERY_ANSWER,
        "access-control-allow-methods": "GET, HEAD, POST, PATCH, DELETE, OPTIONS",
        "access-control-allow-headers": requested_headers or _USUAL_HEADERS,
        "access-control-max-age": "86400",
        "vary": "access-control-request-headers",
    }
