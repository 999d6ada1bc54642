"""A call's answer as server-sent events: how far its images are, and at the end the result."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from flux2 import json_text
from flux2.answers.shapes import FailedImage
from flux2.generation.result import Result
from flux2.mcp.results import ImageWriter, write_failure
from flux2.plan import Plan
from flux2.ports import Part

_PATIENCE = 12
"""Signs of life after which half of an image counts as made, though nobody knows: the specification
wants a progress that grows each time ("Progress, Progress Flow")."""


@dataclass
class ProgressEvents:
    """Those of one call, as `style.Events`."""

    writer: ImageWriter
    plan: Plan
    _made: int = field(default=0, init=False)
    _beats: int = field(default=0, init=False)

    def beat(self) -> Sequence[Part]:
        self._beats += 1
        part = round(self._beats / (self._beats + _PATIENCE), 4)
        return self._notify(self._made + part, f"{self._made} of {self.plan.n} are ready.")

    def tell(self, result: Result) -> Sequence[Part]:
        self._made += 1
        self._beats = 0
        return self._notify(self._made, f"The image with seed {result.seed} is ready.")

    def end(self, made: Sequence[Result], errors: Sequence[FailedImage]) -> Sequence[Part]:
        """Write the result, as the call's only answer."""
        if not made:
            return _write_event(write_failure(self.writer.call, errors[0]))
        in_order = sorted(made, key=attrgetter("seed"))
        return _write_event(*self.writer.write(self.plan, in_order, errors))

    def _notify(self, progress: float, message: str) -> Sequence[Part]:
        params = {
            "progressToken": self.writer.call.progress_token,
            "progress": progress,
            "total": self.plan.n,
            "message": message,
        }
        note = {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}
        return _write_event(json_text.write(note))


def _write_event(*message: Part) -> Sequence[Part]:
    return ["event: message\ndata: ", *message, "\n\n"]
