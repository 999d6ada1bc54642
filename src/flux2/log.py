"""What is told of a request: one line of JSON when it is over, and what it took as it goes.

Never a secret, a prompt, an image, or a path as somebody typed it.
"""

from collections.abc import Callable
from typing import Any

from flux2 import json_text


class Log:
    """The log of one request; `write` takes a line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._facts: dict[str, Any] = {}
        self._upstream: tuple[float, float] | None = None
        self._told: set[str] = set()

    def make_another(self) -> "Log":
        """Make the log of something else, which is written to the same place."""
        return Log(self._write)

    @property
    def request_id(self) -> str | None:
        """The id, once it was added."""
        return self._facts.get("request_id")

    def add(self, **facts: Any) -> None:
        """Note what the request's line will say besides."""
        self._facts.update(facts)

    def add_upstream(self, begin: float, end: float) -> None:
        """Note the Unix times between which Cloudflare was asked; of several calls, the whole span
        counts."""
        first, last = self._upstream or (begin, end)
        self._upstream = min(first, begin), max(last, end)

    @property
    def upstream_ms(self) -> int | None:
        """How long Cloudflare was asked, in milliseconds; None if it was not."""
        if self._upstream is None:
            return None
        begin, end = self._upstream
        return round(1000 * (end - begin))

    def event(self, event: str, **facts: Any) -> None:
        """Write at once, on a line of its own, what should not happen."""
        self._write_line({"event": event, "request_id": self.request_id, **facts})

    def event_once(self, event: str, **facts: Any) -> None:
        """Write an event, but for those that this request has had before."""
        if event not in self._told:
            self._told.add(event)
            self.event(event, **facts)

    def close(self) -> None:
        """Write the line of the request."""
        upstream = {} if self.upstream_ms is None else {"upstream_ms": self.upstream_ms}
        self._write_line({"event": "request", **self._facts, **upstream})

    def _write_line(self, facts: dict[str, Any]) -> None:
        self._write(json_text.write(facts))
