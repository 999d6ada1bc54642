"""What this browser has room for: nothing that was paid for is lost without a word."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.studio import (
    PHONE,
    dialog,
    jobs,
    make,
    open_page,
    picture,
    pictures,
    saved,
)
from tests.browser.test_everyone import assert_fits
from tests.conftest import Server

# A browser with room for so many results, as Chromium refuses what is too much.
LITTLE_ROOM = """
  window.roomFor = 1;
  window.refused = 0;
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, ...more) {
    const request = put.call(this, value, ...more);
    if (this.name === "results") {
      this.count().onsuccess = ({ target }) => {
        if (target.result <= window.roomFor) return;
        this.transaction.addEventListener("abort", () => { window.refused += 1; });
        this.transaction.abort();
      };
    }
    return request;
  };
"""


def strip(page: Page) -> Locator:
    return page.get_by_role("group", name="Room in this browser")


def unkept(page: Page) -> Locator:
    return page.locator(".gallery").get_by_text("Not kept yet", exact=True)


def room(page: Page) -> Locator:
    return page.locator(".gallery .room")


def open_with_little_room(page: Page, server: Server) -> None:
    """One image is kept, and another finds no room."""
    page.add_init_script(LITTLE_ROOM)
    open_page(page, server)
    make(page, "one")
    make(page, "two")
    expect(unkept(page)).to_have_count(1)


def test_image_that_finds_no_room_is_marked(page: Page, server: Server, tmp_path: Path) -> None:
    """The count says so, and what to do is there: export, delete, try again."""
    open_with_little_room(page, server)
    expect(room(page)).to_contain_text("2 images, 1 of them not kept yet")
    tile = page.locator(".gallery .tile").filter(has=page.get_by_role("img", name="two"))
    expect(tile.get_by_text("Not kept yet")).to_be_visible()
    expect(strip(page).get_by_role("status")).to_contain_text("no room for 1 image")
    expect(page.locator(".notices p")).to_have_count(0)
    export = strip(page).get_by_role("button", name="Export what is not kept")
    assert saved(page, export, tmp_path).suffix == ".zip"
    refused = page.evaluate("window.refused")
    strip(page).get_by_role("button", name="Try to keep it now").click()
    page.wait_for_function("before => window.refused > before", arg=refused)
    expect(unkept(page)).to_have_count(1)
    page.evaluate("window.roomFor = 9")
    strip(page).get_by_role("button", name="Try to keep it now").click()
    expect(unkept(page)).to_have_count(0)
    expect(strip(page)).to_have_count(0)
    expect(room(page)).to_contain_text("2 images, ")
    page.reload()
    expect(pictures(page)).to_have_count(2)


def test_image_is_kept_when_another_is_deleted(page: Page, server: Server) -> None:
    """By itself: there is room now. Brought back, the other is the one without."""
    open_with_little_room(page, server)
    picture(page, "one").click()
    dialog(page).get_by_role("button", name="Delete").click()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(unkept(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(pictures(page)).to_have_count(2)
    expect(unkept(page)).to_have_count(1)


def test_leaving_is_asked_about_while_something_is_not_kept(page: Page, server: Server) -> None:
    """And not when all is."""
    asked: list[str] = []
    page.on("dialog", lambda box: (asked.append(box.type), box.accept()))
    page.add_init_script(LITTLE_ROOM)
    open_page(page, server)
    make(page, "one")
    page.reload()
    expect(picture(page, "one")).to_be_visible()
    assert asked == []
    make(page, "two")
    expect(unkept(page)).to_have_count(1)
    page.reload()
    expect(pictures(page)).to_have_count(1)
    assert asked == ["beforeunload"]


def test_star_that_finds_no_room_leaves_the_image_kept(page: Page, server: Server) -> None:
    """As it was before."""
    page.add_init_script(LITTLE_ROOM)
    open_page(page, server)
    make(page, "one")
    page.evaluate("window.roomFor = 0")
    page.get_by_role("button", name="Star").first.click()
    expect(page.get_by_text("has no room to keep this")).to_be_visible()
    expect(unkept(page)).to_have_count(0)


def test_nothing_is_kept_where_it_is_forbidden_and_every_image_says_so(
    page: Page, server: Server
) -> None:
    """As in some private windows, where it is of no use to delete others."""
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('forbidden') }")
    open_page(page, server)
    make(page, "one")
    expect(room(page)).to_contain_text("1 image, 1 of them not kept yet")
    expect(strip(page)).to_contain_text("open the page in a window that is not private")
    expect(strip(page).get_by_role("button")).to_have_text(["Export what is not kept"])
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("group", name="這個瀏覽器的空間")).to_contain_text("非無痕的視窗")


def test_room_is_told_before_it_is_used_up(page: Page, server: Server) -> None:
    """With what to do; and not before."""
    page.add_init_script("""
      window.used = 1e9;
      StorageManager.prototype.estimate = async () => ({ usage: window.used, quota: 5e9 });
    """)
    open_page(page, server)
    make(page, "one")
    expect(strip(page)).to_have_count(0)
    page.evaluate("window.used = 4.1e9")
    make(page, "two")
    expect(strip(page)).to_contain_text("4.1 GB of 5 GB used")
    expect(strip(page).get_by_role("progressbar")).to_be_visible()
    strip(page).get_by_role("button", name="Choose what to delete").click()
    expect(page.get_by_role("button", name="Done")).to_be_visible()


def test_browser_is_asked_to_keep_it_once_there_is_something(page: Page, server: Server) -> None:
    """Once, and not before the first image: Firefox asks the person."""
    page.add_init_script("""
      window.asked = 0;
      StorageManager.prototype.persist = async () => { window.asked += 1; return true; };
    """)
    open_page(page, server)
    assert page.evaluate("asked") == 0
    make(page, "one")
    make(page, "two")
    expect(jobs(page)).to_have_count(0)
    assert page.evaluate("asked") == 1


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_where_there_is_no_room(page: Page, server: Server, phone: bool) -> None:
    """Nothing sticks out."""
    if phone:
        page.set_viewport_size(PHONE)
    open_with_little_room(page, server)
    assert_fits(page)
