"""A browser that forgives nothing: whatever the page complains about fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from dev.chromium import launch_options
from tests.browser.studio import open_page
from tests.conftest import Server

# What a browser itself says of every answer such as 401 or 429, which the page then explains.
FAILED_REQUEST = "Failed to load resource: "


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For a module and not the session: Playwright's loop would be in the way of async tests."""
    with sync_playwright() as playwright, playwright.chromium.launch(**launch_options()) as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    """A page of the configured Worker with nothing loaded, in a profile of its own."""
    with strict_page(chromium, server) as page:
        yield page


@pytest.fixture
def studio(page: Page, server: Server) -> Page:
    """The page, opened with its key; Cloudflare was not asked yet."""
    server.forget_calls()
    open_page(page, server)
    return page


@contextmanager
def strict_page(chromium: Browser, server: Server, **options: Any) -> Iterator[Page]:
    """The path "/" is the server; what the browser or the page complains of fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(FAILED_REQUEST):
            complaints.append(message.text)

    settings = {
        "base_url": server.url,
        "viewport": {"width": 1280, "height": 800},
        "color_scheme": "dark",
        **options,
    }
    with chromium.new_context(**settings) as context:
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("request", lambda request: complaints.extend(_foreign(request, server)))
        context.on("response", lambda response: complaints.extend(_missing(response)))
        yield context.new_page()
    assert complaints == []


def _foreign(request: Request, server: Server) -> list[str]:
    """The page speaks to its own server only."""
    own = (f"{server.url}/", "blob:")
    return [] if request.url.startswith(own) else [f"request to {request.url}"]


def _missing(response: Response) -> list[str]:
    """A file of the page that does not come; the API may fail, and tests make it."""
    is_fine = response.status < 400 or "/v1/" in response.url
    return [] if is_fine else [f"{response.status} for {response.url}"]
