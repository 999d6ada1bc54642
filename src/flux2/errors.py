"""Every error that a caller can get, as a tree: its status, its `code`, and OpenAI's `type` where
it is another than the one above. `final`: asking again is vain, and clients are told so.

ApiError                               api_error
├── InvalidRequest                 400 invalid_request, invalid_request_error
│   ├── InvalidJson                400 invalid_json
│   ├── InvalidForm                400 invalid_form
│   ├── MissingParameter           400 missing_required_parameter
│   ├── InvalidValue               400 invalid_value
│   ├── InvalidImage               400 invalid_image
│   ├── UnsupportedParameter       400 unsupported_parameter
│   ├── InvalidApiKey              401 invalid_api_key
│   ├── NotFound                   404 not_found
│   ├── ModelNotFound              404 model_not_found
│   ├── MethodNotAllowed           405 method_not_allowed
│   ├── RequestTooLarge            413 request_too_large
│   └── UnsupportedMediaType       415 unsupported_media_type
├── ContentPolicyViolation         400 content_policy_violation, image_generation_user_error
├── RateLimitExceeded              429 rate_limit_exceeded, rate_limit_error
├── InsufficientQuota              429 insufficient_quota, insufficient_quota, final
├── ClientClosedRequest            499 client_closed_request, final
├── InternalError                  500 internal_error, final
├── ConfigurationError             500 configuration_error, final
├── UpstreamError                  502 upstream_error
├── UpstreamAuthenticationError    502 upstream_authentication_error, final
└── UpstreamTimeout                504 upstream_timeout

A new one is a class and its line here. The class says in one sentence when it happens, and shows
what it tells: the specification is made from that, and tests hold the documents against the tree.
"""

from collections.abc import Sequence
from typing import Self

from flux2.api_error import ApiError as ApiError


class InvalidRequest(ApiError):
    """The request did not arrive whole."""

    status = 400
    type = "invalid_request_error"
    code = "invalid_request"
    example = "The request's body ended before it was complete."


class InvalidJson(InvalidRequest):
    """The body is not a JSON object."""

    code = "invalid_json"
    example = "The request's body must be a JSON object."


class InvalidForm(InvalidRequest):
    """The body is not a form that can be read."""

    code = "invalid_form"
    example = "The request's body is not a complete form."


class MissingParameter(InvalidRequest):
    """There is no prompt, or no image to edit."""

    code = "missing_required_parameter"
    example = "prompt is required."
    example_param = "prompt"


class InvalidValue(InvalidRequest):
    """The field in `param` is out of its range, or contradicts another one."""

    code = "invalid_value"
    example = "width must be an integer from 256 to 2048, not 100."
    example_param = "width"


class InvalidImage(InvalidRequest):
    """A reference image is damaged, or of a kind or size that is not taken."""

    code = "invalid_image"
    example = "input_image_0 must be a PNG, JPEG, WebP or GIF image."
    example_param = "input_image_0"


class UnsupportedParameter(InvalidRequest):
    """The field in `param` asks for what FLUX.2 does not have here."""

    code = "unsupported_parameter"
    example = "mask is not supported: FLUX.2 has none here."
    example_param = "mask"


class InvalidApiKey(InvalidRequest):
    """The key is missing or wrong."""

    status = 401
    code = "invalid_api_key"
    example = "No API key was given. Send it in the header `Authorization: Bearer YOUR_KEY`."

    def headers(self) -> dict[str, str]:
        return {"www-authenticate": "Bearer"}


class NotFound(InvalidRequest):
    """There is nothing at this path, or not any more."""

    status = 404
    code = "not_found"
    example = "There is no such image, or not any more: links live one hour, those of a chat a day."


class ModelNotFound(InvalidRequest):
    """There is no such model."""

    status = 404
    code = "model_not_found"
    example = 'The model "flux-3" does not exist here.'
    example_param = "model"


class MethodNotAllowed(InvalidRequest):
    """The path takes another method."""

    status = 405
    code = "method_not_allowed"
    example = "/health takes GET, not POST."

    def __init__(self, message: str, *, allow: str) -> None:
        super().__init__(message)
        self.allow = allow

    @classmethod
    def make_example(cls) -> Self:
        return cls(cls.example, allow="GET, HEAD, OPTIONS")

    def headers(self) -> dict[str, str]:
        return {"allow": self.allow}


class RequestTooLarge(InvalidRequest):
    """The body or an image is too large."""

    status = 413
    code = "request_too_large"
    example = "The request's body may have at most 40 MB."


class UnsupportedMediaType(InvalidRequest):
    """The body is neither JSON nor a form."""

    status = 415
    code = "unsupported_media_type"
    example = "The content type text/csv is not supported."


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
        "Too many wrong API keys came from your address. Wait, then try again with the value of "
        "API_MASTER_KEY."
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
    """The day's free allocation of the Cloudflare account is used up."""

    status = 429
    type = "insufficient_quota"
    code = "insufficient_quota"
    example = "This Cloudflare account has used up its free allocation of 10,000 neurons for today."
    retryable = False


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


class ConfigurationError(ApiError):
    """The deployment lacks a variable, or has a wrong one."""

    status = 500
    code = "configuration_error"
    example = "CF_API_TOKEN environment variable is required"
    retryable = False


class UpstreamError(ApiError):
    """Cloudflare failed, or could not be reached."""

    status = 502
    code = "upstream_error"
    example = "The connection to Cloudflare broke off. Try again."


class UpstreamAuthenticationError(ApiError):
    """Cloudflare does not accept this deployment's account or token."""

    status = 502
    code = "upstream_authentication_error"
    example = "Cloudflare does not know the account. Check the variable ACCOUNT."
    retryable = False


class UpstreamTimeout(ApiError):
    """Cloudflare did not answer in time."""

    status = 504
    code = "upstream_timeout"
    example = "Cloudflare did not answer within 120 seconds."


def list_errors(kind: type[ApiError] = ApiError) -> Sequence[type[ApiError]]:
    """All below `kind`, in the order of the tree."""
    return [each for child in kind.__subclasses__() for each in (child, *list_errors(child))]
