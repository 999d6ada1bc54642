"""A browser that forgives nothing: whatever the page complains about fails the test."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from dev.chromium import launch_options
from tests.api.test_keys import make_key
from tests.browser.studio import open_page
from tests.conftest import Server

# What a browser itself says of every answer such as 401 or 429, which the page then explains.
FAILED_REQUEST = "Failed to load resource: "

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


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


@pytest.fixture
def keeper(servers: Mapping[str, Server]) -> Server:
    """A Worker that keeps images, for somebody with a key."""
    return make_key(servers["keeping"])


@pytest.fixture
def desk(chromium: Browser, keeper: Server) -> Iterator[Page]:
    """One of their browsers."""
    with strict_page(chromium, keeper) as page:
        yield page


@pytest.fixture
def phone(chromium: Browser, keeper: Server) -> Iterator[Page]:
    """The other one."""
    with strict_page(chromium, keeper) as page:
        yield page


@contextmanager
def strict_page(chromium: Browser, server: Server, **options: Any) -> Iterator[Page]:
    """The path "/" is the server; what the browser or the page complains of fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_explained(message, server):
            complaints.append(f"{message.text} {message.location['url']}")

    settings = {
        "base_url": server.url,
        "viewport": {"width": 1280, "height": 800},
        "color_scheme": "dark",
        **options,
    }
    with chromium.new_context(**settings) as context:
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context.new_page()
    assert complaints == []


def _is_explained(message: ConsoleMessage, server: Server) -> bool:
    """The API may fail, and tests make it; a file of the page has to come."""
    url = message.location["url"]
    has_answer = "responded with a status" in message.text
    is_fine = "/v1/" in url if has_answer else url.startswith((f"{server.url}/", "blob:"))
    return message.text.startswith(FAILED_REQUEST) and is_fine
