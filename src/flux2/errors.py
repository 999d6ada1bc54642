"""Every error that a caller can get, as a tree: its status, its `code`, and OpenAI's `type` where
it is another than the one above. `final`: asking again is vain, and clients are told so.

ApiError                               api_error
├── InvalidRequest                 400 invalid_request, invalid_request_error
├── ContentPolicyViolation         400 content_policy_violation, image_generation_user_error
├── RateLimitExceeded              429 rate_limit_exceeded, rate_limit_error
├── InsufficientQuota              429 insufficient_quota, insufficient_quota, final
├── ClientClosedRequest            499 client_closed_request, final
├── InternalError                  500 internal_error, final
├── Interrupted                    500 interrupted, final
├── ConfigurationError             500 configuration_error, final
├── UpstreamError                  502 upstream_error
├── UpstreamAuthenticationError    502 upstream_authentication_error, final
├── StorageUnavailable             503 storage_unavailable
└── UpstreamTimeout                504 upstream_timeout

What hangs below `InvalidRequest` is drawn in `refusals`, and can be had from here as well. A new
one is a class, there or below, and its line in the tree of the same file. The class says in one
sentence when it happens, and shows what it tells: the specification is made from that, and tests
hold the documents against the tree.
"""

from collections.abc import Sequence
from typing import Self

from flux2.api_error import ApiError as ApiError
from flux2.refusals import *  # noqa: F403


class ContentPolicyViolation(ApiError):
    """Cloudflare's content filter refused the prompt, a reference image or what was made."""

    status = 400
    type = "image_generation_user_error"
    code = "content_policy_violation"
    example = "The request was refused by Cloudflare's content filter."


class RateLimitExceeded(ApiError):
    """Cloudflare is busy, this deployment was asked too often, or too many wrong keys came from
    this address: wait as long as `retry-after` says."""

    status = 429
    type = "rate_limit_error"
    code = "rate_limit_exceeded"
    example = (
        "Too many wrong API keys came from your address. Wait, then try again with the right one."
    )

    LONGEST = 60
    """Seconds. OpenAI's Python client gives up above 120, Vercel's AI SDK from 60 on."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = max(1, min(retry_after, self.LONGEST))

    @classmethod
    def make_example(cls) -> Self:
        return cls(cls.example, retry_after=cls.LONGEST)

    def headers(self) -> dict[str, str]:
        return {"retry-after": str(self.retry_after)}


class InsufficientQuota(ApiError):
    """The day's free allocation of the Cloudflare account is used up, or the budget of the key."""

    status = 429
    type = "insufficient_quota"
    code = "insufficient_quota"
    example = "This Cloudflare account has used up its free allocation of 10,000 neurons for today."
    retryable = False

    NEVER = float("inf")

    def __init__(
        self, message: str, *, resets_at: float | None = None, is_free: bool = True
    ) -> None:
        super().__init__(message, is_free=is_free)
        self.resets_at = resets_at
        """The Unix time; `NEVER`; or None where it is the next 00:00 UTC."""

    @classmethod
    def make_example(cls) -> Self:
        return cls(cls.example)


class ClientClosedRequest(ApiError):
    """The caller left before the answer; the status is nginx's, known from its logs, and this one
    is only for ours."""

    status = 499
    code = "client_closed_request"
    example = "The client has left."
    is_told = False
    retryable = False


class InternalError(ApiError):
    """This server has a bug."""

    status = 500
    code = "internal_error"
    example = "This is a bug of ours; please report it with the id req_…."
    retryable = False


class Interrupted(ApiError):
    """A line of a batch was begun, and its end is not known: the server was stopped meanwhile. It
    is not asked for again unless the batch says `retry_interrupted`."""

    status = 500
    code = "interrupted"
    is_answer = False
    example = (
        "This image was begun, and then the server was interrupted. It may have been made, and "
        "paid for, but it did not arrive. Ask for it again if you want it."
    )
    retryable = False


class ConfigurationError(ApiError):
    """The deployment lacks a variable, or has a wrong one."""

    status = 500
    code = "configuration_error"
    example = "CF_API_TOKEN environment variable is required"
    retryable = False


class UpstreamError(ApiError):
    """Cloudflare failed, or could not be reached; or a webhook endpoint that was to be tested."""

    status = 502
    code = "upstream_error"
    example = "The connection to Cloudflare broke off. Try again."


class UpstreamAuthenticationError(ApiError):
    """Cloudflare does not accept this deployment's account or token."""

    status = 502
    code = "upstream_authentication_error"
    example = "Cloudflare does not know the account. Check the variable ACCOUNT."
    retryable = False


class StorageUnavailable(ApiError):
    """The database cannot be asked at the moment: try again. Or it lacks its tables, or is not
    there, until its owner deploys again. Nothing was spent."""

    status = 503
    code = "storage_unavailable"
    example = "The database of this deployment cannot be asked at the moment. Try again."

    RETRY_AFTER = 5
    """Seconds."""

    def __init__(
        self, message: str, *, is_used_up: bool = False, retryable: bool | None = None
    ) -> None:
        super().__init__(message, retryable=retryable)
        self.is_used_up = is_used_up
        """Whether nothing more is taken before 00:00 UTC."""

    @classmethod
    def make_example(cls) -> Self:
        return cls(cls.example)

    def headers(self) -> dict[str, str]:
        return {"retry-after": str(self.RETRY_AFTER), **super().headers()}


class UpstreamTimeout(ApiError):
    """Cloudflare did not answer in time."""

    status = 504
    code = "upstream_timeout"
    example = "Cloudflare did not answer within 120 seconds."


def list_errors(kind: type[ApiError] = ApiError) -> Sequence[type[ApiError]]:
    """All below `kind`, in the order of the tree."""
    return [each for child in kind.__subclasses__() for each in (child, *list_errors(child))]
