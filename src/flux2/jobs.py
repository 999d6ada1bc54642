"""A job's images, made side by side: seeds, connections, conversion, links."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from flux2 import attempts, cloudflare
from flux2.cache import Cache
from flux2.schemas import LARGEST_SEED, Job
from flux2.services import Services
from flux2.web import Base64, ImageStream, TypedFile

MOST_CALLS = 4
"""Upstream at once, per request; Cloudflare allows a Worker 6 open connections."""
LINK_SECONDS = 3600
FILES_PATH = "/v1/images/files/"
_EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp"}


@dataclass(frozen=True)
class Result:
    """An image as it goes into the answer."""

    base64: Base64
    format: str
    seed: int
    account: str | None
    """The variable with the account that served; None if the image was kept from before."""
    url: str | None = None
    """Instead of the base64, where it could be stored."""


@dataclass(frozen=True)
class Failure:
    """Why the image of that seed did not come."""

    seed: int
    error: Exception
    """An ApiError, or a bug of ours."""


Outcome = Result | Failure
Tasks = Sequence[asyncio.Task[Outcome]]


@dataclass(frozen=True)
class Work:
    """A job with what its images need."""

    job: Job
    references: Sequence[TypedFile]
    cached: Cache | None
    origin: str
    """What links to our images begin with."""
    services: Services


def start(work: Work) -> Tasks:
    """Begin all images of a job, in the order of their seeds."""
    return [asyncio.ensure_future(image) for image in _images(work)]


async def run(work: Work) -> Sequence[Outcome]:
    """Make all images of a job, in the order of their seeds."""
    if work.job.n == 1:  # a task of its own would only cost
        return [await _images(work)[0]]
    tasks = start(work)
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        await stop(tasks)
        raise


def _images(work: Work) -> Sequence[Coroutine[None, None, Outcome]]:
    """Each of them, not begun."""
    job, seed = work.job, work.job.seed
    if seed is None:
        seed = work.services.random_below(LARGEST_SEED - job.n + 2)
    slots = asyncio.Semaphore(MOST_CALLS)

    async def one(seed: int) -> Outcome:
        try:
            async with slots:
                image = await _made(work, seed)
                return await _finished(work, seed, image)
        except Exception as error:
            return Failure(seed, error)

    return [one(seed) for seed in range(seed, seed + job.n)]


async def stop(tasks: Tasks) -> None:
    """End what still runs, and let go of what came."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Result):
            await cloudflare.discard(result.base64)


async def _made(work: Work, seed: int) -> cloudflare.Image:
    if work.cached is None:
        return await _asked_for(work, seed)
    if (kept := await work.cached.load(seed)) is not None:
        return kept
    image = await _asked_for(work, seed)
    await work.cached.save(seed, image.base64)
    return image


async def _asked_for(work: Work, seed: int) -> cloudflare.Image:
    services = work.services
    begin = services.now()
    try:
        image = await attempts.generate(work.job, seed, work.references, services)
        if _must_be_whole(work, image):
            await cloudflare.hold(image, services.settings)
    finally:
        services.log.add_upstream(begin, services.now())
    return image


async def _finished(work: Work, seed: int, image: cloudflare.Image) -> Result:
    try:
        result = await _converted(work.job, seed, image, work.services)
        return await _stored(work, result)
    except BaseException:
        await cloudflare.discard(image.base64)
        raise


def _must_be_whole(work: Work, image: cloudflare.Image) -> bool:
    """Whether to take all of an image before the answer begins: where another one would be lost
    if this one broke off, or waits for its connection; where it is kept or worked on; and where
    that is cheaper. Then what breaks off is still an error with a status."""
    job, services = work.job, work.services
    return (
        job.n > 1
        or work.cached is not None
        or (isinstance(image.base64, ImageStream) and image.base64.is_short)
        or _converter(job, image, services) is not None
        or (job.response_format == "url" and services.results is not None)
    )


def _converter(
    job: Job, image: cloudflare.Image, services: Services
) -> Callable[[], Awaitable[Base64]] | None:
    wanted = job.output_format
    if wanted is None or wanted == image.format or (convert := services.convert) is None:
        return None
    return lambda: convert(image.base64, wanted)


async def _converted(job: Job, seed: int, image: cloudflare.Image, services: Services) -> Result:
    """In the format that was asked for; as it is if that fails, since it is paid for, and the
    answer says what it is."""
    convert = _converter(job, image, services)
    if convert is not None and job.output_format is not None:
        try:
            return Result(await convert(), job.output_format, seed, image.account)
        except ValueError:
            services.log.event("image_not_converted")
    return Result(image.base64, image.format, seed, image.account)


async def _stored(work: Work, result: Result) -> Result:
    """With a link if one was asked for; if it cannot be kept, the answer carries the image."""
    job, services = work.job, work.services
    if job.response_format != "url" or services.results is None:
        return result
    name = f"{services.new_id()}.{_EXTENSIONS[result.format]}"
    try:
        await services.results.put(name, result.base64, LINK_SECONDS)
    except (OSError, ValueError):
        services.log.event("image_not_stored")
        return result
    return replace(result, url=f"{work.origin}{FILES_PATH}{name}")
