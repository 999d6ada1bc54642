"""Batches and their lines, as the database has them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from flux2.answers.batch_shapes import BatchStatus

OVER = ("failed", "completed", "expired", "cancelled")
IS_OPEN = "status IN ('validating', 'in_progress', 'cancelling')"
"""The others, in SQL."""


@dataclass(frozen=True)
class Batch:
    """A row of the table `batches`; times are Unix seconds."""

    id: str
    key_id: str
    endpoint: str
    origin: str
    input_file_id: str
    completion_window: str
    metadata: str | None
    output_seconds: int
    retry_interrupted: int
    status: BatchStatus
    errors: str | None
    created_at: int
    expires_at: int
    in_progress_at: int | None
    finalizing_at: int | None
    completed_at: int | None
    failed_at: int | None
    expired_at: int | None
    cancelling_at: int | None
    cancelled_at: int | None
    resumes_at: int | None
    waits_for: str | None
    total: int
    completed: int
    failed: int
    micros: int
    most_images: int
    position: int
    output_file_id: str | None
    error_file_id: str | None
    instance: int
    touched_at: int

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def ended_at(self) -> int | None:
        return self.completed_at or self.failed_at or self.expired_at or self.cancelled_at

    @property
    def results_expire_at(self) -> int | None:
        """Until when its results are kept; one that ended behind its window has them no longer."""
        ended_at = self.ended_at
        return None if ended_at is None else min(ended_at, self.expires_at) + self.output_seconds

    @property
    def instance_name(self) -> str:
        """What the engine calls the instance that drives it."""
        return f"{self.id}-{self.instance}"

    def is_waiting(self, now: float) -> bool:
        return self.resumes_at is not None and self.resumes_at > now


@dataclass(frozen=True)
class Line:
    """A row of the table `lines`, as far as a run needs it."""

    batch_id: str
    number: int
    custom_id: str | None
    body: str
    status: Literal["pending", "running", "completed", "failed"]
    made: str | None
    run: str
    begun_at: int
    attempts: int


BATCH_COLUMNS = ", ".join(field.name for field in fields(Batch))
LINE_COLUMNS = ", ".join(field.name for field in fields(Line))
FIND_BATCH = f"SELECT {BATCH_COLUMNS} FROM batches WHERE id = ?1"


def read_batch(row: Mapping[str, Any]) -> Batch:
    return Batch(**row)


def read_line(row: Mapping[str, Any]) -> Line:
    return Line(**row)
