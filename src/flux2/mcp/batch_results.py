"""What a tool tells an agent of a batch: how far it is, what it costs, and links to its images."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from flux2 import catalog
from flux2.answers.batch_shapes import BatchResult
from flux2.answers.keys import describe_cost
from flux2.answers.shapes import Cost
from flux2.batches.rows import Batch
from flux2.mcp.messages import Call
from flux2.mcp.shapes import BatchImage, BatchProgress, FailedPrompt, SubmittedBatch
from flux2.plan import Plan

MOST_IMAGES = 50
_MOST_FAILURES = 10
_ABOUT_WAITING = (
    f"Each day {catalog.FREE_NEURONS_PER_DAY:,} neurons are free. If they are used up it waits "
    "until 00:00 UTC, and goes on."
)
_ABOUT_LINKS = "A link needs no key and lives until the results are gone: save what is to be kept."
_REASONS = {"insufficient_quota": "the free allocation or the key's budget is used up"}


def write_submitted(call: Call, batch: Batch, plans: Sequence[Plan]) -> str:
    neurons = sum(plan.neurons * plan.n for plan in plans)
    cost: Cost = {"neurons": catalog.round_neurons(neurons), "usd": catalog.to_usd(neurons)}
    images = sum(plan.n for plan in plans)
    message = "\n".join(
        [
            f"Batch {batch.id} has begun: {len(plans)} prompts, {images} images, which cost "
            f"{cost['neurons']} neurons ({cost['usd']} USD) in all.",
            f"It runs in the background; what is not begun by {_write_time(batch.expires_at)} is "
            f"not done. {_ABOUT_WAITING}",
            "Ask get_batch with this id how far it is, a minute from now or later; nobody has to "
            "wait for it.",
        ]
    )
    submitted: SubmittedBatch = {
        "message": message,
        "id": batch.id,
        "prompts": len(plans),
        "images": images,
        "cost": cost,
        "expires_at": batch.expires_at,
    }
    return _write(call, submitted)


def write_progress(call: Call, batch: Batch, newest: Sequence[BatchResult], now: float) -> str:
    """`newest` are lines that are over, the newest first."""
    images = _list_images(newest)
    failed = [each for each in newest if each["error"] is not None][:_MOST_FAILURES]
    shown = images[:MOST_IMAGES]
    progress: BatchProgress = {
        "message": "",
        "id": batch.id,
        "title": _find_title(batch),
        "status": batch.status,
        "prompts": {"total": batch.total, "completed": batch.completed, "failed": batch.failed},
        "images": shown,
        "failures": [_describe_failure(each) for each in failed],
        "cost": describe_cost(batch.micros),
        "resumes_at": batch.resumes_at if _is_waiting(batch, now) else None,
        "expires_at": batch.expires_at,
        "results_expire_at": _find_expiry(batch),
    }
    is_all = len(shown) == len(images) and len(newest) == batch.completed + batch.failed
    progress["message"] = "\n".join(_put_into_words(batch, progress, is_all, now))
    return _write(call, progress)


def _write(call: Call, facts: SubmittedBatch | BatchProgress) -> str:
    content = [{"type": "text", "text": facts["message"]}]
    return call.write({"content": content, "structuredContent": facts, "isError": False})


def _list_images(newest: Sequence[BatchResult]) -> list[BatchImage]:
    return [
        {"prompt": _name(each), "seed": image["seed"], "url": image["url"]}
        for each in newest
        if each["response"] is not None
        for image in each["response"]["data"]
    ]


def _name(line: BatchResult) -> str:
    return line["custom_id"] or str(line["number"] + 1)


def _describe_failure(line: BatchResult) -> FailedPrompt:
    assert line["error"] is not None
    return {**line["error"], "prompt": _name(line)}


def _find_title(batch: Batch) -> str | None:
    metadata: dict[str, str] = json.loads(batch.metadata or "{}")
    return metadata.get("title")


def _is_waiting(batch: Batch, now: float) -> bool:
    return not batch.is_over and batch.is_waiting(now)


def _find_expiry(batch: Batch) -> int | None:
    return None if batch.ended_at is None else batch.ended_at + batch.output_seconds


def _put_into_words(
    batch: Batch, progress: BatchProgress, is_all: bool, now: float
) -> Sequence[str]:
    counts, cost = progress["prompts"], progress["cost"]
    lines = [
        f"Batch {batch.id} is {batch.status.replace('_', ' ')}: {counts['completed']} of "
        f"{counts['total']} prompts are done, {counts['failed']} failed, "
        f"{cost['neurons']} neurons ({cost['usd']} USD) so far.",
    ]
    if progress["resumes_at"] is not None:
        reason = _REASONS.get(batch.waits_for or "", batch.waits_for)
        lines.append(f"It waits until {_write_time(progress['resumes_at'])}: {reason}.")
    elif not batch.is_over:
        lines.append("It runs; ask again in a minute or later.")
    lines += [f"{i['prompt']}, seed {i['seed']}: {i['url']}" for i in progress["images"]]
    lines += [
        f"{each['prompt']} failed: {each['message']} ({each['code']})"
        for each in progress["failures"]
    ]
    if not is_all:
        lines.append(
            f"There are more: these are the newest. GET /v1/batches/{batch.id}/results has all."
        )
    if progress["images"]:
        lines.append(_ABOUT_LINKS)
    if progress["results_expire_at"] is not None:
        lines.append(f"They are kept until {_write_time(progress['results_expire_at'])}.")
    return lines


def _write_time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
