"""The bindings of wrangler.toml: images are shrunk, and results are kept."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flux2.ports import TypedFile
from tests.unit.fakes.uploads import Buffer, pour


class Resizer:
    """The `IMAGES` binding; `error` is raised by every use of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, int]] = []
        self._error = error

    async def __call__(self, image: TypedFile, *, side: int) -> TypedFile:
        self.asked.append((image.media_type, side))
        if self._error is not None:
            raise self._error
        return TypedFile(Buffer(b"shrunk"), "image/png")


@dataclass
class Images:
    """The `IMAGES` binding, of what a test gives it."""

    resize: Callable[..., Any] | None
    convert: Callable[..., Any] | None
    shrink: Callable[..., Any] | None = None


@dataclass
class Bindings:
    images: Images | None = None
    results: Any = None
    key_limiter: Any = None
    address_limiter: Any = None
    database: Any = None
    batches: Any = None


class Store:
    """The `RESULTS` binding; `error` is raised by every use of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[str, bytes] = {}
        self.seconds: list[int] = []
        self._error = error

    async def put(self, name: str, image: Any, seconds: int) -> None:
        self._keep(name, base64.b64decode(pour(image)), seconds)

    async def put_text(self, name: str, image: Any, seconds: int) -> None:
        base64.b64decode(text := pour(image), validate=True)
        self._keep(name, text, seconds)

    def _keep(self, name: str, data: bytes, seconds: int) -> None:
        if self._error:
            raise self._error
        self.seconds.append(seconds)
        self.kept[name] = data

    async def put_as_it_came(self, name: str, image: Any, seconds: int) -> int:
        self._keep(name, pour(image), seconds)
        return len(self.kept[name])

    async def put_parts(self, name: str, parts: Any, seconds: int) -> None:
        self._keep(name, b"".join(map(pour, parts)), seconds)

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)

    async def get_decoded(self, name: str) -> Buffer | None:
        kept = await self.get(name)
        return kept and Buffer(base64.b64decode(kept.data))

    async def get(self, name: str) -> Buffer | None:
        if self._error:
            raise self._error
        return Buffer(self.kept[name]) if name in self.kept else None
