"""Keys: the owner's dialogs, somebody else's page, and a Worker that is not set up."""

from playwright.sync_api import Page, expect

from tests.browser import ledger
from tests.browser.pictures.filled import fill_gallery, open_page
from tests.browser.studio import dialog, open_keys


def setup(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="What to do").click()


def key(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Enter key").click()


def keys(page: Page) -> None:
    """Not the gallery behind it: what is looked at is the dialog."""
    ledger.pretend(page, ledger.owner(3412), ledger.FRIENDS, ledger.a_month())
    open_page(page)
    open_keys(page)


def keys_light(page: Page) -> None:
    keys(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Light colours").click()
    open_keys(page)


def key_list(page: Page) -> None:
    keys(page)
    dialog(page).get_by_role("heading", name="Old laptop").scroll_into_view_if_needed()


def key_form(page: Page) -> None:
    keys(page)
    dialog(page).get_by_role("button", name="Make a key").click()
    dialog(page).get_by_label("Name").fill("Mia")
    dialog(page).get_by_label("Budget", exact=True).fill("5000")


def new_key(page: Page) -> None:
    open_page(page)
    open_keys(page)
    dialog(page).get_by_role("button", name="Make a key").click()
    dialog(page).get_by_label("Name").fill("Mia")
    dialog(page).get_by_role("button", name="Make a key").click()
    expect(dialog(page).get_by_label("Key", exact=True)).to_be_visible()


def friend(page: Page) -> None:
    """The page of somebody who has a key of the owner's."""
    mia, *_ = ledger.FRIENDS
    ledger.pretend(page, {**mia, "free_today": ledger.free_today(6250)}, [], [])
    fill_gallery(page, 3)
