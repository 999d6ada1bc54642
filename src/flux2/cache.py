"""Images that were asked for before, if `CACHE_TTL` says so and the request names its seed."""

import hmac
from collections.abc import Sequence

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


def is_used(job: Job, services: Services) -> bool:
    """Raises ConfigurationError if it should be, but there is nothing to keep results in."""
    if not services.settings.cache_ttl:
        return False
    _storage(services)
    return job.seed is not None


def _storage(services: Services) -> Storage:
    if services.results is None:
        raise ConfigurationError("CACHE_TTL needs the KV namespace RESULTS, which is not bound")
    return services.results


async def name(job: Job, seed: int, references: Sequence[TypedFile], services: Services) -> str:
    """Of the image, by all that it depends on; who does not hold the key cannot compute it, and
    with another key it is another."""
    asked = compact_json(
        [
            _LAYOUT,
            services.settings.api_base_url,
            job.model.id,
            job.prompt,
            job.width,
            job.height,
            job.steps,
            job.guidance,
            seed,
            [[each.media_type, (await each.file.digest()).hex()] for each in references],
        ]
    )
    key = services.settings.api_master_key.encode()
    return PREFIX + hmac.new(key, asked.encode(errors="surrogatepass"), "sha256").hexdigest()


async def load(name: str, services: Services) -> Image | None:
    try:
        base64 = await _storage(services).get(name)
    except OSError:
        services.log.event("cache_unavailable")
        return None
    kind = base64 and base64_format(base64.read(0, BASE64_SAMPLE))
    return Image(base64, kind, account=None) if base64 and kind else None


async def save(name: str, image: Base64, services: Services) -> None:
    """An image that has been drained; if it cannot be kept, that is no reason not to answer."""
    try:
        await _storage(services).put_text(name, image, services.settings.cache_ttl)
    except OSError:
        services.log.event("image_not_cached")
