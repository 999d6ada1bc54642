"""An agent's client of either generation, against a `Server`."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.unit.fakes.server import KEY, Answer, Server
from tests.unit.fakes.uploads import Request

PATH = "/mcp"
OLDER, MODERN = "2025-11-25", "2026-07-28"
META = "io.modelcontextprotocol/"


@dataclass
class Agent:
    server: Server = field(default_factory=Server)
    version: str = MODERN
    accept: str = "application/json, text/event-stream"
    key: str = KEY

    async def post(self, body: Any, **headers: str | None) -> Answer:
        """Send a body; headers are named with `_` for `-`, None leaves one out."""
        sent = {"authorization": f"Bearer {self.key}", "accept": self.accept}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kept = {name: value for name, value in sent.items() if value is not None}
        return await self.server.send(Request("POST", PATH, kept, data))

    async def ask(
        self, method: str, params: dict[str, Any] | None = None, meta: Any = None, **headers: Any
    ) -> Answer:
        """Ask as the specification says; `headers` replace its own."""
        params = dict(params or {})
        sent = {"mcp_protocol_version": self.version}
        own = dict(meta or {})
        if self.version == MODERN:
            own = {META + "protocolVersion": MODERN, META + "clientCapabilities": {}} | own
            sent |= {"mcp_method": method}
            sent |= {"mcp_name": params["name"]} if method == "tools/call" else {}
        if own:
            params["_meta"] = own
        message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        return await self.post(message, **{**sent, **headers})

    async def call(self, tool: str, meta: Any = None, **arguments: Any) -> Answer:
        return await self.ask("tools/call", {"name": tool, "arguments": arguments}, meta)

    async def draw(self, **arguments: Any) -> Answer:
        return await self.call("generate_image", prompt="a valley", **arguments)


def messages(answer: Answer) -> list[Any]:
    """What a stream of events says."""
    return [json.loads(block.split("data: ", 1)[1]) for block in answer.text.split("\n\n")[:-1]]


def result(answer: Answer) -> Any:
    """The result of a call, whichever way it came."""
    if answer.headers["content-type"] == "text/event-stream":
        return messages(answer)[-1]["result"]
    assert answer.status == 200, answer.text
    return answer.json["result"]


def check_refused(answer: Answer, status: int, code: int, *says: str, id: Any = 7) -> None:
    """The answer is that error of the protocol."""
    error = answer.json["error"]
    assert (answer.status, error["code"], answer.json["id"]) == (status, code, id), error
    for words in says:
        assert words in error["message"]


def check_shut_out(answer: Answer, status: int, code: str) -> None:
    """There was no message to answer: the error is HTTP's and ours."""
    error = answer.json["error"]
    assert (answer.status, error["code"], answer.json["id"]) == (status, status, None), error
    assert (error["data"]["code"], error["data"]["message"]) == (code, error["message"])


def check_failed(answer: Answer, *says: str) -> None:
    """The tool's result is an error that says this."""
    outcome = result(answer)
    assert outcome["isError"] is True
    (item,) = outcome["content"]
    for words in says:
        assert words in item["text"]
