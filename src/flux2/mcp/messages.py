"""JSON-RPC 2.0 as MCP has it: one message in each request, and what answers it.

The specification: "Base Protocol, Messages", of 2025-11-25 and of 2026-07-28.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flux2 import __version__, json_text

Id = str | int

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

SERVER = {"name": "flux2-workers-ai", "title": "FLUX.2 on Workers AI", "version": __version__}
_OF_EVERY_RESULT = json_text.write(
    {"resultType": "complete", "_meta": {"io.modelcontextprotocol/serverInfo": SERVER}}
)


class RpcError(Exception):
    """An error of the protocol: whoever wrote the client has to read it, not the agent."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    @property
    def status(self) -> int:
        """HTTP's; of calls in older versions it is 200, as the specification had none."""
        return 404 if self.code == METHOD_NOT_FOUND else 400


@dataclass(frozen=True)
class Message:
    method: str
    params: Mapping[str, Any]
    id: Id | None
    """None: a notification, which nobody answers."""

    @property
    def meta(self) -> Mapping[str, Any]:
        meta = self.params.get("_meta")
        return meta if isinstance(meta, dict) else {}


@dataclass(frozen=True)
class Call:
    """A message that is answered, once its version is known."""

    message: Message
    id: Id
    is_modern: bool
    """Whether it speaks 2026-07-28 or later, where there is no `initialize`."""

    @property
    def progress_token(self) -> Id | None:
        """What signs of life are to carry; None where nobody wants any."""
        return _as_id(self.message.meta.get("progressToken"))

    def write(self, result: Mapping[str, Any]) -> str:
        """Write the answer."""
        return f"{self.open()}{json_text.write(result)[1:-1]}}}}}"

    def open(self) -> str:
        """Write the beginning of the answer, up to the first member of its result; `}}` ends it."""
        common = f"{_OF_EVERY_RESULT[1:-1]}," if self.is_modern else ""
        return f'{{"jsonrpc":"2.0","id":{json_text.write(self.id)},"result":{{{common}'


def read(value: Any) -> Message | None:
    """Read a message; None if it is an answer of the client's, to what nobody asked.

    Raises RpcError.
    """
    if isinstance(value, list):
        raise RpcError(INVALID_REQUEST, "Send one message in each request, not a batch of them.")
    if not isinstance(value, dict) or value.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, 'A message is a JSON object with "jsonrpc": "2.0".')
    method, params = value.get("method"), value.get("params")
    if "method" not in value and ("result" in value or "error" in value):
        return None
    if not isinstance(method, str):
        raise RpcError(INVALID_REQUEST, "method must be a string.")
    if "id" in value and read_id(value) is None:
        raise RpcError(INVALID_REQUEST, "id must be a string or an integer.")
    if not isinstance(params, dict | None):
        raise RpcError(INVALID_REQUEST, "params must be an object.")
    return Message(method, params or {}, read_id(value))


def read_id(value: Any) -> Id | None:
    """Read the id of a message, however wrong the rest of it is."""
    return _as_id(value.get("id")) if isinstance(value, dict) else None


def _as_id(value: Any) -> Id | None:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def write_error(id: Id | None, error: RpcError) -> str:
    detail: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.data is not None:
        detail["data"] = error.data
    return json_text.write({"jsonrpc": "2.0", "id": id, "error": detail})
