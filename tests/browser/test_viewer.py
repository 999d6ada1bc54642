"""One image, large: how near it is looked at, what leads on and back, and what keys do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from tests.browser.conftest import strict_page
from tests.browser.studio import (
    PHONE,
    dialog,
    generate,
    have,
    make,
    open_page,
    picture,
    pictures,
    prompt,
    references,
    sent,
)
from tests.conftest import Server

JSON = '{"scene": "a night market", "style": "photograph"}'


def look_at(page: Page, text: str) -> None:
    picture(page, text).click()
    expect(dialog(page).get_by_role("heading", name="Result")).to_be_visible()
    expect(shown(page)).to_have_js_property("complete", True)


def shown(page: Page) -> Locator:
    return dialog(page).locator(".canvas img")


def full_size(page: Page) -> Locator:
    return dialog(page).get_by_role("button", name="Full size")


def is_near(page: Page, yes: bool) -> None:
    expect(full_size(page)).to_have_attribute("aria-pressed", str(yes).lower())


def box(page: Page) -> dict[str, float]:
    """Where the picture is, also beyond its frame."""
    found = shown(page).bounding_box()
    assert found
    return dict(found)


def share(page: Page, x: float, y: float) -> tuple[float, float]:
    """What is at a point of the screen: its place in the picture, from 0 to 1."""
    at = box(page)
    return (x - at["x"]) / at["width"], (y - at["y"]) / at["height"]


@pytest.fixture
def phone(chromium: Browser, server: Server) -> Iterator[Page]:
    """A page on a phone, opened with its key."""
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with strict_page(chromium, server, **options) as page:
        open_page(page, server)
        yield page


def test_wheel_zooms_where_the_pointer_is(studio: Page) -> None:
    """Beyond a pixel for a pixel; what is under the pointer stays there, and no ground is shown
    beside the picture."""
    have(studio, "a boat")
    look_at(studio, "a boat")
    is_near(studio, False)
    whole = box(studio)
    x, y = whole["x"] + whole["width"] * 0.7, whole["y"] + whole["height"] * 0.4
    before = share(studio, x, y)
    studio.mouse.move(x, y)
    for _ in range(6):
        studio.mouse.wheel(0, -120)
    is_near(studio, True)
    expect(full_size(studio)).to_contain_text(re.compile(r"[2-9]\d\d%"))
    assert share(studio, x, y) == pytest.approx(before, abs=0.01)
    studio.mouse.down()
    studio.mouse.move(x + 90, y + 60, steps=3)
    studio.mouse.up()
    assert share(studio, x + 90, y + 60) == pytest.approx(before, abs=0.01)
    for _ in range(9):
        studio.mouse.move(100, 200)
        studio.mouse.down()
        studio.mouse.move(800, 700, steps=2)
        studio.mouse.up()
    frame = dialog(studio).locator(".canvas").bounding_box()
    assert frame
    assert (box(studio)["x"], box(studio)["y"]) == pytest.approx((frame["x"], frame["y"]), abs=1)
    for _ in range(12):
        studio.mouse.wheel(0, 120)
    is_near(studio, False)
    assert box(studio) == pytest.approx(whole)


def test_double_click_and_buttons_zoom(studio: Page) -> None:
    """A pixel for a pixel, and back."""
    have(studio, "a boat", size="1536x1024")
    look_at(studio, "a boat")
    shown(studio).dblclick()
    expect(full_size(studio)).to_contain_text("100%")
    assert box(studio)["width"] == pytest.approx(1536)
    shown(studio).dblclick(force=True)
    is_near(studio, False)
    dialog(studio).get_by_role("button", name="Zoom in").click()
    is_near(studio, True)
    dialog(studio).get_by_role("button", name="Zoom out").click()
    is_near(studio, False)
    full_size(studio).click()
    expect(full_size(studio)).to_contain_text("100%")


def test_escape_steps_out_one_level(studio: Page) -> None:
    """First to the whole picture, then to the gallery, where the focus is where it was."""
    have(studio, "one", "two")
    look_at(studio, "one")
    studio.keyboard.press("+")
    is_near(studio, True)
    studio.keyboard.press("Escape")
    is_near(studio, False)
    studio.keyboard.press("Escape")
    expect(dialog(studio)).to_have_count(0)
    expect(pictures(studio).nth(1)).to_be_focused()


def test_back_closes_the_viewer(studio: Page) -> None:
    """With one step, however many images were looked at, and with what was opened from it; closed
    otherwise, it leaves no step behind."""
    have(studio, "one", "two")
    address = studio.url
    look_at(studio, "two")
    studio.keyboard.press("ArrowRight")
    expect(dialog(studio).get_by_role("status", name="Image 2 of 2")).to_be_visible()
    studio.go_back()
    expect(dialog(studio)).to_have_count(0)
    expect(pictures(studio).nth(0)).to_be_focused()
    assert studio.url == address
    look_at(studio, "one")
    dialog(studio).get_by_role("button", name="Show as code").click()
    expect(dialog(studio).get_by_role("button", name="Python (openai)")).to_be_visible()
    studio.go_back()
    expect(dialog(studio)).to_have_count(0)
    look_at(studio, "two")
    studio.keyboard.press("Escape")
    expect(dialog(studio)).to_have_count(0)
    expect_no_step(studio)
    look_at(studio, "one")
    studio.go_back()
    expect(dialog(studio)).to_have_count(0)
    expect(pictures(studio)).to_have_count(2)


def expect_no_step(page: Page) -> None:
    """The browser's history stands where it stood before anything was opened."""
    page.wait_for_function("() => history.state === null")


def test_step_of_the_viewer_is_gone_after_a_reload(studio: Page) -> None:
    """Nothing is open then, so that Back does what it did before; and forward opens nothing odd."""
    have(studio, "one")
    look_at(studio, "one")
    studio.reload()
    expect(pictures(studio)).to_have_count(1)
    expect_no_step(studio)
    studio.go_forward()
    expect_no_step(studio)
    expect(dialog(studio)).to_have_count(0)


ALL_KEPT = """() => new Promise(resolve => {
  const request = indexedDB.open("flux2");
  request.onsuccess = () => {
    const count = request.result.transaction("results").objectStore("results").count();
    count.onsuccess = () => { request.result.close(); resolve(count.result === 3); };
  };
})"""


def test_delete_goes_on_to_the_next(studio: Page) -> None:
    """Or to the one before, if it was the last; what was deleted in a row comes back together."""
    have(studio, "one", "two", "three")
    look_at(studio, "two")
    expect(dialog(studio).get_by_role("status", name="Image 2 of 3")).to_have_text("2 / 3")
    studio.keyboard.press("Delete")
    expect(dialog(studio).locator(".said")).to_contain_text("one")
    expect(dialog(studio)).to_contain_text("1 image deleted.")
    dialog(studio).get_by_role("button", name="Delete").click()
    expect(dialog(studio).locator(".said")).to_contain_text("three")
    expect(dialog(studio).get_by_role("status", name="Image 1 of 1")).to_be_visible()
    dialog(studio).get_by_role("button", name="Undo").click()
    expect(dialog(studio).locator(".said")).to_contain_text("one")
    expect(dialog(studio).get_by_role("status", name="Image 3 of 3")).to_be_visible()
    studio.wait_for_function(ALL_KEPT)
    studio.reload()
    expect(pictures(studio)).to_have_count(3)
    look_at(studio, "three")
    for _ in range(3):
        studio.keyboard.press("Delete")
    expect(dialog(studio)).to_have_count(0)
    expect(pictures(studio)).to_have_count(0)


def test_keys_do_what_the_buttons_do(studio: Page, server: Server, tmp_path: Path) -> None:
    """Star, download, reference, again; the viewer lists them."""
    make(studio, "a boat")
    look_at(studio, "a boat")
    dialog(studio).get_by_text("Keys", exact=True).click()
    expect(dialog(studio).locator(".keyboard")).to_contain_text("Use as reference")
    star = dialog(studio).get_by_role("button", name="Star")
    studio.keyboard.press("s")
    expect(star).to_have_attribute("aria-pressed", "true")
    studio.keyboard.press("S")
    expect(star).to_have_attribute("aria-pressed", "false")
    with studio.expect_download():
        studio.keyboard.press("d")
    studio.keyboard.press("r")
    expect(studio.get_by_text("Added to the reference images.")).to_be_visible()
    studio.keyboard.press("Control+d")
    studio.keyboard.press("g")
    expect(dialog(studio)).to_have_count(0)
    expect(references(studio)).to_have_count(0)
    expect(studio.locator("#seed")).to_have_value(sent(server)["fields"]["seed"])


def test_again_comes_with_a_new_seed_or_says_that_it_is_the_same(
    studio: Page, server: Server
) -> None:
    """Who asks for the very same image learns it before it is paid for again."""
    make(studio, "a boat")
    first = sent(server)["fields"]
    prompt(studio).fill("something else")
    look_at(studio, "a boat")
    dialog(studio).get_by_role("button", name="Exactly again").click()
    expect(studio.get_by_role("status").filter(has_text="paid for again")).to_be_visible()
    look_at(studio, "a boat")
    studio.keyboard.press("n")
    expect(dialog(studio)).to_have_count(0)
    expect(prompt(studio)).to_have_value("a boat")
    expect(studio.locator("#seed")).to_have_value("")
    studio.get_by_role("button", name="Generate").click()
    expect(pictures(studio)).to_have_count(2)
    again = sent(server)["fields"]
    assert again["seed"] != first["seed"]
    assert {**again, "seed": ""} == {**first, "seed": ""}
    studio.locator(".latest").get_by_role("button", name="Again with a new seed").focus()
    studio.keyboard.press("Enter")
    expect(prompt(studio)).to_be_focused()


def test_json_prompt_is_called_by_its_scene(studio: Page) -> None:
    """In the gallery and in the viewer; the JSON is there for who asks for it."""
    studio.get_by_role("button", name="JSON", exact=True).click()
    prompt(studio).fill(JSON)
    studio.get_by_role("button", name="Generate").click()
    look_at(studio, "a night market")
    expect(dialog(studio).locator(".said > p")).to_have_text("a night market")
    expect(dialog(studio).get_by_text(JSON)).to_be_hidden()
    dialog(studio).locator("summary", has_text="JSON").click()
    expect(dialog(studio).get_by_text(JSON)).to_be_visible()


Fingers = list[tuple[float, float]]


def touch(page: Page, *steps: Fingers) -> None:
    """Fingers that are put down, moved and lifted, as a touch screen tells it."""
    session: CDPSession = page.context.new_cdp_session(page)
    for index, fingers in enumerate(steps):
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        kind = "touchMove" if index else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_phone_swipes_and_pinches(phone: Page) -> None:
    """To the side leads on; two fingers zoom where they are, and one moves what is near."""
    have(phone, "one", "two")
    look_at(phone, "two")
    touch(phone, [(300, 400)], [(220, 402)], [(120, 405)])
    expect(dialog(phone).get_by_role("status", name="Image 2 of 2")).to_be_visible()
    touch(phone, [(120, 400)], [(200, 400)], [(300, 400)])
    expect(dialog(phone).get_by_role("status", name="Image 1 of 2")).to_be_visible()
    before = share(phone, 200, 400)
    touch(phone, [(180, 400), (220, 400)], [(150, 400), (250, 400)], [(100, 400), (300, 400)])
    is_near(phone, True)
    assert share(phone, 200, 400)[0] == pytest.approx(before[0], abs=0.03)
    here = box(phone)
    touch(phone, [(300, 400)], [(250, 400)], [(220, 400)])
    assert box(phone)["x"] == pytest.approx(here["x"] - 80, abs=1)
    expect(dialog(phone).get_by_role("status", name="Image 1 of 2")).to_be_visible()
    for _ in range(2):
        phone.touchscreen.tap(200, 400)
    is_near(phone, False)


def test_picture_has_the_screen_of_a_phone(phone: Page) -> None:
    """What is known of it comes by scrolling."""
    generate(phone, "a tower", size="768x1024")
    look_at(phone, "a tower")
    assert box(phone)["width"] == PHONE["width"]
    button = dialog(phone).get_by_role("button", name="Download")
    expect(button).not_to_be_in_viewport()
    touch(phone, [(200, 700)], [(200, 500)], [(200, 200)])
    expect(button).to_be_in_viewport()


def test_viewer_leads_through_what_is_looked_for(studio: Page) -> None:
    """And in any case from the image that is shown, though it has just lost its star."""
    for name in ("one", "two", "three", "four"):
        make(studio, name)
    for name in ("one", "two", "four"):
        look_at(studio, name)
        studio.keyboard.press("s")
        expect(dialog(studio).get_by_role("button", name="Star", pressed=True)).to_be_visible()
        studio.keyboard.press("Escape")
        expect(dialog(studio)).to_have_count(0)
    studio.wait_for_function("!history.state?.over")  # the viewer's step is gone
    studio.goto(f"{studio.url.partition('#')[0]}#star=1")
    expect(pictures(studio)).to_have_count(3)
    look_at(studio, "four")
    expect(dialog(studio).get_by_role("status", name="Image 1 of 3")).to_be_visible()
    studio.keyboard.press("ArrowRight")
    expect(dialog(studio).locator(".said")).to_contain_text("two")
    studio.keyboard.press("s")
    expect(dialog(studio).get_by_role("status", name="Image 2 of 3")).to_be_visible()
    studio.keyboard.press("ArrowRight")
    expect(dialog(studio).locator(".said")).to_contain_text("one")
    expect(dialog(studio).get_by_role("status", name="Image 2 of 2")).to_be_visible()
    studio.go_back()
    expect(dialog(studio)).to_have_count(0)
    expect(pictures(studio)).to_have_count(2)
    assert studio.url.endswith("#star=1")
