"""How a line of a batch ended, as its output says it; and the images that it has so far."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flux2.answers import document
from flux2.answers.errors import explain
from flux2.batches.line_ends import Ended
from flux2.batches.output_lines import PLACEHOLDER_SIZE, write_failed, write_made as write_line
from flux2.batches.rows import Line
from flux2.generation.keeping import PLACEHOLDER, write_link
from flux2.generation.result import Failure, Result
from flux2.image_formats import MadeFormat
from flux2.plan import Plan
from flux2.services import Services


@dataclass(frozen=True)
class MadeImage:
    """An image that was made and is kept."""

    name: str
    seed: int
    format: MadeFormat
    compression: int | None
    account: str | None
    size: int
    """Bytes of its base64."""


def read_made(text: str | None) -> Sequence[MadeImage]:
    return [MadeImage(**each) for each in json.loads(text or "[]")]


def write_made(made: Sequence[MadeImage]) -> str | None:
    return json.dumps([asdict(each) for each in made]) if made else None


def to_made(result: Result) -> MadeImage:
    name = str(result.base64).removeprefix(PLACEHOLDER.format(""))
    return MadeImage(
        name, result.seed, result.format, result.compression, result.account, result.size
    )


def describe_end(
    line: Line,
    plan: Plan | None,
    made: Sequence[MadeImage],
    failures: Sequence[Failure],
    services: Services,
) -> Ended:
    """Describe what a line has become: its images, beside the errors of those that did not come; or
    the first error, where there is none or no plan could be made."""
    line_id = line.run[:24]
    if not made or plan is None:
        error = explain(failures[0].error, services.log)
        response = write_failed(line_id, line.custom_id, line.run, error)
        return Ended(False, response, 0, write_made(made))
    results = [_to_result(each, plan) for each in sorted(made, key=lambda each: each.seed)]
    parts = document.write(plan, results, failures, services)
    text = "".join(part for part in parts if isinstance(part, str))
    carries_images = plan.response_format == "b64_json"
    longer = sum(each.size - PLACEHOLDER_SIZE for each in made) if carries_images else 0
    return Ended(
        True, write_line(line_id, line.custom_id, line.run, text), longer, write_made(made)
    )


def _to_result(image: MadeImage, plan: Plan) -> Result:
    return Result(
        base64=PLACEHOLDER.format(image.name),
        format=image.format,
        compression=image.compression,
        seed=image.seed,
        account=image.account,
        url=write_link(image.name, image.format, plan),
        size=image.size,
    )
