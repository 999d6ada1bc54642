"""`/openapi.json` and `/docs`, as the runtime serves them."""

import json
from collections.abc import Mapping

import httpx
import pytest

from tests.conftest import Server
from tools import ROOT


@pytest.mark.parametrize("variant", ["configured", "no API_MASTER_KEY", "no CF_API_TOKEN"])
def test_document_is_served_without_a_key(servers: Mapping[str, Server], variant: str) -> None:
    """JSON, for everybody, from any origin, however much of the configuration is missing."""
    url = servers[variant].url
    response = httpx.get(f"{url}/openapi.json")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json() == json.loads((ROOT / "assets/openapi.json").read_text())
    assert response.json()["servers"] == [{"url": "/"}]


def test_document_answers_head(server: Server) -> None:
    """As every GET does."""
    response = httpx.head(f"{server.url}/openapi.json")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_docs_are_found_with_and_without_a_slash(server: Server, path: str) -> None:
    """Both are a page, under the policy of every page: nothing inline, nothing foreign."""
    response = httpx.get(f"{server.url}{path}", follow_redirects=True)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
