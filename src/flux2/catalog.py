"""The models: ids, what they take, and what they cost.

Prices and limits: Cloudflare's pages of the three models and "Workers AI pricing", as of 2026-10.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flux2.errors import ModelNotFound

PREFIX = "@cf/black-forest-labs/"
SMALLEST_SIDE = 256
LARGEST_SIDE = 2048
MOST_PIXELS = 4_194_304
MOST_REFERENCES = 4
REFERENCE_SIDE = 512
"""Pixels; Cloudflare documents no larger reference."""

USD_PER_NEURON = 0.011 / 1000
FREE_NEURONS_PER_DAY = 10_000
MICROS = 1_000_000
"""In a neuron."""

HARD_CODED_PREFIXES = ("gpt-image-", "chatgpt-image-", "dall-e-")
"""Clients have such names built in, and some offer no others; they mean the default."""
ALIASES = (
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-flare",
    "gpt-image-2",
    "gpt-image-1.5",
    "gpt-image-1-mini",
    "chatgpt-image-latest",
)
"""Of those, what OpenAI has today and programs look for in a list of models."""


@dataclass(frozen=True)
class Price:
    """Neurons of one image, as Cloudflare's table has it."""

    unit: Literal["tile", "megapixel"]
    """What the output is counted in: 512x512 pixels, or 1024x1024; begun ones count."""
    first: float
    further: float
    reference: float
    """What each reference image costs, which is one tile."""
    each_step: bool
    """Whether every step costs all of this."""


@dataclass(frozen=True)
class Model:
    id: str
    created: int
    """When Cloudflare announced it, in Unix seconds."""
    fixed_steps: int | None
    guided: bool
    """Whether `guidance` changes anything."""
    price: Price

    @property
    def name(self) -> str:
        """The id as people write it: `flux-2-dev`."""
        return self.id.removeprefix(PREFIX)

    def neurons(self, width: int, height: int, steps: int, references: int) -> float:
        """What one image costs."""
        price = self.price
        if price.unit == "tile":
            units = math.ceil(width / 512) * math.ceil(height / 512)
        else:
            units = math.ceil(width * height / 1024**2)
        once = price.first + price.further * (units - 1) + price.reference * references
        return once * steps if price.each_step else once


DEV = Model(
    f"{PREFIX}flux-2-dev",
    created=1764028800,
    fixed_steps=None,
    guided=True,
    price=Price("tile", 37.50, 37.50, 18.75, each_step=True),
)
MODELS = (
    DEV,
    Model(
        f"{PREFIX}flux-2-klein-4b",
        created=1768435200,
        fixed_steps=4,
        guided=False,
        price=Price("tile", 26.05, 26.05, 5.37, each_step=False),
    ),
    Model(
        f"{PREFIX}flux-2-klein-9b",
        created=1769558400,
        fixed_steps=4,
        guided=False,
        price=Price("megapixel", 1363.64, 181.82, 181.82, each_step=False),
    ),
)
_BY_NAME = {model.name: model for model in MODELS}


def find_usable(ids: Sequence[str] | None) -> Sequence[Model]:
    """Find the models of a key, which may be restricted to these; None: it is not."""
    return MODELS if ids is None else [find(each) for each in ids]


def find(name: str | None) -> Model:
    """Find the model of that name, the default for None. Raises ModelNotFound.

    A name may be written as Cloudflare, Black Forest Labs or a reader would: in any case,
    `FLUX.2-dev`, `black-forest-labs/flux-2-dev`.
    """
    if name is None or is_hard_coded(name):
        return DEV
    plain = name.lower().removeprefix("@cf/").removeprefix("black-forest-labs/")
    model = _BY_NAME.get(plain.replace("flux.2", "flux-2"))
    if model is None:
        shown = json.dumps(name[:100], ensure_ascii=False)
        raise ModelNotFound(
            f"The model {shown} does not exist here. Use one of: {', '.join(_BY_NAME)}.",
            param="model",
        )
    return model


def is_hard_coded(name: str) -> bool:
    """Whether it is one of OpenAI's names."""
    return name.lower().startswith(HARD_CODED_PREFIXES)


def round_neurons(neurons: float) -> float:
    """Round to the two decimals of the price table, without a decimal point if none is needed."""
    value = round(neurons, 2)
    return int(value) if value.is_integer() else value


def to_micros(neurons: float) -> int:
    """Count in millionths, as the database does: SQLite adds those exactly."""
    return round(neurons * MICROS)


def from_micros(micros: int) -> float:
    return round_neurons(micros / MICROS)


def to_usd(neurons: float) -> float:
    return round(neurons * USD_PER_NEURON, 8)
