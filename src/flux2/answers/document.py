"""The JSON document of the Images API with all images: text with images in between."""

from collections.abc import Sequence

from flux2 import json_text
from flux2.answers.parts import (
    NO_TOKENS,
    compute_cost,
    describe_failures,
    find_compression,
    tells_account,
    write_image,
)
from flux2.answers.shapes import ImageFacts, ImageListBeginning, ImageListEnd
from flux2.generation.result import Failure, Result
from flux2.plan import Plan
from flux2.ports import Part
from flux2.services import Services


def write(
    plan: Plan, made: Sequence[Result], failures: Sequence[Failure], services: Services
) -> Sequence[Part]:
    """Write all images that came, beside the errors of those that did not."""
    beginning: ImageListBeginning = {
        "id": f"gen_{services.new_id()}",
        "object": "image.generation",
        "created": int(services.now()),
        "model": plan.model.id,
    }
    parts: list[Part] = [f'{json_text.write(beginning)[:-1]},"data":[']
    for index, result in enumerate(made):
        parts += ["," * (index > 0), *_write_item(plan, result, made[0].format, services)]
    end = json_text.write(_describe(plan, made, failures, services))
    return [*parts, f"],{end[1:]}"]


def _write_item(
    plan: Plan, result: Result, documents_format: str, services: Services
) -> Sequence[Part]:
    facts: ImageFacts = {
        "prompt": plan.prompt,
        "revised_prompt": plan.prompt,
        "seed": result.seed,
    }
    if result.format != documents_format:  # one could not be converted
        facts["output_format"] = result.format
    if result.kept_id is not None:
        facts["kept_id"] = result.kept_id
    if tells_account(services):
        facts["account"] = result.account
    image = [*write_image(plan, result)]
    if plan.run is not None and plan.response_format == "b64_json":
        image.append(f',"url":{json_text.write(result.url)}')
    return ["{", *image, f",{json_text.write(facts)[1:]}"]


def _describe(
    plan: Plan, made: Sequence[Result], failures: Sequence[Failure], services: Services
) -> ImageListEnd:
    document: ImageListEnd = {
        "output_format": made[0].format,
        "size": plan.size,
        "steps": plan.steps,
        "cost": compute_cost(plan, *made),
        "usage": NO_TOKENS,
    }
    if (compression := find_compression(made)) is not None:
        document["output_compression"] = compression
    if failures:
        document["errors"] = describe_failures(failures, services)
    return document
