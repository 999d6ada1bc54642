"""OpenAI's server-sent events of the Images API: one for each image."""

from collections.abc import Sequence
from dataclasses import dataclass

from flux2 import json_text
from flux2.answers.parts import NO_TOKENS, compute_cost, tells_account, write_image
from flux2.answers.shapes import ErrorDetail, FailedImage, ImageEventEnd
from flux2.generation.result import Result
from flux2.plan import Plan
from flux2.ports import Part
from flux2.services import Services

BEAT = ": still working\n\n"


@dataclass(frozen=True)
class ImageEvents:
    """Those of one plan, as `style.Events`."""

    plan: Plan
    services: Services

    def beat(self) -> Sequence[Part]:
        return [BEAT]

    def tell(self, result: Result) -> Sequence[Part]:
        """Write OpenAI's fields and ours. Without the blank line clients would lose the last
        event."""
        plan = self.plan
        kind = f"{plan.source}.completed"
        end: ImageEventEnd = {
            "created_at": int(self.services.now()),
            "size": plan.size,
            "quality": plan.quality,
            "background": "opaque",
            "output_format": result.format,
            "model": plan.model.id,
            "seed": result.seed,
            "steps": plan.steps,
            "cost": compute_cost(plan, result),
            "usage": NO_TOKENS,
        }
        if result.compression is not None:
            end["output_compression"] = result.compression
        if result.kept_id is not None:
            end["kept_id"] = result.kept_id
        if tells_account(self.services):
            end["account"] = result.account
        return [
            f'event: {kind}\ndata: {{"type":"{kind}",',
            *write_image(plan, result),
            f",{json_text.write(end)[1:]}\n\n",
        ]

    def end(self, made: Sequence[Result], errors: Sequence[FailedImage]) -> Sequence[Part]:
        return [write_error(error) for error in errors]


def write_error(error: ErrorDetail) -> str:
    """Write an error after the stream has begun, as an event without a name; and, since OpenAI has
    nothing of the kind, without the seed of the image that did not come."""
    told = {name: value for name, value in error.items() if name != "seed"}
    return f"data: {json_text.write({'error': told})}\n\n"
