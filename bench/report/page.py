"""The page with galleries of several sizes, and how soon it is there at a first visit."""

from collections.abc import Sequence

from bench.figures import spread, table
from bench.report.records import Page
from bench.report.workers import MB


def tell_page(page: Page | None) -> str:
    if not page:
        return ""
    galleries = [
        [
            f"{int(count):,}",
            _tell_milliseconds(found.first_tile),
            _tell_milliseconds(found.keystrokes),
            f"{spread(found.slow_frames):.1%}",
            f"{spread([value * MB for value in found.heap]):.1f}",
            f"{spread(found.elements):.0f}",
        ]
        for count, found in page.galleries.items()
    ]
    loads = [
        [
            name,
            str(found.requests),
            f"{found.size / 1e3:.0f}",
            _tell_milliseconds(found.paint),
            _tell_milliseconds(found.slow_paint),
        ]
        for name, found in page.loads.items()
    ]
    heads = ["images", "first tile, ms", "a keystroke, ms", "slow frames", "heap, MB", "elements"]
    return f"""
## The page

Made by `make bench-page`, in Chromium without a graphics card, at 1440 by 900. A gallery is read
from the browser's store on disk. First tile: until its newest image is there, the page being loaded
anew. A keystroke: what one in the prompt takes of script, style and layout. Slow frames: those of
over 33 ms while 40 pixels are scrolled with each.

{table(heads, galleries)}
A first visit, beside a page of one line from another server on the same machine: what the
connection alone costs. Slow 3G: 400 ms of latency, 400 kbit/s. First contentful paint.

{table(["", "requests", "kB", "paint, ms", "paint on slow 3G, ms"], loads)}"""


def _tell_milliseconds(seconds: Sequence[float]) -> str:
    return f"{spread([value * 1e3 for value in seconds]):.1f}"
