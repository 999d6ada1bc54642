"""A deployment with a database, its owner, and those to whom it has given keys."""

import json
from dataclasses import dataclass
from typing import Any

from tests.unit.fakes.cloudflare import Upstream, refusal
from tests.unit.fakes.database import Database
from tests.unit.fakes.server import GENERATIONS, KEY, Answer, Server
from tests.unit.fakes.uploads import Request

PRICE = 937.5 * 4
"""Neurons of an image at 1024x1024 with the usual 25 steps: 37.5 for each of four tiles a step."""

LOST = Upstream(refusal(3001), 500)
"""A failure that is tried again though it may have cost something."""


class Deployment(Server):
    """A Server whose clock can be moved."""

    def __init__(self, *answers: Any, database: Database | None = None, **rest: Any) -> None:
        self.database = database or Database()
        self.time = 1_800_000_000.0  # a Friday, 08:00 UTC
        rest.setdefault("now", lambda: self.time)
        rest.setdefault("new_id", self._draw_id)
        super().__init__(*answers, database=self.database, **rest)

    def _draw_id(self) -> str:
        """Every part of it is another one each time, as of what is drawn."""
        return f"{int(self._new_id(), 16):08x}" * 4

    async def ask(self, method: str, path: str, body: Any = None, key: str | None = KEY) -> Answer:
        """Send JSON with the owner's key, or another one."""
        path, _, query = path.partition("?")
        headers = {"authorization": f"Bearer {key}"} if key else {}
        data = b"" if body is None else json.dumps(body).encode()
        return await self.send(Request(method, path, headers, data, query=query))

    async def make_key(self, **fields: Any) -> "Friend":
        answer = await self.ask("POST", "/v1/keys", {"name": "Mia", **fields})
        assert answer.status == 200, answer.text
        return Friend(self, answer.json["id"], answer.json["key"])

    async def spent(self, key_id: str) -> float:
        """Neurons that were spent in all, as the owner sees it."""
        answer = await self.ask("GET", f"/v1/keys/{key_id}")
        return answer.json["spent_in_all"]["neurons"]

    def written(self) -> list[tuple[str, int, float, str]]:
        """(key, images, neurons, result) of each request in the ledger."""
        rows = self.database.rows("requests")
        return [(r["key_id"], r["images"], r["micros"] / 1e6, r["result"]) for r in rows]


@dataclass(frozen=True)
class Friend:
    """Somebody with a caller's key."""

    server: Deployment
    id: str
    key: str

    async def draw(self, **fields: Any) -> Answer:
        return await self.ask("POST", GENERATIONS, {"prompt": "a valley", **fields})

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        return await self.server.ask(method, path, body, self.key)
