"""What every answer says to a browser, whatever it is about."""

import httpx
import pytest

from tests.api.test_policy import asking
from tests.conftest import Server

API = ["/health", "/openapi.json", "/v1/models", "/v1/models/x", "/v1/nothing", "/nothing"]
PAGES = ["/", "/docs", "/style.css", "/js/app.js"]
SCRIPT = "<script>alert(1)</script>"


def check_headers(response: httpx.Response) -> None:
    """Nothing is sniffed, framed, or told to others."""
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *((method, path) for method in ("GET", "HEAD") for path in [*API, *PAGES]),
        *((method, path) for method in ("OPTIONS", "DELETE") for path in API),
    ],
)
def test_every_answer_has_the_security_headers(
    client: httpx.Client, path: str, method: str
) -> None:
    """Of the API, of its errors, and of the pages."""
    check_headers(client.request(method, path, follow_redirects=True))


@pytest.mark.parametrize("fields", [{}, {"stream": True}, {"n": 0}, {"prompt": "emulate:quota"}])
def test_images_have_them_too(client: httpx.Client, fields: dict[str, object]) -> None:
    """And how long Cloudflare took, where it was asked."""
    response = client.post("/v1/images/generations", json=asking("x") | fields)
    check_headers(response)
    assert ("server-timing" in response.headers) == (fields != {"n": 0})


def test_link_has_them_too(client: httpx.Client) -> None:
    """A page of anybody's may show it, but nothing else is done with it."""
    body = asking("x", response_format="url")
    url = client.post("/v1/images/generations", json=body).json()["data"][0]["url"]
    response = client.get(url)
    check_headers(response)
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("path", [f"/{SCRIPT}", f"/v1/{SCRIPT}", f"/v1/models/{SCRIPT}"])
def test_what_somebody_typed_is_never_html(server: Server, client: httpx.Client, path: str) -> None:
    """It may be quoted, as JSON only."""
    for response in (client.get(path), client.get(f"/health?{SCRIPT}")):
        assert response.headers["content-type"] == "application/json"
        check_headers(response)


def test_browsers_may_read_what_they_need(client: httpx.Client) -> None:
    """The headers that are ours, from any origin."""
    exposed = client.get("/health").headers["access-control-expose-headers"].split(", ")
    assert exposed == ["x-request-id", "x-should-retry", "retry-after", "x-cache", "server-timing"]
