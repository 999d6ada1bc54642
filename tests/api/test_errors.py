"""How an error leaves the runtime: its status line, headers and shape. tests/unit has the table."""

import httpx
import pytest

from tests.api.test_generations import PATH
from tests.conftest import Server

BODY = {"prompt": "a cat", "size": "256x256"}


@pytest.mark.parametrize("as_form", [False, True], ids=["json", "form"])
def test_bad_field_is_named(client: httpx.Client, as_form: bool) -> None:
    """Also in the status line: Open WebUI shows nothing else of an error."""
    body = BODY | {"steps": 51}
    response = client.post(PATH, data=body) if as_form else client.post(PATH, json=body)
    value = '"51"' if as_form else "51"
    message = f"steps must be an integer from 1 to 50, not {value}."
    assert (response.status_code, response.reason_phrase) == (400, message)
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "error": {
            "message": message,
            "type": "invalid_request_error",
            "param": "steps",
            "code": "invalid_value",
        }
    }


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}])
def test_no_key_or_a_wrong_one_is_401(server: Server, headers: dict[str, str]) -> None:
    """The answer says how to send the key, and nothing of the right one."""
    response = httpx.post(server.url + PATH, json=BODY, headers=headers)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["error"]["code"] == "invalid_api_key"
    assert server.key not in response.text


def test_missing_variable_is_named(servers: dict[str, Server]) -> None:
    """A deployment that is not configured says what is missing, also on /health."""
    with servers["no ACCOUNT"].client() as client:
        response = client.post(PATH, json=BODY)
        health = client.get("/health").json()
    assert (response.status_code, response.headers["x-should-retry"]) == (500, "false")
    error = response.json()["error"]
    assert error["code"] == "configuration_error"
    assert error["message"] == "ACCOUNT environment variable is required"
    assert health["mode"] == "Not Configured"


def test_paths_and_methods_that_do_not_exist_are_told(client: httpx.Client) -> None:
    """404 and 405 in the error shape, with CORS and a request id."""
    nothing = client.get("/v1/nothing")
    wrong = client.get(PATH)
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST, OPTIONS")
    assert client.options("/v1/anything").status_code == 204
    assert nothing.headers["x-request-id"]
    assert nothing.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("failure", "code", "header", "value"),
    [
        ("quota", "insufficient_quota", "x-should-retry", "false"),
        ("ratelimit=7", "rate_limit_exceeded", "retry-after", "7"),
    ],
)
def test_what_to_do_about_an_error_is_in_its_headers(
    client: httpx.Client, failure: str, code: str, header: str, value: str
) -> None:
    """Whether to ask again, and when: Cloudflare's own header came through the runtime."""
    response = client.post(PATH, json=BODY | {"prompt": f"x emulate:{failure}"})
    assert (response.status_code, response.json()["error"]["code"]) == (429, code)
    assert response.headers[header] == value


REFUSED = pytest.mark.embedded("workerd says the same of a connection that is refused or lost")
UNKNOWN = pytest.mark.embedded("workerd does not say whether it was the name or TLS that failed")


@pytest.mark.parametrize(
    ("variant", "host", "reason"),
    [
        pytest.param("unreachable", "127.0.0.1:", "it refuses connections", marks=REFUSED),
        pytest.param("no such host", "no-such-host.invalid", "looked up (DNS)", marks=UNKNOWN),
        ("no such host", "no-such-host.invalid", "its name cannot be looked up"),
        ("no TLS", "127.0.0.1:", "TLS failed"),
    ],
)
def test_connection_that_was_never_made_is_explained(
    servers: dict[str, Server], variant: str, host: str, reason: str
) -> None:
    """Which host, and why: in the answer and in the log."""
    server = servers[variant]
    with server.client() as client:
        message = client.post(PATH, json=BODY).json()["error"]["message"]
    assert f"No connection to {host}" in message
    assert reason in message
    assert "CF_API_BASE_URL" in message
    said = [line for line in server.log.getvalue().splitlines() if "upstream_unreachable" in line]
    assert any(host in line and reason in line for line in said)
