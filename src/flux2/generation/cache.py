"""Images that were asked for before, if `CACHE_TTL` says so and the request names its seed."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from flux2 import json_text
from flux2.bindings import Storage
from flux2.cloudflare import call
from flux2.cloudflare.answer import Image
from flux2.errors import ConfigurationError
from flux2.image_formats import BASE64_SAMPLE, sniff_base64
from flux2.plan import Plan
from flux2.ports import Base64
from flux2.services import Services

PREFIX = "cache/"
"""Every name in the namespace begins with this; no link can lead to one of them."""
NEEDS_RESULTS = "CACHE_TTL needs the KV namespace RESULTS, which is not bound"
_LAYOUT = 3
"""A number that changes when what a name is made from changes."""


@dataclass(frozen=True)
class Cache:
    """The images of one plan, by their seeds."""

    plan: Plan
    digests: Sequence[tuple[str, str]]
    """The media type and the SHA-256 of each reference image."""
    storage: Storage
    services: Services

    async def load(self, seed: int) -> Image | None:
        try:
            base64 = await self.storage.get(self._make_name(seed))
        except OSError:
            self.services.log.event("cache_unavailable")
            return None
        kind = base64 and sniff_base64(base64.read(0, BASE64_SAMPLE))
        return Image(base64, kind, account=None) if base64 and kind else None

    async def save(self, seed: int, image: Base64) -> None:
        """Keep an image that has been drained; if it cannot be kept, or is damaged, that is no
        reason not to answer."""
        seconds = self.services.settings.cache_ttl
        try:
            await self.storage.put_text(self._make_name(seed), image, seconds)
        except (OSError, ValueError):
            self.services.log.event("image_not_cached")

    def _make_name(self, seed: int) -> str:
        """Name it by all that Cloudflare is asked, and so by all that the image depends on; who
        does not hold the owner's key cannot compute it, and with another one it is another. So it
        is for another caller, unless the owner lets them share."""
        settings = self.services.settings
        caller = None if settings.has_shared_cache else self.plan.caller.id
        asked = json_text.write_strictly(
            [
                _LAYOUT,
                caller,
                settings.api_base_url,
                self.plan.model.id,
                call.write_fields(self.plan, seed),
                self.digests,
            ]
        )
        key = settings.api_master_key.encode()
        return PREFIX + hmac.new(key, asked.encode(errors="surrogatepass"), "sha256").hexdigest()


async def open_for(plan: Plan, services: Services) -> Cache | None:
    """Find the cache of a plan; None where no image is looked for or kept.

    Raises ConfigurationError if one should be, but there is nothing to keep it in.
    """
    if not services.settings.cache_ttl:
        return None
    storage = services.bindings.results
    if storage is None:
        raise ConfigurationError(NEEDS_RESULTS)
    if not plan.seed_was_given:
        return None
    digests = [(each.media_type, (await each.file.digest()).hex()) for each in plan.references]
    return Cache(plan, digests, storage, services)
