"""Answers about files, batches and images for later, as the specification shows them."""

from collections.abc import Mapping
from typing import Any

from flux2 import catalog
from flux2.answers import batch_shapes as shapes
from flux2.answers.parts import NO_TOKENS
from flux2.answers.shapes import ImageList
from flux2.days import DAY
from flux2.links import FILES_PATH
from tools.openapi.examples import PROMPT

_CREATED = 1_764_028_800
_MIDNIGHT = _CREATED + DAY
FILE_ID = "file-0f2b6c1f7a3d4e5f8091a2b3"
BATCH_ID = "batch_0f2b6c1f7a3d4e5f8091a2b3"
JOB_ID = "gen_0f2b6c1f7a3d4e5f8091a2b3"

_FILE: shapes.File = {
    "id": FILE_ID,
    "object": "file",
    "bytes": 246,
    "created_at": _CREATED,
    "expires_at": _CREATED + 31 * DAY,
    "filename": "postcards.jsonl",
    "purpose": "batch",
    "status": "processed",
}
_BATCH: shapes.Batch = {
    "id": BATCH_ID,
    "object": "batch",
    "endpoint": "/v1/images/generations",
    "errors": None,
    "input_file_id": FILE_ID,
    "completion_window": "72h",
    "status": "in_progress",
    "output_file_id": None,
    "error_file_id": None,
    "created_at": _CREATED,
    "in_progress_at": _CREATED + 2,
    "expires_at": _CREATED + 3 * DAY,
    "finalizing_at": None,
    "completed_at": None,
    "failed_at": None,
    "expired_at": None,
    "cancelling_at": None,
    "cancelled_at": None,
    "request_counts": {"total": 200, "completed": 95, "failed": 0},
    "metadata": {"title": "Postcards"},
    "resumes_at": _MIDNIGHT,
    "waits_for": "insufficient_quota",
    "retry_interrupted": False,
    "cost": {"neurons": 9899, "usd": catalog.to_usd(9899)},
    "results_expire_at": None,
}
_LINK = f"https://images.example.com{FILES_PATH}0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7.jpg"
_MADE: ImageList = {
    "id": "gen_0f2b6c1f7a3d4e5f8091a2b3c4d5e6f7",
    "object": "image.generation",
    "created": _CREATED + 60,
    "model": "@cf/black-forest-labs/flux-2-klein-4b",
    "data": [{"url": _LINK, "prompt": PROMPT, "revised_prompt": PROMPT, "seed": 41}],
    "output_format": "jpeg",
    "size": "1024x1024",
    "steps": 4,
    "cost": {"neurons": 104.2, "usd": catalog.to_usd(104.2)},
    "usage": NO_TOKENS,
}
_RESULT: shapes.BatchResult = {
    "number": 0,
    "custom_id": "lighthouse",
    "status": "completed",
    "request": {"prompt": PROMPT, "model": "flux-2-klein-4b"},
    "response": _MADE,
    "error": None,
}
_JOB: shapes.Job = {
    "id": JOB_ID,
    "object": "image.generation",
    "status": "queued",
    "created": _CREATED,
    "model": catalog.DEV.id,
}
_FINISHED: shapes.FinishedJob = {
    "id": JOB_ID,
    "object": "image.generation",
    "status": "completed",
    "created": _CREATED,
    "model": _MADE["model"],
    "data": [
        {
            "b64_json": "/9j/4AAQ…",
            "url": _LINK,
            "prompt": PROMPT,
            "revised_prompt": PROMPT,
            "seed": 41,
        }
    ],
    "output_format": "jpeg",
    "size": "1024x1024",
    "steps": 4,
    "cost": _MADE["cost"],
    "usage": NO_TOKENS,
}


def _list(name: str, item: Mapping[str, Any]) -> Mapping[str, Any]:
    ends = {"first_id": item["id"], "last_id": item["id"], "has_more": False}
    return {name: {"object": "list", "data": [item], **ends}}


EXAMPLES: Mapping[str, Any] = {
    "File": _FILE,
    **_list("FileList", _FILE),
    "DeletedFile": {"id": FILE_ID, "object": "file", "deleted": True},
    "Batch": _BATCH,
    **_list("BatchList", _BATCH),
    "BatchResults": {"object": "list", "data": [_RESULT], "has_more": False, "next": "1"},
    "Job": _JOB,
    "FinishedJob": _FINISHED,
}
"""Name of the shape -> one of it."""
