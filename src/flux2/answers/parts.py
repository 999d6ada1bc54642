"""What all styles have in common: an image as parts, its cost, the log's note."""

from collections.abc import Sequence

from flux2 import catalog, json_text
from flux2.answers.errors import describe, explain
from flux2.answers.shapes import Cost, FailedImage, ImageUsage
from flux2.errors import ApiError, InternalError
from flux2.generation.result import Failure, Outcome, Result
from flux2.plan import Plan
from flux2.ports import Part
from flux2.services import Services


def write_image(plan: Plan, result: Result) -> Sequence[Part]:
    """Write the member of a JSON object that carries the image."""
    if plan.response_format == "url":
        return write_url(plan, result)
    return ['"b64_json":"', result.base64, '"']


def write_url(plan: Plan, result: Result) -> Sequence[Part]:
    """Write the member `url`: a link where one was asked for and can be, else a data URL."""
    if plan.response_format == "url" and result.url is not None:
        return [f'"url":{json_text.write(result.url)}']
    return [f'"url":"data:image/{result.format};base64,', result.base64, '"']


def compute_cost(plan: Plan, *results: Result) -> Cost:
    """Add up what Cloudflare made for this request; what was kept from before is free."""
    neurons = plan.neurons * sum(result.account is not None for result in results)
    return {"neurons": catalog.round_neurons(neurons), "usd": catalog.to_usd(neurons)}


NO_TOKENS: ImageUsage = {
    "input_tokens": 0,
    "output_tokens": 0,
    "total_tokens": 0,
    "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
}


def find_compression(results: Sequence[Result]) -> int | None:
    """Find the quality with which all of them were compressed."""
    qualities = {result.compression for result in results}
    return qualities.pop() if len(qualities) == 1 else None


def describe_failures(failures: Sequence[Failure], services: Services) -> list[FailedImage]:
    """Tell why images did not come, and which; one bug does not take those that were paid for with
    it."""
    return [
        {**describe(explain(failure.error, services.log)), "seed": failure.seed}
        for failure in failures
    ]


def tells_account(services: Services) -> bool:
    """Whether there is more than one account that may have served."""
    return len(services.settings.accounts) > 1


def judge(
    plan: Plan, outcomes: Sequence[Outcome], services: Services
) -> tuple[Sequence[Result], Sequence[Failure]]:
    """Tell those that came from those that did not, once all are over.

    Raises the first error if none came.
    """
    made = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    failures = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
    if not made:
        note(made, failures, services)
        raise failures[0].error
    return made, failures


def note(made: Sequence[Result], failures: Sequence[Failure], services: Services) -> None:
    """Tell the log who served, and why images did not come."""
    errors = [failure.error for failure in failures]
    services.log.add(
        accounts=sorted({result.account for result in made if result.account is not None}),
        errors=[e.code if isinstance(e, ApiError) else InternalError.code for e in errors],
    )
