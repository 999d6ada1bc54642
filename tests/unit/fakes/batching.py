"""A deployment that has batches: its owner, or somebody with a key, asks for them."""

import json
from collections.abc import Sequence
from typing import Any

from tests.unit.fakes.bindings import Store
from tests.unit.fakes.engine import Engine
from tests.unit.fakes.server import GENERATIONS, KEY, Answer
from tests.unit.fakes.sharing import Deployment
from tests.unit.fakes.uploads import BOUNDARY, Request

KLEIN = {"model": "flux-2-klein-4b", "size": "1024x1024"}
KLEIN_PRICE = 104.2


def make_line(number: int, **fields: Any) -> dict[str, Any]:
    body = {"prompt": f"valley {number}", **KLEIN, **fields}
    return {"custom_id": f"line-{number}", "method": "POST", "url": GENERATIONS, "body": body}


class Batching(Deployment):
    """A Deployment with an engine and a place for results."""

    def __init__(self, *answers: Any, **rest: Any) -> None:
        self.engine = rest.setdefault("batches", Engine())
        self.store = rest.setdefault("results", Store())
        super().__init__(*answers, **rest)

    async def upload(self, content: bytes, key: str = KEY, purpose: str = "batch") -> Answer:
        part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
        head = f'{part}"purpose"\r\n\r\n{purpose}\r\n{part}"file"; filename="a.jsonl"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {
            "authorization": f"Bearer {key}",
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        return await self.send(Request("POST", "/v1/files", headers, body))

    async def submit(self, lines: Sequence[Any], key: str = KEY, **fields: Any) -> dict[str, Any]:
        """Make a batch of lines that are sent with it; get it as it is told."""
        answer = await self.ask(
            "POST",
            "/v1/batches",
            {"endpoint": GENERATIONS, "requests": lines, **fields},
            key,
        )
        assert answer.status == 200, answer.text
        return dict(answer.json)

    async def finish(self, batch: dict[str, Any], key: str = KEY) -> dict[str, Any]:
        """Let the engine run; get the batch as it is then."""
        await self.engine.run(self)
        await self.settle()
        return dict((await self.ask("GET", f"/v1/batches/{batch['id']}", key=key)).json)

    async def read(self, file_id: str | None, key: str = KEY) -> list[dict[str, Any]]:
        """The lines of a file."""
        answer = await self.ask("GET", f"/v1/files/{file_id}/content", key=key)
        assert answer.status == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]
