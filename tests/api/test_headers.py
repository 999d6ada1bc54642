"""What every answer says to a browser, whatever it is about."""

import httpx
import pytest

from tests.api.test_attempts import asking

API = ["/health", "/openapi.json", "/v1/nothing"]
PAGES = ["/", "/docs", "/docs/keys", "/docs/zh-TW/keys", "/style.css", "/js/app.js"]
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


@pytest.mark.parametrize("stream", [False, True])
def test_images_have_them_too(client: httpx.Client, stream: bool) -> None:
    """And how long Cloudflare took."""
    response = client.post("/v1/images/generations", json=asking("x", stream=stream))
    check_headers(response)
    assert response.headers["server-timing"].startswith("upstream;dur=")


@pytest.mark.parametrize("path", [f"/{SCRIPT}", f"/health?{SCRIPT}"])
def test_what_somebody_typed_is_never_html(client: httpx.Client, path: str) -> None:
    """It may be quoted, as JSON only."""
    response = client.get(path)
    assert response.headers["content-type"] == "application/json"
    check_headers(response)
