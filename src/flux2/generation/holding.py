"""Images that a request has to hold whole: they wait together for the memory that they take."""

import asyncio
from dataclasses import dataclass, field

from flux2.cloudflare import call
from flux2.plan import Plan
from flux2.ports import ImageStream
from flux2.room import Lease
from flux2.services import Services

MOST_CALLS = 4
"""How many a request may have upstream at once; Cloudflare allows a Worker 6 connections."""
MOST_HELD = 64 * 1024 * 1024
"""Bytes that the images of one request may take."""
_BYTES_PER_PIXEL = 2
"""Of an image whose size is not announced: a guess that is rarely too low."""
_COPIES = 3
"""How many there are for a moment of an image that is converted or kept."""


@dataclass
class Holder:
    """The memory for a plan's images. Whoever uses it has to `end` it once they are gone."""

    plan: Plan
    services: Services
    _admission: asyncio.Task[Lease] | None = field(default=None, init=False)
    _left: int = field(default=MOST_HELD, init=False)

    @property
    def is_used(self) -> bool:
        return self._admission is not None

    async def hold(self, image: ImageStream, *, is_copied: bool) -> None:
        """Take the rest of an image, which has been let go of if that fails with an ApiError.

        The first one waits for room for all of them: if each waited for its own, requests that
        have some of theirs would wait for each other.
        """
        copies = _COPIES if is_copied else 1
        try:
            if self._admission is None:
                size = image.size or _BYTES_PER_PIXEL * self.plan.width * self.plan.height
                room = self.services.images
                self._admission = asyncio.ensure_future(room.take(size * copies * self.plan.n))
            await asyncio.shield(self._admission)
        except BaseException:
            await image.cancel()
            raise
        # Others come meanwhile, though not all are copied in the same moment.
        limit = min(self._left, MOST_HELD // max(min(self.plan.n, MOST_CALLS), copies))
        lease = self._admission.result()
        self._left -= await call.hold(image, limit, lease.shrink, self.services.settings)

    def end(self) -> None:
        """Give the memory back."""
        if self._admission is not None and not self._admission.cancel():
            self._admission.result().give_back()
