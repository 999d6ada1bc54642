"""What is told of files and batches, in OpenAI's shapes."""

import json
from collections.abc import Sequence
from typing import Any, cast

from flux2.answers.batch_shapes import Batch, BatchErrors, BatchList, File, FileList
from flux2.answers.keys import describe_cost
from flux2.answers.pages import describe_page
from flux2.batches.files import File as FileRow
from flux2.batches.rows import Batch as Row
from flux2.request.batch_fields import Window


def describe_file(row: FileRow) -> File:
    return {
        "id": row.id,
        "object": "file",
        "bytes": row.bytes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "filename": row.filename,
        "purpose": row.purpose,
        "status": "processed",
    }


def describe_files(rows: Sequence[FileRow], has_more: bool) -> FileList:
    return describe_page([describe_file(row) for row in rows], has_more)


def describe_batch(row: Row, now: float) -> Batch:
    is_waiting = not row.is_over and row.is_waiting(now)
    metadata: dict[str, str] | None = None if row.metadata is None else json.loads(row.metadata)
    return {
        "id": row.id,
        "object": "batch",
        "endpoint": row.endpoint,
        "errors": _describe_errors(row),
        "input_file_id": row.input_file_id,
        "completion_window": cast(Window, row.completion_window),
        "status": row.status,
        "output_file_id": row.output_file_id,
        "error_file_id": row.error_file_id,
        "created_at": row.created_at,
        "in_progress_at": row.in_progress_at,
        "expires_at": row.expires_at,
        "finalizing_at": row.finalizing_at,
        "completed_at": row.completed_at,
        "failed_at": row.failed_at,
        "expired_at": row.expired_at,
        "cancelling_at": row.cancelling_at,
        "cancelled_at": row.cancelled_at,
        "request_counts": {
            "total": row.total,
            "completed": row.completed,
            "failed": row.failed,
        },
        "metadata": metadata,
        "resumes_at": row.resumes_at if is_waiting else None,
        "waits_for": row.waits_for if is_waiting else None,
        "retry_interrupted": bool(row.retry_interrupted),
        "cost": describe_cost(row.micros),
        "results_expire_at": row.results_expire_at,
    }


def _describe_errors(row: Row) -> BatchErrors | None:
    if row.errors is None or row.status != "failed":
        return None
    data: Any = json.loads(row.errors)
    return {"object": "list", "data": data}


def describe_batches(rows: Sequence[Row], has_more: bool, now: float) -> BatchList:
    return describe_page([describe_batch(row, now) for row in rows], has_more)
