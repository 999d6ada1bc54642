"""One request for images with every question answered: who asks, what for, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from flux2.access.auth import Caller
from flux2.catalog import Model
from flux2.image_formats import MadeFormat
from flux2.ports import TypedFile

Source = Literal["image_generation", "image_edit"]
"""Which of OpenAI's calls it is, as its events name it."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """It is made once a request, by `request.planning`."""

    caller: Caller
    source: Source
    model: Model
    prompt: str
    width: int
    height: int
    steps: int
    sent_on: Mapping[str, float]
    """Fields that Cloudflare gets as they were given; without one the model has its own."""
    seed: int
    """The seed of the first image; the next ones have seed+1, …"""
    seed_was_given: bool
    """Whether the caller named it, and not this server."""
    n: int
    response_format: Literal["b64_json", "url"]
    link_seconds: int | None
    """How long each image is kept under a link; None if it gets none."""
    gallery_seconds: int | None = None
    """How long each image is kept for whoever asked for it; None: it is not."""
    output_format: MadeFormat | None
    """None means as the model makes it."""
    output_compression: int | None
    """The quality of a JPEG or WebP, 0 to 100; None means as the model makes it, or as it is
    converted."""
    quality: str
    """The word that was given, or `auto`."""
    stream: bool
    reference_count: int
    references: Sequence[TypedFile] = ()
    """They stand in the order in which the model gets them; none as long as they have not been
    prepared."""
    origin: str
    """What links to our images begin with."""

    run: str | None = None
    """Of a batch's line: which run of it this is. Its images are kept as they came, under names
    that can be found again from this; see `generation.keeping`."""
    missing: Sequence[int] | None = None
    """The seeds of a line's images that no earlier run has made; None: those from `seed` on."""

    @property
    def kept_seconds(self) -> int | None:
        """How long each image is kept, for whatever reason; None: it is not."""
        return max(self.link_seconds or 0, self.gallery_seconds or 0) or None

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def seeds(self) -> Sequence[int]:
        return range(self.seed, self.seed + self.n) if self.missing is None else self.missing

    @cached_property
    def neurons(self) -> float:
        """What each image costs."""
        return self.model.neurons(self.width, self.height, self.steps, self.reference_count)
