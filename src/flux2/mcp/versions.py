"""Which version of MCP a message speaks: the older ones agree on it once, by `initialize`, the
newer ones say it in every message and again in its headers.

The specification of 2026-07-28: "Versioning and Compatibility", "Streamable HTTP, Request
Metadata".
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

from flux2.mcp.messages import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    UNSUPPORTED_VERSION,
    Message,
    RpcError,
)
from flux2.ports import Request

MODERN = ("2026-07-28",)
OLDER = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""What is said by `initialize`; of the two oldest all but batches, which no later version has.
2024-11-05 had another transport, but the first TypeScript clients with this one (1.10) ask for it,
and take no newer one."""
SUPPORTED = (*MODERN, *OLDER)

VERSION = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
_VERSION_HEADER = "mcp-protocol-version"
_NAMED_BY = {"tools/call": "name"}
"""Methods that need `Mcp-Name`, and the parameter that it repeats."""
_ENCODED = re.compile(r"=\?base64\?(.*)\?=")


def is_modern(request: Request, message: Message) -> bool:
    """Tell whether a message speaks a version without `initialize`.

    Raises RpcError if this server does not speak it, or if its headers say something else.
    """
    header, declared = request.header(_VERSION_HEADER), message.meta.get(VERSION)
    if declared is None and header in (None, *OLDER):
        return False
    if message.id is None or (declared is None and header not in SUPPORTED):
        _require_supported(header)
        return header in MODERN
    _check_meta(message.meta)
    _check_headers(request, message)
    _require_supported(declared)
    return declared in MODERN


def choose(requested: Any) -> str:
    """Choose the version that `initialize` agrees on."""
    if not isinstance(requested, str):
        raise RpcError(INVALID_PARAMS, "protocolVersion must be a string.")
    return requested if requested in OLDER else OLDER[0]


def _require_supported(version: Any) -> None:
    if version is not None and version not in SUPPORTED:
        raise RpcError(
            UNSUPPORTED_VERSION,
            "Unsupported protocol version",
            {"supported": SUPPORTED, "requested": version},
        )


def _check_meta(meta: Mapping[str, Any]) -> None:
    if not isinstance(meta.get(VERSION), str) or not isinstance(meta.get(CAPABILITIES), dict):
        raise RpcError(INVALID_PARAMS, f"params._meta needs {VERSION} and {CAPABILITIES}.")


def _check_headers(request: Request, message: Message) -> None:
    named = message.params.get(_NAMED_BY.get(message.method, ""))
    expected = {
        "MCP-Protocol-Version": message.meta[VERSION],
        "Mcp-Method": message.method,
        **({"Mcp-Name": named} if isinstance(named, str) else {}),
    }
    for name, value in expected.items():
        if _decode(request.header(name)) != value:
            raise RpcError(
                HEADER_MISMATCH, f"The header {name} is missing, or not what the message says."
            )


def _decode(header: str | None) -> str | None:
    """Read a header's value, which is base64 in a frame where it could not stand as it is."""
    encoded = _ENCODED.fullmatch((header or "").strip())
    if header is None or encoded is None:
        return header and header.strip()
    try:
        return base64.b64decode(encoded[1], validate=True).decode()
    except ValueError:
        return None
