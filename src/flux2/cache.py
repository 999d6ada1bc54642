"""Images that were asked for before, if `CACHE_TTL` says so and the request names its seed."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from flux2.cloudflare import Image
from flux2.errors import ConfigurationError
from flux2.references import BASE64_SAMPLE, base64_format
from flux2.schemas import Job, compact_json
from flux2.services import Services
from flux2.web import Base64, Storage, TypedFile

PREFIX = "cache/"
"""Of the names in the namespace; no link can lead to one of them."""
_LAYOUT = 1
"""Of what a name is made from; another one when that changes."""


@dataclass(frozen=True)
class Cache:
    """Of the images of one job, by their seeds."""

    job: Job
    digests: Sequence[tuple[str, str]]
    """The media type and the SHA-256 of each reference image."""
    storage: Storage
    services: Services

    async def load(self, seed: int) -> Image | None:
        try:
            base64 = await self.storage.get(self._name(seed))
        except OSError:
            self.services.log.event("cache_unavailable")
            return None
        kind = base64 and base64_format(base64.read(0, BASE64_SAMPLE))
        return Image(base64, kind, account=None) if base64 and kind else None

    async def save(self, seed: int, image: Base64) -> None:
        """An image that has been drained; if it cannot be kept, that is no reason not to answer."""
        seconds = self.services.settings.cache_ttl
        try:
            await self.storage.put_text(self._name(seed), image, seconds)
        except OSError:
            self.services.log.event("image_not_cached")

    def _name(self, seed: int) -> str:
        """By all that the image depends on; who does not hold the key cannot compute it, and with
        another key it is another."""
        job, settings = self.job, self.services.settings
        asked = compact_json(
            [
                _LAYOUT,
                settings.api_base_url,
                job.model.id,
                job.prompt,
                job.width,
                job.height,
                job.steps,
                job.guidance,
                seed,
                self.digests,
            ]
        )
        key = settings.api_master_key.encode()
        return PREFIX + hmac.new(key, asked.encode(errors="surrogatepass"), "sha256").hexdigest()


async def open_for(job: Job, references: Sequence[TypedFile], services: Services) -> Cache | None:
    """None where no image is looked for or kept.

    Raises ConfigurationError if one should be, but there is nothing to keep it in.
    """
    if not services.settings.cache_ttl:
        return None
    if services.results is None:
        raise ConfigurationError("CACHE_TTL needs the KV namespace RESULTS, which is not bound")
    if job.seed is None:
        return None
    digests = [(each.media_type, (await each.file.digest()).hex()) for each in references]
    return Cache(job, digests, services.results, services)
