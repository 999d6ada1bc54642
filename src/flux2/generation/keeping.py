"""Where images are kept for a while: under links that can be fetched, whose names nobody can guess.

Where the owner says so they are kept for whoever asked for them, and listed in `gallery`; without a
link of their own as base64, which costs less.

Those of a batch are kept as they came, as base64: a step of the engine has little time for each (10
ms of CPU; Cloudflare's reference, "Workflows, Limits"). Their names follow from the run that makes
them, so that they are found again where a run broke off behind them.
"""

from dataclasses import dataclass, replace
from hashlib import sha256

from flux2.bindings import Storage
from flux2.errors import StorageUnavailable
from flux2.generation import listing, previews
from flux2.generation.result import Result
from flux2.image_formats import BASE64_SAMPLE, MadeFormat, sniff_base64
from flux2.links import EXTENSIONS, FILES_PATH, KEPT_TEXT
from flux2.plan import Plan
from flux2.services import Services

PLACEHOLDER = "\\u0000{}"
"""What stands for a kept image in JSON, with its name."""


@dataclass(frozen=True)
class Found:
    """An image of a run that was kept."""

    name: str
    format: MadeFormat
    size: int
    """Bytes of its base64."""


async def keep(result: Result, plan: Plan, preview_side: int | None, services: Services) -> Result:
    """Give it a link if it shall have one; if that cannot be, the answer carries the image. What
    cannot be kept is no reason not to answer."""
    seconds, storage = plan.kept_seconds, services.bindings.results
    if seconds is None or storage is None:
        return result
    if plan.run is not None:
        return await _keep_for_batch(result, plan, plan.run, seconds, storage, services)
    if preview_side is not None:
        preview = await previews.make(result.base64, result.format, preview_side, plan.n, services)
        result = replace(result, preview=preview)
    drawn = services.new_id()
    try:
        name = await _store(drawn, result, plan, seconds, storage)
    except (OSError, ValueError):
        services.log.event("image_not_stored")
        return result
    if plan.gallery_seconds is not None:
        result = listing.add(name, drawn, result, plan, services)
    if plan.link_seconds is None:
        return result
    result = replace(result, url=write_link(drawn, result.format, plan))
    return replace(result, base64="") if plan.response_format == "url" else result


async def _store(drawn: str, result: Result, plan: Plan, seconds: int, storage: Storage) -> str:
    """Store it; tell under which name. Raises OSError or ValueError."""
    if plan.link_seconds is None:
        await storage.put_as_it_came(KEPT_TEXT + drawn, result.base64, seconds)
        return KEPT_TEXT + drawn
    name = f"{drawn}.{EXTENSIONS[result.format]}"
    await storage.put(name, result.base64, seconds)
    return name


def write_link(name: str, format: MadeFormat, plan: Plan) -> str:
    return f"{plan.origin}{FILES_PATH}{name}.{EXTENSIONS[format]}"


def name_image(run: str, seed: int) -> str:
    """Name an image of a run, whose id nobody can guess."""
    return sha256(f"{run} {seed}".encode()).hexdigest()[:32]


async def find(run: str, seed: int, storage: Storage) -> Found | None:
    """Find an image that a run has kept. Raises OSError."""
    name = name_image(run, seed)
    base64 = await storage.get(KEPT_TEXT + name)
    kind = base64 and sniff_base64(base64.read(0, BASE64_SAMPLE))
    return Found(name, kind, base64.size) if base64 and kind else None


_ATTEMPTS = 3
_USED_UP = "limit exceeded"
"""What Workers KV says of a write beyond those of the day."""
_NOT_KEPT = (
    "The image was made, but the KV namespace RESULTS did not take it. On the Free plan it takes "
    "1,000 a day."
)


async def _keep_for_batch(
    result: Result, plan: Plan, run: str, seconds: int, storage: Storage, services: Services
) -> Result:
    """Raises StorageUnavailable if it cannot be kept at all."""
    name = name_image(run, result.seed)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            size = await storage.put_as_it_came(KEPT_TEXT + name, result.base64, seconds)
        except OSError as exc:
            services.log.event("image_not_stored", attempt=attempt)
            if attempt == _ATTEMPTS:
                is_used_up = _USED_UP in str(exc)
                raise StorageUnavailable(_NOT_KEPT, is_used_up=is_used_up) from exc
            await services.sleep(attempt)
            continue
        url = write_link(name, result.format, plan)
        return replace(result, base64=PLACEHOLDER.format(name), url=url, size=size)
    raise AssertionError("never reached")
