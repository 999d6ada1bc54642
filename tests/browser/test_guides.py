"""`/docs/…`: the guides, which a deployment serves beside its API reference."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.studio import PHONE

DESKTOP = {"width": 1440, "height": 900}


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["/docs/programs", "/docs/zh-TW/settings", "/docs/api"])
def test_guide_fits_the_screen(page: Page, path: str, size: dict[str, int]) -> None:
    """Its title is in view at once, and only tables and examples scroll to the side."""
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_guides_are_found_from_the_reference(page: Page) -> None:
    """From there to one, to another, and to the same in the other language."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/docs")
    page.get_by_role("link", name="Guides").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The page")
    page.get_by_role("navigation").get_by_role("link", name="What it costs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What it costs")
    page.get_by_role("link", name="繁體中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("費用")
    assert page.evaluate("document.documentElement.lang") == "zh-Hant-TW"


def test_guides_are_found_on_a_phone(page: Page) -> None:
    """Behind one button, so that the text comes first."""
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto("/docs/keys")
    chat = page.get_by_role("navigation").get_by_role("link", name="Chat")
    expect(chat).to_be_hidden()
    page.get_by_text("Guides: Keys for others").click()
    chat.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chat")
