"""What is told of a request: one line of JSON when it is over, and what it took as it goes.

Never a secret, a prompt, an image, or a path as somebody typed it.
"""

import json
from collections.abc import Callable
from typing import Any


class Log:
    """Of one request; `write` takes a line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self.facts: dict[str, Any] = {}
        self._upstream: tuple[float, float] | None = None

    def add(self, **facts: Any) -> None:
        """What the request's line will say besides."""
        self.facts.update(facts)

    def add_upstream(self, begin: float, end: float) -> None:
        """Unix times between which Cloudflare was asked; of several calls, the whole span."""
        first, last = self._upstream or (begin, end)
        self._upstream = min(first, begin), max(last, end)

    @property
    def upstream_ms(self) -> int | None:
        return self._upstream and round(1000 * (self._upstream[1] - self._upstream[0]))

    def event(self, event: str, **facts: Any) -> None:
        """Something that should not happen; a line of its own, at once."""
        self._line({"event": event, "request_id": self.facts.get("request_id"), **facts})

    def close(self) -> None:
        """The line of the request."""
        upstream = {} if self.upstream_ms is None else {"upstream_ms": self.upstream_ms}
        self._line({"event": "request", **self.facts, **upstream})

    def _line(self, facts: dict[str, Any]) -> None:
        self._write(json.dumps(facts, separators=(",", ":")))
