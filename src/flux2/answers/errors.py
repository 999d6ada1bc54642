"""From any exception to what a caller is told, and what the log keeps of it."""

import traceback
from collections.abc import Mapping

from flux2 import json_text
from flux2.answers.shapes import ErrorDetail
from flux2.errors import ApiError, InternalError
from flux2.log import Log


def explain(error: Exception, log: Log) -> ApiError:
    """An ApiError is told as it is. Anything else is a bug of ours: the log keeps its kind and its
    place, and the caller is told the id of the request, under which the log has them."""
    if isinstance(error, ApiError):
        return error
    log.event("bug", **_locate(error))
    return InternalError(f"This is a bug of ours; please report it with the id {log.request_id}.")


def describe(error: ApiError) -> ErrorDetail:
    """Put an error into OpenAI's shape."""
    return {
        "message": error.message,
        "type": error.type,
        "param": error.param,
        "code": error.code,
    }


def write_error(error: ApiError) -> str:
    return json_text.write({"error": describe(error)})


def _locate(bug: Exception) -> Mapping[str, str]:
    """Tell its kind and its place; never its message, which might quote a prompt or a secret."""
    frames = traceback.extract_tb(bug.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return {"kind": type(bug).__name__, "where": where}
