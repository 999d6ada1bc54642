"""The errors of requests that their senders have to change: a branch of the tree of `errors`, drawn
and read as that is.

InvalidRequest                 400 invalid_request, invalid_request_error
├── InvalidJson                400 invalid_json
├── InvalidForm                400 invalid_form
├── MissingParameter           400 missing_required_parameter
├── InvalidValue               400 invalid_value
├── InvalidImage               400 invalid_image
├── UnsupportedParameter       400 unsupported_parameter
├── InvalidApiKey              401 invalid_api_key
├── PermissionDenied           403 permission_denied
├── BindingMissing             400 binding_missing
├── BatchCancelled             409 batch_cancelled
├── BatchExpired               409 batch_expired
├── NotFound                   404 not_found
├── ModelNotFound              404 model_not_found
├── MethodNotAllowed           405 method_not_allowed
├── RequestTooLarge            413 request_too_large
└── UnsupportedMediaType       415 unsupported_media_type
"""

from typing import Self

from flux2.api_error import ApiError


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
    """A field that is needed is missing."""

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
    """The key is missing, wrong, expired or disabled."""

    status = 401
    code = "invalid_api_key"
    example = "No API key was given. Send it in the header `Authorization: Bearer YOUR_KEY`."

    def headers(self) -> dict[str, str]:
        return {"www-authenticate": "Bearer"}


class PermissionDenied(InvalidRequest):
    """The key may not do this: a path of the owner's, or a model that it may not use."""

    status = 403
    code = "permission_denied"
    example = "This path is for the owner of this deployment, whose key is API_MASTER_KEY."


class BindingMissing(InvalidRequest):
    """The deployment lacks the binding that this path needs."""

    code = "binding_missing"
    example = (
        "This needs the D1 database DB, which keeps keys and usage and is not bound. Bind it as "
        "wrangler.toml does, and deploy again."
    )


class BatchCancelled(InvalidRequest):
    """A line of a batch was not begun before that was cancelled."""

    status = 409
    code = "batch_cancelled"
    is_answer = False
    example = "The batch was cancelled before this line was begun."


class BatchExpired(InvalidRequest):
    """A line of a batch was not begun before the end of its completion window."""

    status = 409
    code = "batch_expired"
    is_answer = False
    example = "The completion window ended before this line was begun."


class NotFound(InvalidRequest):
    """There is nothing at this path, or not any more."""

    status = 404
    code = "not_found"
    example = (
        "There is no such image, or not any more: links live one hour, those of a chat a day, "
        "unless this deployment keeps images for longer."
    )


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
