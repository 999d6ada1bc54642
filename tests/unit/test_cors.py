"""Calls from browsers: every page may call, because the key travels in a header."""

import pytest

from tests.unit.fakes import GENERATIONS, Request, Server


def _granted(answer, header: str) -> set[str]:
    return {name.strip() for name in answer.headers[header].split(",")}


@pytest.mark.parametrize("path", [GENERATIONS, "/v1/models", "/health", "/nothing", "/"])
async def test_bare_options_succeeds(path):
    """Some clients ask `OPTIONS` without preflight headers to see whether a server is there."""
    answer = await Server(environment={}).get(path, key=None, method="OPTIONS")

    assert (answer.status, answer.text) == (204, "")
    assert {"GET", "POST", "OPTIONS"} <= _granted(answer, "access-control-allow-methods")
    usual = {"authorization", "content-type"}
    assert usual <= _granted(answer, "access-control-allow-headers")


async def test_preflight_grants_the_headers_that_were_asked_for():
    """OpenAI's clients send x-stainless-*; `*` would not cover authorization."""
    asked = "authorization,content-type,x-stainless-lang,x-stainless-retry-count"
    headers = {
        "Origin": "https://somebody.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }

    answer = await Server().send(Request("OPTIONS", GENERATIONS, headers))

    assert answer.status == 204
    assert _granted(answer, "access-control-allow-headers") == set(asked.split(","))
    assert int(answer.headers["access-control-max-age"]) > 0
    assert answer.headers["vary"].lower() == "access-control-request-headers"


async def test_errors_are_readable_for_pages():
    """Without CORS headers a page could not read why it was refused, nor when to come back."""
    answer = await Server().get("/v1/models", key=None)

    assert answer.status == 401
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert exposed == [
        "x-request-id",
        "x-should-retry",
        "retry-after",
        "x-cache",
        "server-timing",
        "location",
        "preference-applied",
    ]


async def test_credentials_are_not_granted():
    """Cookies play no part, so no page may send them."""
    answer = await Server().get("/health", method="OPTIONS")

    assert "access-control-allow-credentials" not in answer.headers
