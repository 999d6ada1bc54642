"""What a call costs, in neurons, by Cloudflare's pages of the three models (2026-10)."""

from math import ceil

from emulator.checks import Call

_TILE, _MEGAPIXEL = 512, 1024 * 1024


def price(model: str, call: Call) -> float:
    """Of an image that was made, whether or not anybody got it."""
    width, height = call.size
    tiles = ceil(width / _TILE) * ceil(height / _TILE)
    references = len(call.references)
    if model == "flux-2-dev":
        return (37.5 * tiles + 18.75 * references) * call.steps
    if model == "flux-2-klein-4b":
        return 26.05 * tiles + 5.37 * references
    further = ceil(width * height / _MEGAPIXEL) - 1
    return 1363.64 + 181.82 * (further + references)
