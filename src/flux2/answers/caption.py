"""What a chat shows below its images: model, size, seeds with their links, cost; what failed."""

import re
from collections.abc import Sequence

from flux2.answers.parts import compute_cost
from flux2.answers.shapes import FailedImage
from flux2.generation.result import Result
from flux2.plan import Plan

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def write_caption(plan: Plan, made: Sequence[Result], errors: Sequence[FailedImage]) -> str:
    """Write a line that reads well as plain text and as Markdown.

    The links are how a chat program that drops images from earlier messages says which one a
    follow-up is about.
    """
    words = [plan.model.name]
    if plan.references:
        count = len(plan.references)
        words.append("edit" if count == 1 else f"from {count} images")
    words += [
        plan.size,
        ", ".join(_write_seed(result) for result in made),
        _write_cost(plan, made),
    ]
    caption = " · ".join(words)
    if errors:
        reason = _MARKDOWN.sub(r"\\\1", errors[0]["message"])
        caption += f"\n\n{len(errors)} of {plan.n} images did not come: {reason}"
    return caption


def _write_seed(result: Result) -> str:
    """Open WebUI takes a number alone in brackets for the mark of a citation."""
    seed = f"seed {result.seed}"
    return seed if result.url is None else f"[{seed}]({result.url})"


def _write_cost(plan: Plan, made: Sequence[Result]) -> str:
    cost = compute_cost(plan, *made)
    if not cost["neurons"]:
        return "kept from before, free"
    return f"{cost['neurons']:,} neurons (${cost['usd']:.4f})"
