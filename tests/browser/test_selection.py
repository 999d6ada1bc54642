"""Many images at once: one by one, in a row, all of them, or by a box drawn around them."""

import pytest
from playwright.sync_api import Locator, Page, expect

from dev.album import fill
from tests.browser.studio import PHONE, dialog, picture, pictures, show
from tests.browser.test_everyone import assert_fits


@pytest.fixture
def album(studio: Page) -> Page:
    """Twelve images."""
    fill(studio, 12)
    expect(pictures(studio)).to_have_count(12)
    return studio


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def expect_selected(page: Page, count: int) -> None:
    expect(page.get_by_role("heading", name=f"{count} selected")).to_be_visible()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(count)


def kite(page: Page, number: int) -> Locator:
    return picture(page, f"picture {number} of a red kite")


def test_shift_selects_all_between(album: Page) -> None:
    """In both directions; what was selected stays."""
    button(album, "Select").click()
    kite(album, 9).click()
    kite(album, 6).click(modifiers=["Shift"])
    expect_selected(album, 4)
    kite(album, 7).click(modifiers=["Shift"])
    expect_selected(album, 4)
    kite(album, 7).click()
    expect_selected(album, 3)
    album.get_by_role("checkbox", name="Select: picture 4 of").click(modifiers=["Shift"])
    expect_selected(album, 6)


def test_selecting_begins_with_a_modifier(album: Page) -> None:
    """As in any list of files; Escape ends it."""
    kite(album, 9).click(modifiers=["ControlOrMeta"])
    expect_selected(album, 1)
    kite(album, 7).click(modifiers=["Shift"])
    expect_selected(album, 3)
    album.keyboard.press("Escape")
    expect(button(album, "Select")).to_be_visible()
    kite(album, 9).click()
    expect(dialog(album)).to_be_visible()


def test_all_that_are_found_are_selected(album: Page) -> None:
    """And only these are deleted."""
    album.get_by_role("searchbox").fill("kite 1")
    expect(pictures(album)).to_have_count(3)
    button(album, "Select").click()
    button(album, "All").click()
    expect_selected(album, 3)
    button(album, "None").click()
    expect_selected(album, 0)
    button(album, "All").click()
    button(album, "Delete").click()
    expect(album.get_by_text("0 of 9 images")).to_be_visible()
    button(album, "Clear all").first.click()
    expect(pictures(album)).to_have_count(9)


def test_what_was_selected_and_is_not_found_is_left_alone(album: Page) -> None:
    """What one does not see is not deleted."""
    button(album, "Select").click()
    kite(album, 9).click()
    kite(album, 8).click()
    album.get_by_role("searchbox").fill("kite 9")
    expect_selected(album, 1)
    button(album, "Delete").click()
    button(album, "Clear all").first.click()
    expect(pictures(album)).to_have_count(11)
    expect(kite(album, 8)).to_be_visible()


IS_ON_TOP = """heading => {
  const { left, top, width, height } = heading.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === heading;
}"""


def test_selection_stays_in_reach(studio: Page) -> None:
    """Its buttons are at the top, wherever one has scrolled; on a phone too."""
    fill(studio, 100)
    for size in (None, PHONE):
        if size:
            studio.set_viewport_size(size)
        studio.reload()
        show(studio, "gallery")
        button(studio, "Select").click()
        kite(studio, 99).click()
        studio.evaluate("""() => {
          const stage = document.querySelector(".stage");
          stage.scrollTo(0, 3000);
          window.scrollTo(0, 4000);
        }""")
        expect(kite(studio, 99)).not_to_be_in_viewport()
        expect(button(studio, "Delete")).to_be_in_viewport()
        heading = studio.get_by_role("heading", name="1 selected")
        assert heading.evaluate(IS_ON_TOP)
        assert_fits(studio)
        button(studio, "Done").click()


def middle(image: Locator) -> tuple[float, float]:
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def draw(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    expect(page.locator(".box")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".box")).to_have_count(0)


def test_box_selects_what_it_touches(album: Page) -> None:
    """It begins beside the images, and while some are selected over them too."""
    edge = album.locator(".gallery").bounding_box()
    assert edge
    row = album.locator(".rows .picture")
    x, y = middle(row.nth(1))
    draw(album, (edge["x"] - 8, y), (x, y + 20))
    expect_selected(album, 2)
    draw(album, middle(row.nth(1)), middle(row.nth(2)))
    expect_selected(album, 3)
    expect(dialog(album)).to_have_count(0)


def test_a_click_beside_the_images_selects_nothing(album: Page) -> None:
    """Nor does one that moves a little."""
    edge = album.locator(".gallery").bounding_box()
    assert edge
    album.mouse.move(edge["x"] - 8, edge["y"] + 200)
    album.mouse.down()
    album.mouse.move(edge["x"] - 6, edge["y"] + 202)
    album.mouse.up()
    expect(button(album, "Select")).to_be_visible()
