"""The models: ids, what they take, and what they cost.

Prices and limits: Cloudflare's pages of the three models and "Workers AI pricing", as of 2026-10.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

PREFIX = "@cf/black-forest-labs/"
SMALLEST_SIDE = 256
LARGEST_SIDE = 2048
MOST_PIXELS = 4_194_304
MOST_REFERENCES = 4
REFERENCE_SIDE = 512
"""Pixels; Cloudflare documents no larger reference."""

USD_PER_NEURON = 0.011 / 1000
FREE_NEURONS_PER_DAY = 10_000

# Clients have these names built in and offer no others.
_HARD_CODED = ("gpt-image-", "chatgpt-image-")
_HARD_CODED_EXACT = frozenset({"dall-e-2", "dall-e-3"})


@dataclass(frozen=True)
class Model:
    id: str
    created: int
    """When Cloudflare announced it, in Unix seconds."""
    fixed_steps: int | None
    neurons: Callable[[int, int, int, int], float]
    """width, height, steps, number of reference images -> neurons of one image."""


def _tiles(width: int, height: int) -> int:
    return math.ceil(width / 512) * math.ceil(height / 512)


def _dev(width: int, height: int, steps: int, references: int) -> float:
    return steps * (37.50 * _tiles(width, height) + 18.75 * references)


def _klein_4b(width: int, height: int, steps: int, references: int) -> float:
    return 26.05 * _tiles(width, height) + 5.37 * references


def _klein_9b(width: int, height: int, steps: int, references: int) -> float:
    megapixels = math.ceil(width * height / 1024**2)
    return 1363.64 + 181.82 * (megapixels - 1) + 181.82 * references


DEV = Model(f"{PREFIX}flux-2-dev", 1764028800, None, _dev)
MODELS = (
    DEV,
    Model(f"{PREFIX}flux-2-klein-4b", 1768435200, 4, _klein_4b),
    Model(f"{PREFIX}flux-2-klein-9b", 1769558400, 4, _klein_9b),
)
_BY_NAME = {name: model for model in MODELS for name in (model.id, model.id.removeprefix(PREFIX))}


def find(name: str | None) -> Model | None:
    """The model of that name, the default for None; None if there is no such model."""
    if name is None or name in _HARD_CODED_EXACT or name.startswith(_HARD_CODED):
        return DEV
    return _BY_NAME.get(name)


def rounded(neurons: float) -> float:
    """To the two decimals of the price table, without a decimal point where none is needed."""
    value = round(neurons, 2)
    return int(value) if value.is_integer() else value


def usd(neurons: float) -> float:
    return round(neurons * USD_PER_NEURON, 8)
