"""What is in view, and where it leads, on screens that are wide and on those that are not."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.studio import (
    PHONE,
    choose,
    dialog,
    generate,
    jobs,
    open_page,
    picture,
    pictures,
    prompt,
    show,
)
from tests.conftest import Server

JSON = """{
  "scene": "a rainy night market in Taipei",
  "subjects": [{"type": "person", "description": "a vendor in a red apron"}],
  "style": "street photograph"
}"""


def test_all_that_matters_is_in_view(studio: Page) -> None:
    """On a usual screen: prompt, references, every setting and the button, and nothing covered,
    also while something is made."""
    studio.set_viewport_size({"width": 1440, "height": 900})
    assert_all_in_view(studio)
    generate(studio, "a kite emulate:stall")
    expect(studio.locator(".send .work")).to_be_visible()
    assert_all_in_view(studio)
    studio.get_by_role("button", name="JSON", exact=True).click()
    prompt(studio).fill(JSON)
    expect(studio.get_by_label("Scene")).to_have_value("a rainy night market in Taipei")
    assert_all_in_view(studio)


def assert_all_in_view(page: Page) -> None:
    form = page.get_by_role("form")
    bottom = form.locator("footer").bounding_box()
    assert bottom is not None
    for field in (
        page.get_by_label("Add reference images"),
        form.get_by_role("group", name="Model"),
        form.get_by_role("group", name="Size"),
        *(page.locator(f"#{name}") for name in ("steps", "n", "guidance", "format", "seed")),
    ):
        expect(field).to_be_in_viewport(ratio=0.9)  # a border is outside of some
        box = field.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= bottom["y"], field
    expect(page.get_by_role("button", name="Generate")).to_be_in_viewport(ratio=1)
    expect(prompt(page)).to_be_in_viewport()


@pytest.mark.parametrize("width", [1440, 390])
def test_something_is_there_before_any_script(page: Page, width: int) -> None:
    """On a slow line too; and nothing jumps when the script has come."""
    page.set_viewport_size({"width": width, "height": 900})
    waiting: list[Route] = []
    page.route("**/app.js", lambda route: waiting.append(route))
    page.goto("/", wait_until="commit")
    title = page.get_by_role("heading", level=1)
    expect(title).to_be_visible()
    before = title.bounding_box()
    expect(prompt(page)).to_have_count(0)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    waiting[0].continue_()
    expect(prompt(page)).to_be_visible()
    expect(title).to_have_count(1)
    assert title.bounding_box() == before


@pytest.fixture
def phone(page: Page, server: Server) -> Page:
    page.set_viewport_size(PHONE)
    open_page(page, server)
    return page


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="What to show").get_by_role("button", name=name)


def test_phone_has_a_half_for_each(phone: Page) -> None:
    """What is made is shown when it is begun; what was typed is still there afterwards."""
    expect(prompt(phone)).to_be_visible()
    expect(phone.get_by_role("heading", name="Describe a picture")).to_be_hidden()
    generate(phone, "a kite emulate:stall")
    expect(prompt(phone)).to_be_hidden()
    expect(jobs(phone).get_by_role("progressbar")).to_be_in_viewport()
    expect(tab(phone, "Gallery")).to_have_text("Gallery 1 in the works")
    phone.get_by_role("button", name="Cancel").click()
    phone.get_by_role("button", name="Dismiss").click()
    tab(phone, "Create").click()
    expect(prompt(phone)).to_have_value("a kite emulate:stall")
    generate(phone, "a kite")
    expect(picture(phone, "a kite")).to_be_visible()
    expect(tab(phone, "Gallery")).to_have_text("Gallery 1")


def test_phone_shows_what_has_to_be_mended(phone: Page) -> None:
    """Wherever somebody was when it was asked for."""
    show(phone, "gallery")
    phone.keyboard.press("Control+Enter")
    expect(prompt(phone)).to_be_focused()
    expect(phone.get_by_text("Describe the picture first.")).to_be_visible()


def test_example_says_what_it_costs(studio: Page) -> None:
    """With what is set now."""
    invitation = studio.locator(".invitation")
    expect(invitation).to_contain_text("Each costs $0.041 with dev, 38% of the free day.")
    choose(studio, "flux-2-klein-4b")
    expect(invitation).to_contain_text("Each costs $0.0011 with klein 4B, 1% of the free day.")


def test_example_leads_to_the_form(phone: Page) -> None:
    show(phone, "gallery")
    phone.get_by_role("button", name="A cabin in an autumn forest").click()
    expect(prompt(phone)).to_be_focused()
    expect(prompt(phone)).to_have_value("A cabin in an autumn forest")


def test_what_a_finger_presses_is_large_enough(phone: Page) -> None:
    """40 pixels; what is smaller is in a row of text."""
    small = """elements => elements.filter((element) => element.getBoundingClientRect().height < 40)
      .map(({ outerHTML }) => outerHTML)"""
    assert phone.locator(".chip, .card, .tabs button, .stepper button").evaluate_all(small) == []


@pytest.mark.parametrize("name", ["png", "webp"])
def test_format_is_what_comes(studio: Page, name: str) -> None:
    studio.get_by_label("Format").select_option(name)
    generate(studio, "a kite")
    image = picture(studio, "a kite")
    expect(image).to_be_visible()
    image.click()
    expect(dialog(studio).get_by_role("row", name="File")).to_contain_text(f"{name.upper()},")
    studio.keyboard.press("Escape")
    expect(dialog(studio)).to_have_count(0)
    expect(jobs(studio)).to_have_count(0)
    studio.wait_for_function("!history.state?.over")  # the viewer's step is gone
    studio.reload()
    expect(studio.get_by_label("Format")).to_have_value(name)


def test_model_without_steps_keeps_its_place(studio: Page) -> None:
    choose(studio, "flux-2-klein-4b")
    expect(studio.get_by_text("This model always takes 4 steps")).to_be_visible()
    expect(studio.get_by_label("Guidance")).to_have_count(0)
    generate(studio, "a kite")
    expect(pictures(studio)).to_have_count(1)
