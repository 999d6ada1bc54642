"""What a tool gives an agent: small pictures to look at, links to the full ones, and all of it in
words and as data.

The specification: "Server Features, Tools". Some programs drop the pictures, others everything but
`structuredContent`, so each says what the others do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flux2 import catalog, json_text
from flux2.answers.parts import compute_cost, describe_failures
from flux2.answers.shapes import ErrorDetail, FailedImage
from flux2.generation.result import Failure, Result
from flux2.mcp.messages import Call
from flux2.mcp.shapes import MadeImage, MadeImages, ModelCard, ModelCards
from flux2.plan import Plan
from flux2.ports import Part
from flux2.request.fields import DEFAULT_SIDE, DEFAULT_STEPS
from flux2.services import Services

_ABOUT_LINKS = (
    "A link leads to the full image, needs no key and lives at least one hour: save what is to be "
    "kept. To change an image, give its link to edit_image."
)
_ABOUT_NO_LINK = "An image without a link is in this result as it was made."
_ABOUT_NO_PICTURE = "There is no small copy of what could not be shrunk, only the link."


@dataclass(frozen=True)
class ImageWriter:
    """Writes the images of one call."""

    call: Call

    def write_document(
        self, plan: Plan, made: Sequence[Result], failures: Sequence[Failure], services: Services
    ) -> Sequence[Part]:
        return self.write(plan, made, describe_failures(failures, services))

    def write(
        self, plan: Plan, made: Sequence[Result], errors: Sequence[FailedImage]
    ) -> Sequence[Part]:
        """Write the images that came, of which there is at least one; the words first, since some
        programs read nothing else of a result."""
        facts = _describe_images(plan, made, errors)
        pictures = [part for result in made for part in _write_picture(result)]
        text = json_text.write({"type": "text", "text": facts["message"]})
        structure = json_text.write(facts)
        return [
            f'{self.call.open()}"content":[{text}',
            *pictures,
            f'],"structuredContent":{structure},"isError":false}}}}',
        ]


def write_failure(call: Call, error: ErrorDetail, retry_after: str | None = None) -> str:
    """Write an error that the agent can do something about."""
    facts = {"code": error["code"], "param": error["param"], "retry_after": retry_after}
    shown = ", ".join(f"{name}: {value}" for name, value in facts.items() if value is not None)
    text = f"{error['message']} ({shown})"
    return call.write({"content": [{"type": "text", "text": text}], "isError": True})


def write_models(call: Call, models: Sequence[catalog.Model]) -> str:
    cards = _describe_models(models)
    content = [{"type": "text", "text": cards["message"]}]
    return call.write({"content": content, "structuredContent": cards, "isError": False})


# Images


def _write_picture(result: Result) -> Sequence[Part]:
    if result.url is None:
        image, format = result.base64, result.format
    elif result.preview is not None:
        image, format = result.preview.base64, result.preview.format
    else:
        return []
    return [',{"type":"image","data":"', image, f'","mimeType":"image/{format}"}}']


def _describe_images(
    plan: Plan, made: Sequence[Result], errors: Sequence[FailedImage]
) -> MadeImages:
    facts: MadeImages = {
        "message": _put_into_words(plan, made, errors),
        "images": [_describe_image(result) for result in made],
        "model": plan.model.id,
        "size": plan.size,
        "steps": plan.steps,
        "cost": compute_cost(plan, *made),
    }
    if errors:
        facts["errors"] = list(errors)
    return facts


def _describe_image(result: Result) -> MadeImage:
    image: MadeImage = {"seed": result.seed, "output_format": result.format}
    if result.url is not None:
        image["url"] = result.url
    return image


def _put_into_words(plan: Plan, made: Sequence[Result], errors: Sequence[FailedImage]) -> str:
    cost, name = compute_cost(plan, *made), plan.model.name
    about = f"{name}, {plan.size}, {plan.steps} steps"
    lines = [
        f"{len(made)} of {plan.n} made: {about}, {cost['neurons']} neurons ({cost['usd']} USD).",
        *(f"Seed {r.seed}: {r.url or 'no link could be made.'}" for r in made),
        *(f"Seed {e['seed']} failed: {e['message']} ({e['code']})" for e in errors),
    ]
    linked = [result for result in made if result.url is not None]
    lines += [_ABOUT_LINKS] if linked else []
    lines += [_ABOUT_NO_LINK] if len(linked) < len(made) else []
    lines += [_ABOUT_NO_PICTURE] if any(result.preview is None for result in linked) else []
    return "\n".join(lines)


# Models


def _describe_models(models: Sequence[catalog.Model]) -> ModelCards:
    cards = [_describe_model(model) for model in models]
    return {
        "message": "\n".join(
            [
                *map(_put_model_into_words, cards),
                f"Sides of {catalog.SMALLEST_SIDE} to {catalog.LARGEST_SIDE} pixels, "
                f"{catalog.MOST_PIXELS:,} pixels in all, up to {catalog.MOST_REFERENCES} reference "
                f"images. Each day {catalog.FREE_NEURONS_PER_DAY:,} neurons are free.",
            ]
        ),
        "models": cards,
        "smallest_side": catalog.SMALLEST_SIDE,
        "largest_side": catalog.LARGEST_SIDE,
        "most_pixels": catalog.MOST_PIXELS,
        "most_reference_images": catalog.MOST_REFERENCES,
        "free_neurons_per_day": catalog.FREE_NEURONS_PER_DAY,
    }


def _describe_model(model: catalog.Model) -> ModelCard:
    steps = model.fixed_steps or DEFAULT_STEPS
    neurons = model.neurons(DEFAULT_SIDE, DEFAULT_SIDE, steps, 0)
    return {
        "id": model.name,
        "is_default": model is catalog.DEV,
        "steps": steps,
        "are_steps_fixed": model.fixed_steps is not None,
        "cost_of_1024x1024": {
            "neurons": catalog.round_neurons(neurons),
            "usd": catalog.to_usd(neurons),
        },
    }


def _put_model_into_words(card: ModelCard) -> str:
    cost = card["cost_of_1024x1024"]
    return (
        f"{card['id']}{' (default)' * card['is_default']}: a {DEFAULT_SIDE}x{DEFAULT_SIDE} image "
        f"with {card['steps']} steps{' (fixed)' * card['are_steps_fixed']} costs "
        f"{cost['neurons']} neurons ({cost['usd']} USD)."
    )
