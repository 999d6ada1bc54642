"""Images that are kept for whoever asked for them, on their way into `gallery`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flux2 import catalog, gallery, json_text
from flux2.gallery import KeptImage
from flux2.generation.result import Result
from flux2.plan import Plan
from flux2.services import Services


def add(name: str, drawn: str, result: Result, plan: Plan, services: Services) -> Result:
    """Have an image listed that is stored under a name, for which an id was drawn; no answer waits
    for that."""
    database, seconds, now = services.bindings.database, plan.kept_seconds, int(services.now())
    if database is None or seconds is None:
        return result
    image = KeptImage(
        id=gallery.ID + drawn,
        key_id=plan.caller.id,
        created_at=now,
        expires_at=now + seconds,
        name=name,
        facts=json_text.write(_describe(result, plan, services)),
    )
    services.defer(gallery.add(image, database, services))
    return replace(result, kept_id=image.id)


def _describe(result: Result, plan: Plan, services: Services) -> Mapping[str, Any]:
    """Describe what it was made from and what it is; see `answers.gallery_shapes`."""
    neurons = plan.neurons if result.account is not None else 0.0
    return {
        "request_id": services.log.request_id,
        "prompt": plan.prompt,
        "model": plan.model.id,
        "size": plan.size,
        "steps": plan.steps,
        "guidance": plan.sent_on.get("guidance"),
        "seed": result.seed,
        "references": plan.reference_count,
        "output_format": result.format,
        "cost": {"neurons": catalog.round_neurons(neurons), "usd": catalog.to_usd(neurons)},
    }
