"""Every error that a caller can get, as a tree: status, OpenAI's `type`, and `code`.

ApiError
├── InvalidRequest                 400 invalid_request_error
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
├── ContentPolicyViolation         400 content_policy_violation
├── RateLimitExceeded              429 rate_limit_exceeded
├── InsufficientQuota              429 insufficient_quota
├── ClientClosedRequest            499 client_closed_request (nobody sees it)
├── InternalError                  500 internal_error
├── ConfigurationError             500 configuration_error
├── UpstreamError                  502 upstream_error
├── UpstreamAuthenticationError    502 upstream_authentication_error
└── UpstreamTimeout                504 upstream_timeout
"""

from typing import ClassVar


class ApiError(Exception):
    """An error as OpenAI's clients expect it; `message` says what to do."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "api_error"
    code: ClassVar[str] = "internal_error"
    retryable: bool = True
    """Whether asking again can help. OpenAI's clients repeat every 429 and 5xx unless the answer
    has `x-should-retry: false`."""

    def __init__(
        self, message: str, *, param: str | None = None, retryable: bool | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        if retryable is not None:
            self.retryable = retryable

    def headers(self) -> dict[str, str]:
        return {} if self.retryable or self.status < 429 else {"x-should-retry": "false"}


class InvalidRequest(ApiError):
    status = 400
    type = "invalid_request_error"
    code = "invalid_request"


class InvalidJson(InvalidRequest):
    code = "invalid_json"


class InvalidForm(InvalidRequest):
    code = "invalid_form"


class MissingParameter(InvalidRequest):
    code = "missing_required_parameter"


class InvalidValue(InvalidRequest):
    code = "invalid_value"


class InvalidImage(InvalidRequest):
    code = "invalid_image"


class UnsupportedParameter(InvalidRequest):
    code = "unsupported_parameter"


class InvalidApiKey(InvalidRequest):
    status = 401
    code = "invalid_api_key"

    def headers(self) -> dict[str, str]:
        return {"www-authenticate": "Bearer"}


class NotFound(InvalidRequest):
    status = 404
    code = "not_found"


class ModelNotFound(InvalidRequest):
    status = 404
    code = "model_not_found"


class MethodNotAllowed(InvalidRequest):
    status = 405
    code = "method_not_allowed"

    def __init__(self, message: str, *, allow: str) -> None:
        super().__init__(message)
        self.allow = allow

    def headers(self) -> dict[str, str]:
        return {"allow": self.allow}


class RequestTooLarge(InvalidRequest):
    status = 413
    code = "request_too_large"


class UnsupportedMediaType(InvalidRequest):
    status = 415
    code = "unsupported_media_type"


class ContentPolicyViolation(ApiError):
    status = 400
    type = "image_generation_user_error"
    code = "content_policy_violation"


class RateLimitExceeded(ApiError):
    status = 429
    type = "rate_limit_error"
    code = "rate_limit_exceeded"

    LONGEST = 60
    """Seconds. OpenAI's Python client gives up above 120, Vercel's AI SDK from 60 on."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = max(1, min(retry_after, self.LONGEST))

    def headers(self) -> dict[str, str]:
        return {"retry-after": str(self.retry_after)}


class InsufficientQuota(ApiError):
    status = 429
    type = "insufficient_quota"
    code = "insufficient_quota"
    retryable = False


class ClientClosedRequest(ApiError):
    """The status is nginx's, known from its logs; this one is only for ours."""

    status = 499
    code = "client_closed_request"
    retryable = False


class InternalError(ApiError):
    retryable = False


class ConfigurationError(ApiError):
    code = "configuration_error"
    retryable = False


class UpstreamError(ApiError):
    status = 502
    code = "upstream_error"


class UpstreamAuthenticationError(ApiError):
    status = 502
    code = "upstream_authentication_error"
    retryable = False


class UpstreamTimeout(ApiError):
    status = 504
    code = "upstream_timeout"
