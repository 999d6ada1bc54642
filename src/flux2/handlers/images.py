"""`POST /v1/images/generations`: from what was asked for to images and what they cost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from flux2 import bodies, catalog, cloudflare, references, schemas
from flux2.errors import ApiError
from flux2.schemas import Job, compact_json
from flux2.services import Services
from flux2.web import Part, Request, Response, TypedFile

MOST_CALLS = 4
"""Upstream at once, per request; Cloudflare allows a Worker 6 open connections."""


@dataclass(frozen=True)
class _Results:
    images: Sequence[cloudflare.Image]
    failures: Sequence[tuple[int, ApiError]]
    """(seed, why) of the images that did not come."""


async def generations(request: Request, services: Services) -> Response:
    services.settings.require_account()
    payload = await bodies.read(request, schemas.NAMES, services.decode_data_url)
    job = schemas.read_job(payload.fields)
    images = [
        await references.prepare(param, file, services.resize) for param, file in payload.references
    ]
    results = await _generate(job, images, services)
    return Response(
        headers={"content-type": "application/json"},
        body=_answer(job, len(images), results, services),
    )


async def _generate(job: Job, images: Sequence[TypedFile], services: Services) -> _Results:
    """All images of a job, each judged; raises the first error if none came."""
    seed = job.seed
    if seed is None:
        seed = services.random_below(schemas.LARGEST_SEED - job.n + 2)
    seeds = range(seed, seed + job.n)
    slots = asyncio.Semaphore(MOST_CALLS)

    async def one(seed: int) -> cloudflare.Image:
        async with slots:
            image = await cloudflare.generate(job, seed, images, services.settings, services.fetch)
            if job.n > MOST_CALLS:  # somebody is waiting for the connection
                await cloudflare.hold(image, services.settings)
            return image

    results = await asyncio.gather(*map(one, seeds), return_exceptions=True)
    return await _sorted_out(seeds, results)


async def _sorted_out(
    seeds: Sequence[int], results: Sequence[cloudflare.Image | BaseException]
) -> _Results:
    made = [result for result in results if isinstance(result, cloudflare.Image)]
    failures = [(s, r) for s, r in zip(seeds, results, strict=True) if isinstance(r, ApiError)]
    bugs = [r for r in results if isinstance(r, BaseException) and not isinstance(r, ApiError)]
    if bugs:
        for image in made:
            await cloudflare.discard(image)
        raise bugs[0]
    if not made:
        raise failures[0][1]
    return _Results(made, failures)


def _answer(job: Job, references: int, results: _Results, services: Services) -> Sequence[Part]:
    """The answer's text, with the images in between."""
    before = compact_json(
        {
            "id": f"gen_{services.new_id()}",
            "object": "image.generation",
            "created": int(services.now()),
            "model": job.model.id,
        }
    )
    parts: list[Part] = [f'{before[:-1]},"data":[']
    for index, image in enumerate(results.images):
        parts += ["," * (index > 0), *_item(job, image)]
    return [*parts, f"],{_after(job, references, results)[1:]}"]


def _item(job: Job, image: cloudflare.Image) -> Sequence[Part]:
    prefix = '{"b64_json":"'
    if job.response_format == "url":
        prefix = f'{{"url":"data:image/{image.format};base64,'
    rest = {"prompt": job.prompt, "revised_prompt": job.prompt, "seed": image.seed}
    return [prefix, image.base64, f'",{compact_json(rest)[1:]}']


def _after(job: Job, references: int, results: _Results) -> str:
    made = len(results.images)
    neurons = catalog.rounded(
        job.model.neurons(job.width, job.height, job.steps, references) * made
    )
    document = {
        "output_format": results.images[0].format,
        "size": job.size,
        "steps": job.steps,
        "cost": {"neurons": neurons, "usd": catalog.usd(neurons)},
    }
    if results.failures:
        document["errors"] = [
            {**error.body()["error"], "seed": seed} for seed, error in results.failures
        ]
    return compact_json(document)
