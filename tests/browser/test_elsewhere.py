"""The same gallery in every browser with the key, where the server keeps images.

Each test has a key of its own, and so a gallery.
"""

from collections.abc import Mapping

from playwright.sync_api import Page, Route, expect

from tests.api.test_keys import make_key
from tests.browser.keeping import KEPT, come_back, delete, wait_until_kept
from tests.browser.studio import (
    a_file,
    add_references,
    dialog,
    generate_images,
    jobs,
    make,
    open_page,
    picture,
    pictures,
)
from tests.conftest import Server


def test_other_browser_with_the_key_shows_the_gallery(
    desk: Page, phone: Page, keeper: Server
) -> None:
    """With settings, in the same order; each image once, however often it is opened, and to nobody
    with another key."""
    open_page(desk, keeper)
    add_references(desk, a_file("hat.png", "red"))
    make(desk, "a hat")
    desk.get_by_role("button", name="Remove").click()
    generate_images(desk, 2, "a boat")
    expect(picture(desk, "a boat")).to_have_count(2)
    expect(jobs(desk)).to_have_count(0)
    wait_until_kept(keeper, 3)
    asked = len(keeper.calls())

    open_page(phone, keeper)
    expect(pictures(phone)).to_have_count(3)
    names = "pictures => pictures.map(({ alt }) => alt)"
    images = ".gallery .picture img"
    assert phone.eval_on_selector_all(images, names) == desk.eval_on_selector_all(images, names)
    phone.reload()
    expect(pictures(phone)).to_have_count(3)
    desk.reload()
    expect(pictures(desk)).to_have_count(3)
    assert len(keeper.calls()) == asked

    picture(phone, "a hat").click()
    expect(dialog(phone)).to_contain_text(
        "made from 1 reference image, which this browser does not"
    )


def test_stranger_sees_nothing_of_it(
    desk: Page, phone: Page, keeper: Server, servers: Mapping[str, Server]
) -> None:
    """Another key is another gallery."""
    open_page(desk, keeper)
    make(desk, "a boat")
    wait_until_kept(keeper, 1)
    with phone.expect_response(f"**{KEPT}?*"):
        open_page(phone, make_key(servers["keeping"]))
    expect(pictures(phone)).to_have_count(0)


def test_deleted_in_one_is_deleted_in_the_other(desk: Page, phone: Page, keeper: Server) -> None:
    """Once nobody can bring it back where it was deleted; the other one can, for itself."""
    phone.clock.install()
    open_page(desk, keeper)
    make(desk, "a boat")
    make(desk, "a hat")
    wait_until_kept(keeper, 2)
    open_page(phone, keeper)
    expect(pictures(phone)).to_have_count(2)

    delete(desk, "a boat")
    expect(dialog(desk).locator("img")).to_have_attribute("alt", "a hat")
    desk.keyboard.press("Escape")
    expect(pictures(desk)).to_have_count(1)
    wait_until_kept(keeper, 2)
    desk.reload()
    wait_until_kept(keeper, 1)
    expect(pictures(desk)).to_have_count(1)

    come_back(phone)
    expect(pictures(phone)).to_have_count(1)
    expect(phone.get_by_text("Images deleted on another device: 1.")).to_be_visible()
    phone.get_by_role("button", name="Undo").click()
    expect(pictures(phone)).to_have_count(2)
    phone.reload()
    expect(picture(phone, "a boat")).to_be_visible()


def test_undone_deletion_never_reaches_the_server(desk: Page, keeper: Server) -> None:
    """What was brought back is as it was."""
    open_page(desk, keeper)
    make(desk, "a boat")
    wait_until_kept(keeper, 1)
    delete(desk, "a boat")
    desk.get_by_role("button", name="Undo").click()
    expect(picture(desk, "a boat")).to_be_visible()
    with desk.expect_response(f"**{KEPT}?*"):
        desk.reload()
    expect(picture(desk, "a boat")).to_be_visible()
    wait_until_kept(keeper, 1)


def test_image_that_did_not_come_is_asked_for_again(
    desk: Page, phone: Page, keeper: Server
) -> None:
    """Cloudflare may need a minute until it is everywhere."""
    open_page(desk, keeper)
    make(desk, "a boat")
    wait_until_kept(keeper, 1)
    phone.route("**/v1/images/files/*", lambda route: route.fulfill(status=404, json={}))
    with phone.expect_response("**/v1/images/files/*"):
        open_page(phone, keeper)
    expect(pictures(phone)).to_have_count(0)
    phone.unroute("**/v1/images/files/*")
    phone.reload()
    expect(picture(phone, "a boat")).to_be_visible()


def test_key_says_that_images_are_kept(desk: Page, keeper: Server) -> None:
    """Whoever makes some should know who sees them."""
    open_page(desk, keeper)
    desk.get_by_role("button", name="Key accepted").click()
    expect(dialog(desk)).to_contain_text("kept on the server for 30 days, for whoever has the key")


def test_links_of_a_proxy_lead_to_the_images(desk: Page, phone: Page, keeper: Server) -> None:
    """PUBLIC_URL may have a path, which the page's own server does not know."""
    open_page(desk, keeper)
    make(desk, "a boat")
    wait_until_kept(keeper, 1)

    def answer(route: Route) -> None:
        told = route.fetch()
        links = told.text().replace(keeper.url, "https://images.example.com/studio")
        route.fulfill(response=told, body=links)

    phone.route(f"**{KEPT}?*", answer)
    open_page(phone, keeper)
    expect(picture(phone, "a boat")).to_be_visible()
