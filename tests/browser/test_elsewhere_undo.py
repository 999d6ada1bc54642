"""What was deleted can be brought back, where the server keeps images: it forgets none before.

Each test has a key of its own, and so a gallery.
"""

from playwright.sync_api import Page, expect

from tests.browser.keeping import KEPT, come_back, delete, send_news, wait_until_kept
from tests.browser.studio import dialog, make, open_page, picture, pictures
from tests.conftest import Server


def test_row_of_deletions_can_be_undone_everywhere(desk: Page, keeper: Server) -> None:
    """The server forgets none of them while all can be brought back together."""
    desk.clock.install()
    open_page(desk, keeper)
    for prompt in ("a boat", "a hat", "a lake"):
        make(desk, prompt)
    wait_until_kept(keeper, 3)
    delete(desk, "a lake")
    expect(dialog(desk).locator("img")).to_have_attribute("alt", "a hat")
    dialog(desk).get_by_role("button", name="Delete").click()
    expect(dialog(desk).locator("img")).to_have_attribute("alt", "a boat")
    dialog(desk).get_by_role("button", name="Undo").click()
    desk.keyboard.press("Escape")
    expect(pictures(desk)).to_have_count(3)

    send_news(keeper, 4)
    come_back(desk)
    expect(picture(desk, "the news")).to_be_visible()
    expect(pictures(desk)).to_have_count(4)
    wait_until_kept(keeper, 4)


def test_other_tab_leaves_alone_what_can_be_brought_back(desk: Page, keeper: Server) -> None:
    """And has it forgotten once it cannot."""
    open_page(desk, keeper)
    make(desk, "a boat")
    wait_until_kept(keeper, 1)
    delete(desk, "a boat")
    expect(pictures(desk)).to_have_count(0)

    tab = desk.context.new_page()
    with tab.expect_response(f"**{KEPT}?*"):
        open_page(tab, keeper)
    wait_until_kept(keeper, 1)
    desk.get_by_role("button", name="Undo").click()
    expect(picture(desk, "a boat")).to_be_visible()
    with tab.expect_response(f"**{KEPT}?*"):
        tab.reload()
    expect(picture(tab, "a boat")).to_be_visible()
    wait_until_kept(keeper, 1)


def test_deletion_elsewhere_takes_away_no_undo(desk: Page, phone: Page, keeper: Server) -> None:
    """What was deleted here just before comes back as well."""
    desk.clock.install()
    open_page(desk, keeper)
    make(desk, "a boat")
    make(desk, "a hat")
    wait_until_kept(keeper, 2)
    open_page(phone, keeper)
    expect(pictures(phone)).to_have_count(2)
    delete(phone, "a hat")
    phone.reload()
    wait_until_kept(keeper, 1)

    delete(desk, "a boat")
    desk.keyboard.press("Escape")
    expect(pictures(desk)).to_have_count(1)
    come_back(desk)
    expect(pictures(desk)).to_have_count(0)
    desk.get_by_role("button", name="Undo").click()
    expect(pictures(desk)).to_have_count(2)
    wait_until_kept(keeper, 1)


def test_page_that_a_browser_shows_once_more_can_undo(desk: Page, keeper: Server) -> None:
    """The server has forgotten the image by then: it is this browser's alone, and stays."""
    desk.clock.install()
    open_page(desk, keeper)
    make(desk, "a boat")
    wait_until_kept(keeper, 1)
    delete(desk, "a boat")
    desk.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    wait_until_kept(keeper, 0)
    desk.get_by_role("button", name="Undo").click()
    expect(picture(desk, "a boat")).to_be_visible()

    send_news(keeper, 1)
    come_back(desk)
    expect(picture(desk, "the news")).to_be_visible()
    expect(picture(desk, "a boat")).to_be_visible()
