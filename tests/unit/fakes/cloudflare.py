"""Cloudflare: its answers as it writes them, and one that gives them call by call."""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flux2 import ports
from flux2.ports import TypedFile
from tests.unit.fakes.pictures import JPEG
from tests.unit.fakes.uploads import Buffer


def canonical(image: bytes = JPEG) -> bytes:
    """An answer as Cloudflare writes it."""
    return b'{"result":{"image":"%s"},"success":true,"errors":[],"messages":[]}' % (
        base64.b64encode(image)
    )


def refusal(code: int | None, message: str = "It went wrong.") -> bytes:
    errors = [] if code is None else [{"code": code, "message": message}]
    document = {"success": False, "errors": errors, "result": None, "messages": []}
    return json.dumps(document).encode()


class ImageStream(ports.ImageStream):
    """An image's base64, which is taken from upstream by `drain` or by `pour`."""

    def __init__(self, upstream: "Upstream", start: int, finish: Callable[[bytes], None]) -> None:
        self._upstream = upstream
        self._start = start
        self._finish = finish
        self._held: bytes | None = None
        self.size = len(upstream.body) if upstream.is_announced else None
        self.cancelled = False

    async def drain(self, limit: int, let_go: Callable[[int], None]) -> int:
        await asyncio.sleep(0)
        self._held = self._take()
        if len(self._held) > limit:
            raise ports.TooLarge
        return len(self._held)

    async def cancel(self) -> None:
        self.cancelled = True
        self._upstream.close()

    def pour(self) -> bytes:
        return self._take() if self._held is None else self._held

    def _take(self) -> bytes:
        self._upstream.close()
        if self._upstream.broken is not None:
            raise self._upstream.broken
        body = self._upstream.body
        end = body.find(b'"', self._start)
        if end < 0:
            raise ConnectionError("upstream ended inside an image")
        self._finish(body[end:])
        return body[self._start : end]


class Upstream:
    """One answer of Cloudflare's; `broken` is raised where the rest of an image should come."""

    def __init__(
        self,
        body: bytes | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        broken: Exception | None = None,
        *,
        is_short: bool = False,
        is_announced: bool = True,
    ) -> None:
        self.is_short = is_short
        self.is_announced = is_announced
        self.body = canonical() if body is None else body
        self.status = status
        self.headers = {"content-type": "application/json"} if headers is None else headers
        self.broken = broken
        self.cancelled = False
        self.streams: list[ImageStream] = []
        self.on_close: Callable[[], None] = lambda: None

    def header(self, name: str) -> str | None:
        return self.headers.get(name)

    async def head(self, size: int) -> bytes:
        return self.body[:size]

    async def buffer(self, limit: int) -> Buffer | None:
        self.close()
        return Buffer(self.body) if len(self.body) <= limit else None

    def image(self, start: int, finish: Callable[[bytes], None]) -> ImageStream | Buffer:
        stream = ImageStream(self, start, finish)
        if self.is_short:
            return Buffer(stream.pour())
        self.streams.append(stream)
        return stream

    async def cancel(self) -> None:
        self.cancelled = True
        self.close()

    def close(self) -> None:
        self.on_close()
        self.on_close = lambda: None


@dataclass
class Call:
    url: str
    headers: Mapping[str, str]
    form: Sequence[tuple[str, str | TypedFile]]
    timeout: float

    @property
    def fields(self) -> dict[str, str]:
        return {name: value for name, value in self.form if isinstance(value, str)}

    @property
    def images(self) -> list[tuple[str, str, bytes]]:
        """(name, media type, bytes) of the reference images."""
        return [
            (name, value.media_type, value.file.data)  # type: ignore[attr-defined]
            for name, value in self.form
            if isinstance(value, TypedFile)
        ]


class Cloudflare:
    """Answers each call with the next of `answers`, and with the last one ever after."""

    def __init__(self, *answers: Upstream | Exception) -> None:
        self._answers = answers
        self.calls: list[Call] = []
        self.open = 0
        self.most_open = 0

    async def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        form: Sequence[tuple[str, str | TypedFile]],
        timeout: float,
    ) -> Upstream:
        answer = (
            self._answers[min(len(self.calls), len(self._answers) - 1)]
            if (self._answers)
            else Upstream()
        )
        # What a call sends is what there is now.
        sent = [
            (k, v if isinstance(v, str) else replace(v, file=Buffer(v.file.data))) for k, v in form
        ]  # type: ignore[attr-defined]
        self.calls.append(Call(url, headers, sent, timeout))
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            self._closed()
            raise answer
        answer.on_close = self._closed
        return answer

    def _closed(self) -> None:
        self.open -= 1
