"""Paths as clients join them, and what to say of those of OpenAI's that are not here."""

import re

_FIRST_OF_OPENAI = (
    "assistants", "audio", "batches", "chat", "completions", "containers", "conversations",
    "edits", "embeddings", "engines", "evals", "files", "fine_tuning", "images", "models",
    "moderations", "organization", "realtime", "responses", "skills", "threads", "uploads",
    "vector_stores", "videos", "webhook_endpoints", "webhook_event_types",
)  # fmt: skip
"""What OpenAI's paths begin with behind `/v1` (its API reference, 2026-11)."""
_FIRST_OF_OURS = ("key", "keys")
_BELOW_V1 = re.compile(rf"/(?:v1/)?({'|'.join(_FIRST_OF_OPENAI + _FIRST_OF_OURS)})(/.*)?")
_NO_OAUTH = "there is no OAuth; send the key in the header `Authorization: Bearer YOUR_KEY`"
_ADVICE = {
    "/v1/images/variations": "FLUX.2 makes no variations; use POST /v1/images/edits, with a prompt",
    "/v1/mcp": "agents use POST /mcp",
    **dict.fromkeys(("/authorize", "/register", "/token"), _NO_OAUTH),
}
"""The last ones are where programs of agents look for OAuth once a key was refused
(modelcontextprotocol.io, 2025-03-26, "Authorization")."""
_USUAL_ADVICE = "this server only makes images; use POST /v1/images/generations"


def normalize(path: str) -> str:
    """Write a path as the table of routes has it.

    Clients join it from a base URL that ends in `/`, or lacks `/v1`, or has it where they add
    another one.
    """
    plain = re.sub(r"/{2,}", "/", path)
    plain = re.sub(r"^(?:/v1)+(?=/v1(?:/|$))", "", plain)
    plain = plain.rstrip("/") or "/"
    match = _BELOW_V1.fullmatch(plain)
    return f"/v1/{match[1]}{match[2] or ''}" if match else plain


def advise(path: str) -> str:
    """Say what is here instead of a path, which has been normalized, where nothing is."""
    shown = path[:200]
    if path in _ADVICE or f"{path}/".startswith("/v1/"):
        return f"There is nothing at {shown}: {_ADVICE.get(path, _USUAL_ADVICE)}."
    return f"There is nothing at {shown}. The API is below /v1."
