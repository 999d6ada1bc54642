"""Small copies of images, for those who cannot look at large ones."""

from dataclasses import dataclass

from flux2.image_formats import MadeFormat
from flux2.ports import Base64
from flux2.services import Services

MOST_BYTES = 900_000
"""Of base64, for all images of an answer: programs that show what a tool gave them refuse more than
about a megabyte, and the links with it."""


@dataclass(frozen=True)
class Preview:
    base64: Base64
    format: MadeFormat


async def make(
    image: Base64, format: MadeFormat, side: int, n: int, services: Services
) -> Preview | None:
    """Make a copy with at most `side` pixels on a side, or half of that if it would take too much
    room, of one of `n` images, which has been drained; where that cannot be, the image is its own
    if it is small enough. It never fails, since the image is paid for."""
    most, images = MOST_BYTES // n, services.bindings.images
    if images is not None:
        try:
            for each in (side, side // 2):
                small = await images.shrink(image, each)
                if small.size <= most:
                    return Preview(small, "jpeg")
        except ValueError:
            services.log.event("image_not_shrunk")
    size = len(image) if isinstance(image, str) else image.size
    return Preview(image, format) if size is not None and size <= most else None
