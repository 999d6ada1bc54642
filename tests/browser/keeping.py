"""A gallery that the server keeps, in two browsers of somebody with a key."""

from playwright.sync_api import Page, expect

from tests.browser.studio import dialog, picture
from tests.conftest import Server, wait_until

KEPT = "/v1/images/kept"


def wait_until_kept(server: Server, count: int) -> None:
    """The list is written behind the answer."""

    def is_so() -> bool:
        with server.client() as client:
            return len(client.get(KEPT).json()["data"]) == count

    wait_until(is_so)


def delete(page: Page, text: str) -> None:
    """In the viewer."""
    picture(page, text).click()
    expect(dialog(page)).to_be_visible()
    dialog(page).get_by_role("button", name="Delete").click()


def come_back(page: Page) -> None:
    """Into sight, after a while in which it was not."""
    page.clock.fast_forward(60_000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def send_news(server: Server, count: int) -> None:
    """Another image by the API, after which so many are kept: a page that shows it has looked
    through the list, and done what it found there before."""
    body = {"prompt": "the news", "size": "256x256", "model": "flux-2-klein-4b"}
    with server.client() as client:
        client.post("/v1/images/generations", json=body).raise_for_status()
    wait_until_kept(server, count)
