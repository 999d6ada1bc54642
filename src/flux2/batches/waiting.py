"""What makes a batch wait instead of failing, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass

from flux2.batches.rows import Batch, Line
from flux2.days import DAY, find_day
from flux2.errors import ApiError, InsufficientQuota, RateLimitExceeded, StorageUnavailable
from flux2.generation.result import Failure
from flux2.services import Services

_AROUND_MIDNIGHT = 600
"""Seconds. Clocks differ: what was used up a moment after midnight was yesterday's."""
_MOST_ATTEMPTS = 30
"""Of a line: about a day; what is used up is no attempt that failed."""
_FIRST_PAUSE, _LONGEST_PAUSE = 15, 3600
"""Seconds."""


@dataclass(frozen=True)
class Wait:
    until: float
    """Unix time."""
    code: str
    """That of the error."""


def choose_wait(
    failures: Sequence[Failure], line: Line, batch: Batch, services: Services
) -> Wait | None:
    """Choose until when a batch waits before it goes on with a line; None if that is over.

    What has failed for good does not wait for what might come. Only failures that have cost nothing
    are repeated.
    """
    errors = [failure.error for failure in failures if isinstance(failure.error, ApiError)]
    now = services.now()
    waits = [wait for error in errors if (wait := _choose(error, line, batch, now)) is not None]
    return max(waits, key=lambda wait: wait.until, default=None)


def _choose(error: ApiError, line: Line, batch: Batch, now: float) -> Wait | None:
    if isinstance(error, InsufficientQuota):
        until = error.resets_at or _find_midnight(batch, now)
        if error.resets_at is not None and until > batch.expires_at:
            return None
        return Wait(min(until, batch.expires_at), error.code)
    if not _may_pass(error) or line.attempts >= _MOST_ATTEMPTS:
        return None
    pause = min(_FIRST_PAUSE * (1 << max(0, line.attempts - 1)), _LONGEST_PAUSE)
    if isinstance(error, RateLimitExceeded):
        pause = max(pause, error.retry_after)
    return Wait(min(now + pause, batch.expires_at), error.code)


def choose_pause(failures: Sequence[Failure], batch: Batch, services: Services) -> Wait | None:
    """Choose until when a batch waits behind a line that is over, since the images of the next ones
    would be lost as well: they were made, and could not be kept."""
    for failure in failures:
        if isinstance(failure.error, StorageUnavailable):
            now = services.now()
            midnight = (find_day(now) + 1) * DAY
            until = midnight if failure.error.is_used_up else now + _LONGEST_PAUSE
            return Wait(min(until, batch.expires_at), failure.error.code)
    return None


def _may_pass(error: ApiError) -> bool:
    """Whether it cost nothing, and is no fault of the request's."""
    return error.is_free and error.retryable and error.status >= RateLimitExceeded.status


def _find_midnight(batch: Batch, now: float) -> float:
    """Find when the free allocation begins anew. Where it was used up at once after a midnight for
    which this batch has waited, that was too early."""
    day = find_day(now)
    has_just_waited = batch.resumes_at == day * DAY and batch.touched_at < day * DAY
    return now + _AROUND_MIDNIGHT if has_just_waited else (day + 1) * DAY
