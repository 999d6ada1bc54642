"""The contract's error table: status, type, code, and whether to ask again."""

import pytest

from flux2 import errors
from flux2.answers.errors import describe
from flux2.app import handle
from tests.unit.fakes import Request, Server

TABLE = [
    (errors.ConfigurationError, 500, "api_error", "configuration_error", True),
    (errors.InvalidApiKey, 401, "invalid_request_error", "invalid_api_key", False),
    (errors.InvalidRequest, 400, "invalid_request_error", "invalid_request", False),
    (errors.InvalidJson, 400, "invalid_request_error", "invalid_json", False),
    (errors.InvalidForm, 400, "invalid_request_error", "invalid_form", False),
    (errors.MissingParameter, 400, "invalid_request_error", "missing_required_parameter", False),
    (errors.InvalidValue, 400, "invalid_request_error", "invalid_value", False),
    (errors.InvalidImage, 400, "invalid_request_error", "invalid_image", False),
    (errors.UnsupportedParameter, 400, "invalid_request_error", "unsupported_parameter", False),
    (errors.NotFound, 404, "invalid_request_error", "not_found", False),
    (errors.ModelNotFound, 404, "invalid_request_error", "model_not_found", False),
    (errors.MethodNotAllowed, 405, "invalid_request_error", "method_not_allowed", False),
    (errors.RequestTooLarge, 413, "invalid_request_error", "request_too_large", False),
    (errors.UnsupportedMediaType, 415, "invalid_request_error", "unsupported_media_type", False),
    (
        errors.ContentPolicyViolation,
        400,
        "image_generation_user_error",
        "content_policy_violation",
        False,
    ),
    (errors.UpstreamAuthenticationError, 502, "api_error", "upstream_authentication_error", True),
    (errors.InsufficientQuota, 429, "insufficient_quota", "insufficient_quota", True),
    (errors.RateLimitExceeded, 429, "rate_limit_error", "rate_limit_exceeded", False),
    (errors.UpstreamTimeout, 504, "api_error", "upstream_timeout", False),
    (errors.UpstreamError, 502, "api_error", "upstream_error", False),
    (errors.ClientClosedRequest, 499, "api_error", "client_closed_request", True),
    (errors.InternalError, 500, "api_error", "internal_error", True),
]


def _family(kind: type[errors.ApiError]) -> set[type[errors.ApiError]]:
    return {kind}.union(*(_family(child) for child in kind.__subclasses__()))


def _example(kind: type[errors.ApiError]) -> errors.ApiError:
    more = {"allow": "GET"} if kind is errors.MethodNotAllowed else {}
    more |= {"retry_after": 9} if kind is errors.RateLimitExceeded else {}
    return kind("Do this.", **more)


def test_table_has_every_error():
    """A new error finds its row here."""
    assert _family(errors.ApiError) - {errors.ApiError} == {kind for kind, *_ in TABLE}


@pytest.mark.parametrize(
    ("kind", "status", "openai_type", "code", "is_final"),
    TABLE,
    ids=lambda x: getattr(x, "code", ""),
)
async def test_error_becomes_its_row_of_the_table(
    kind, status, openai_type, code, is_final, monkeypatch
):
    """Raised anywhere, it is answered with its status, in the shape of OpenAI's errors."""

    async def fail(request, services):
        raise _example(kind)

    monkeypatch.setattr("flux2.app._respond", fail)

    response = await handle(Request("GET", "/"), Server().services)

    assert response.status == status
    assert response.headers["content-type"] == "application/json"
    assert response.headers.get("x-should-retry") == ("false" if is_final else None)
    assert response.body == [
        f'{{"error":{{"message":"Do this.","type":"{openai_type}","param":null,"code":"{code}"}}}}'
    ]


def test_tree_in_the_docstring_is_complete():
    """The drawing at the top of the module agrees with what it draws."""
    lines = [line for line in errors.__doc__.splitlines() if "─ " in line]
    drawn = [line.split("─ ")[1].split()[:3] for line in lines]

    assert {(name, int(status), code) for name, status, code in drawn} == {
        (kind.__name__, status, "invalid_request_error" if kind is errors.InvalidRequest else code)
        for kind, status, _, code, _ in TABLE
    }


def test_param_is_carried():
    """The name of the field that a client should mark."""
    error = describe(errors.InvalidValue("Too large.", param="steps"))

    assert error["param"] == "steps"


@pytest.mark.parametrize(("asked", "said"), [(-3, "1"), (0, "1"), (59, "59"), (61, "60")])
def test_retry_after_is_between_one_second_and_one_minute(asked, said):
    """OpenAI's Python client gives up above 120 s, Vercel's from 60 s on."""
    assert errors.RateLimitExceeded("Wait.", retry_after=asked).headers() == {"retry-after": said}


@pytest.mark.parametrize(
    ("kind", "retry"), [(errors.UpstreamError, "false"), (errors.InvalidValue, None)]
)
def test_that_retrying_is_vain_is_said_where_clients_would_retry(kind, retry):
    """They repeat 429 and 5xx only, so only there the header means something."""
    assert kind("No.", retryable=False).headers().get("x-should-retry") == retry
