"""The shapes of answers about files and batches, which are OpenAI's, and what is ours in them."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.shapes import (
    Cost,
    ErrorDetail,
    ImageFacts,
    ImageList,
    ImageListBeginning,
    ImageListEnd,
    Picture,
    UnixSeconds,
)
from flux2.request.batch_fields import Window

FileId = Annotated[str, Field(pattern="^file-[0-9a-f]{24}$")]
BatchId = Annotated[str, Field(pattern="^batch_[0-9a-f]{24}$")]
JobId = Annotated[str, Field(pattern="^gen_[0-9a-f]{24}$")]
BatchStatus = Literal[
    "validating",
    "failed",
    "in_progress",
    "finalizing",
    "completed",
    "expired",
    "cancelling",
    "cancelled",
]
"""As OpenAI calls them."""
Time = UnixSeconds | None
_ResumesAt = Annotated[
    Time, Field(description="Until when it waits, for the day's next free allocation for example.")
]
_WaitsFor = Annotated[
    str | None, Field(description="The code of the error that makes it wait; null: it does not.")
]


class File(TypedDict):
    """What was sent for batches, or what one has put out."""

    id: FileId
    object: Literal["file"]
    bytes: int
    created_at: UnixSeconds
    expires_at: UnixSeconds
    filename: str
    purpose: Literal["batch", "batch_output"]
    status: Literal["processed"]


class FileList(TypedDict):
    object: Literal["list"]
    data: list[File]
    first_id: FileId | None
    last_id: FileId | None
    has_more: bool


class DeletedFile(TypedDict):
    id: FileId
    object: Literal["file"]
    deleted: Literal[True]


class BatchError(TypedDict):
    code: str
    line: Annotated[int | None, Field(description="Of the input, from 1 on.")]
    message: str
    param: str | None


class BatchErrors(TypedDict):
    object: Literal["list"]
    data: list[BatchError]


class RequestCounts(TypedDict):
    """Lines."""

    total: int
    completed: int
    failed: int


class Batch(TypedDict):
    """Requests that are answered later."""

    id: BatchId
    object: Literal["batch"]
    endpoint: str
    errors: Annotated[BatchErrors | None, Field(description="Why nothing could be begun.")]
    input_file_id: FileId
    completion_window: Window
    status: BatchStatus
    output_file_id: FileId | None
    error_file_id: FileId | None
    created_at: UnixSeconds
    in_progress_at: Time
    expires_at: UnixSeconds
    finalizing_at: Time
    completed_at: Time
    failed_at: Time
    expired_at: Time
    cancelling_at: Time
    cancelled_at: Time
    request_counts: RequestCounts
    metadata: dict[str, str] | None
    resumes_at: _ResumesAt
    waits_for: _WaitsFor
    retry_interrupted: bool
    cost: Annotated[Cost, Field(description="So far.")]
    results_expire_at: Annotated[
        Time, Field(description="Until when its results are kept; null as long as it runs.")
    ]


class BatchList(TypedDict):
    object: Literal["list"]
    data: list[Batch]
    first_id: BatchId | None
    last_id: BatchId | None
    has_more: bool


class BatchResult(TypedDict):
    """A line that is over."""

    number: Annotated[int, Field(description="Which line of the input, from 0 on.")]
    custom_id: str | None
    status: Literal["completed", "failed"]
    request: Annotated[dict[str, Any] | None, Field(description="What was asked for.")]
    response: Annotated[
        ImageList | None, Field(description="What the Images API answers, with links alone.")
    ]
    error: Annotated[ErrorDetail | None, Field(description="Why there is none.")]


class BatchResults(TypedDict):
    """Lines in the order in which they ended."""

    object: Literal["list"]
    data: list[BatchResult]
    has_more: bool
    next: Annotated[
        str | None, Field(description="Send it as `after`, now or when there may be more.")
    ]


class Job(TypedDict):
    """Images that are made later."""

    id: JobId
    object: Literal["image.generation"]
    status: Literal[
        "queued",
        "in_progress",
        "waiting",
        "completed",
        "cancelling",
        "failed",
        "cancelled",
        "expired",
    ]
    created: UnixSeconds
    model: NotRequired[str]
    resumes_at: NotRequired[_ResumesAt]
    waits_for: NotRequired[_WaitsFor]
    error: NotRequired[ErrorDetail]


class LaterImage(Picture, ImageFacts):
    """A link, and the image itself unless only links were asked for."""


class FinishedJob(ImageListBeginning, ImageListEnd):
    """Images that were asked for to come later, and have come."""

    status: Literal["completed"]
    data: Annotated[list[LaterImage], Field(min_length=1, max_length=10)]
