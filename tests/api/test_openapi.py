"""`/openapi.json` and `/docs`, as the runtime serves them."""

import json

import httpx
import pytest

from tools import ROOT


def test_document_is_served_without_a_key(site: str) -> None:
    """JSON, for everybody, from any origin, however much of the configuration is missing."""
    response = httpx.get(f"{site}/openapi.json")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json() == json.loads((ROOT / "assets/openapi.json").read_text())
    assert response.json()["servers"] == [{"url": "/"}]


def test_document_answers_head(site: str) -> None:
    """As every GET does."""
    response = httpx.head(f"{site}/openapi.json")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_docs_are_found_with_and_without_a_slash(site: str, path: str) -> None:
    """Both are a page, under the policy of every page: nothing inline, nothing foreign."""
    response = httpx.get(f"{site}{path}", follow_redirects=True)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
