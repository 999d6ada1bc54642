"""The judge of what `POST /mcp` answers: JSON-RPC, and results as `flux2.mcp.shapes` and the
protocol say."""

import json
import re
from typing import Any

from pydantic import TypeAdapter

from flux2.mcp import shapes

EVENT = re.compile(r"event: message\ndata: (.+)")
RESULTS = {
    "steps": TypeAdapter(shapes.MadeImages),
    "models": TypeAdapter(shapes.ModelCards),
    "resumes_at": TypeAdapter(shapes.BatchProgress),
    "expires_at": TypeAdapter(shapes.SubmittedBatch),
}
"""By what only those have, or the ones behind them."""
ERROR_CODES = {-32700, -32600, -32601, -32602, -32020, -32022}


def check(status: int, media_type: str, text: str) -> None:
    """`text` is the whole body of an answer."""
    if media_type == "application/json":
        _check_answer(status, json.loads(text))
        return
    assert (status, media_type) == (200, "text/event-stream")
    assert text.endswith("\n\n")
    *notes, answer = (_read_event(block) for block in text[:-2].split("\n\n"))
    _check_answer(status, answer)
    progress = [_read_progress(note) for note in notes]
    assert progress == sorted({*progress}), "progress grows"


def _read_event(block: str) -> Any:
    event = EVENT.fullmatch(block)
    assert event, block
    return json.loads(event[1])


def _read_progress(note: Any) -> float:
    assert note.keys() == {"jsonrpc", "method", "params"}
    assert note["method"] == "notifications/progress"
    assert note["params"].keys() == {"progressToken", "progress", "total", "message"}
    assert note["params"]["progress"] <= note["params"]["total"]
    return note["params"]["progress"]


def _check_answer(status: int, answer: Any) -> None:
    assert answer["jsonrpc"] == "2.0"
    if "error" in answer:
        assert answer.keys() == {"jsonrpc", "id", "error"}
        assert answer["error"]["code"] in ERROR_CODES | {status}
        return
    assert (status, answer.keys()) == (200, {"jsonrpc", "id", "result"})
    if "content" in answer["result"]:
        _check_tool_result(answer["result"])


def _check_tool_result(result: Any) -> None:
    for item in result["content"]:
        expected = {"text": {"text"}, "image": {"data", "mimeType"}}[item["type"]]
        assert item.keys() - {"type"} == expected
    assert ("structuredContent" in result) != result["isError"]
    if not result["isError"]:
        structure = result["structuredContent"]
        kind = next(kind for name, kind in RESULTS.items() if name in structure)
        kind.validate_python(structure, strict=True, extra="forbid")
        assert structure["message"] == result["content"][0]["text"]
