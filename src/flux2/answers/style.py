"""How a door tells of images: all of them at once, or one by one as they come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flux2.answers.shapes import FailedImage
from flux2.generation.result import Failure, Result
from flux2.plan import Plan
from flux2.ports import Part
from flux2.services import Services


class Events(Protocol):
    """Writes the server-sent events of one plan, each with the blank line that ends it."""

    def beat(self) -> Sequence[Part]:
        """Write a sign of life; the first one also begins a stream that has nothing else yet."""

    def tell(self, result: Result) -> Sequence[Part]:
        """Write that an image has come."""

    def end(self, made: Sequence[Result], errors: Sequence[FailedImage]) -> Sequence[Part]:
        """Write what follows the last image: why others did not come."""


WriteDocument = Callable[[Plan, Sequence[Result], Sequence[Failure], Services], Sequence[Part]]
"""Writes the images that came, of which there is at least one, beside the failures."""


@dataclass(frozen=True)
class Style:
    write_document: WriteDocument
    make_events: Callable[[Plan, Services], Events]
    preview_side: int | None = None
    """Pixels that a small copy of each image may have on a side; None: there is none."""
