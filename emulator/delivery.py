"""Delivers a planned answer: in pieces, late, stalled, or with a connection that breaks."""

import base64
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Send

from emulator import painter
from emulator.checks import Call
from emulator.directives import DIRECTIVE, End, Plan


def build_body(plan: Plan, call: Call) -> bytes:
    if isinstance(plan.body, bytes):
        return plan.wrap(plan.body.replace(b"{path}", call.path.encode()))
    picture = painter.paint(
        # Without its directives, so that every odd answer carries the same picture.
        DIRECTIVE.sub("", call.prompt).strip() or call.prompt,
        call.size,
        seed=secrets.randbelow(2**32) if call.seed is None else call.seed,
        steps=call.steps,
        references=call.references,
    )
    return plan.wrap(plan.body(base64.b64encode(plan.encode(picture)).decode()))


class Delivery(StreamingResponse):
    """Starlette cancels it when the client goes away; a stalled answer ends in no other way."""

    def __init__(
        self, plan: Plan, body: bytes, record: dict[str, Any], hang_up: Callable[[], None]
    ) -> None:
        length = {"content-length": str(len(body))} if plan.announce_length else {}
        super().__init__(self._cut(plan.part(body)), plan.status, {**plan.headers, **length})
        self.plan = plan
        self.record = record
        self.hang_up = hang_up

    async def stream_response(self, send: Send) -> None:
        try:
            await anyio.sleep(self.plan.delay)
            if not self.plan.start:
                await self._end()
            await super().stream_response(send)
            self.record["completed"] = True
        except anyio.get_cancelled_exc_class():
            self.record["left"] = True
            raise

    async def _cut(self, body: bytes) -> AsyncIterator[bytes]:
        step = self.plan.piece or len(body) or 1
        for begin in range(0, len(body), step):
            yield body[begin : begin + step]
            await anyio.sleep(self.plan.pause)
        await self._end()

    async def _end(self) -> None:
        """Does not return where the answer has no proper end."""
        if self.plan.end is End.CUT:
            self.hang_up()
        if self.plan.end is not End.COMPLETE:
            await anyio.sleep_forever()
