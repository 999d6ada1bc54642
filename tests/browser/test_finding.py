"""A long gallery: found in it, and on the page only as far as it can be seen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dev.album import fill
from tests.browser.conftest import strict_page
from tests.browser.studio import (
    PHONE,
    dialog,
    generate,
    jobs,
    open_page,
    picture,
    pictures,
    show,
)
from tests.browser.test_everyone import assert_fits
from tests.conftest import Server

NIGHT = {
    "asked": {
        "mode": "json",
        "text": "",
        "json": '{"scene": "a night market", "subjects": [{"description": "a Red lamp"}]}',
        "model": "flux-2-dev",
        "width": "1024",
        "height": "1024",
        "steps": "25",
        "guidance": "",
        "free": False,
        "seed": "",
        "locked": False,
        "n": "1",
    }
}


@pytest.fixture
def album(studio: Page) -> Page:
    """Twenty images; the oldest has a JSON prompt."""
    fill(studio, 20, NIGHT)
    expect(studio.get_by_text(re.compile("20 images, "))).to_be_visible()
    return studio


def search(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search prompts")


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("search").get_by_label(name, exact=True)


def expect_found(page: Page, count: int, total: int = 20) -> None:
    expect(page.get_by_text(f"{count} of {total} images")).to_be_visible()
    expect(pictures(page)).to_have_count(count)


def test_prompts_are_searched(album: Page) -> None:
    """Words in any order, without case, and of a JSON prompt what it says."""
    search(album).press_sequentially("KITE picture 19")
    expect_found(album, 1)
    expect(picture(album, "picture 19 of a red kite")).to_be_visible()
    search(album).fill("lamp night red")
    expect_found(album, 1)
    search(album).fill("red")
    expect(album.get_by_text("20 of 20 images")).to_be_visible()
    album.get_by_role("button", name="Clear all").click()
    expect(search(album)).to_have_value("")
    expect(album.get_by_text(re.compile(" of 20 images"))).to_have_count(0)


def test_filters_narrow_it_down_together(album: Page) -> None:
    """Model, size, days, seed and star."""
    album.get_by_role("button", name="Filters").click()
    field(album, "Model").select_option(label="dev")
    expect_found(album, 7)
    field(album, "Size").select_option(label="1024 × 1024")
    expect_found(album, 2)
    expect(album.get_by_role("button", name="Filters (2)")).to_be_visible()
    field(album, "Seed").fill("15")
    field(album, "Seed").press("Enter")
    expect_found(album, 1)
    expect(picture(album, "picture 15 of a red kite")).to_be_visible()
    field(album, "Seed").fill("")
    field(album, "From").fill("2027-01-01")
    expect(album.get_by_text("0 of 20 images")).to_be_visible()
    field(album, "From").fill("2020-01-01")
    field(album, "To").fill("2027-01-01")
    expect_found(album, 2)


def test_images_with_a_star_are_found(album: Page) -> None:
    """One that loses its star is looked for no more."""
    album.get_by_role("button", name="Star", exact=True).nth(3).click()
    album.get_by_role("button", name="Only with a star").click()
    expect_found(album, 1)
    album.get_by_role("button", name="Star", exact=True).click()
    expect(album.get_by_text("0 of 20 images")).to_be_visible()
    album.get_by_role("button", name="Clear all").click()
    expect(album.get_by_role("button", name="Only with a star")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_nothing_found_says_how_to_go_on(album: Page) -> None:
    """With a way out."""
    search(album).fill("nonesuch")
    expect(album.get_by_text("No image is like this.")).to_be_visible()
    expect(album.get_by_text("0 of 20 images")).to_be_visible()
    album.get_by_role("button", name="Clear all").click()
    expect(picture(album, "picture 19 of a red kite")).to_be_visible()


def test_back_and_reload_know_what_is_looked_for(album: Page) -> None:
    """It stands in the address, and what is typed is one step."""
    search(album).press_sequentially("kite 1")
    expect_found(album, 11)
    album.get_by_role("button", name="Only with a star").click()
    expect(album.get_by_text("0 of 20 images")).to_be_visible()
    album.go_back()
    expect_found(album, 11)
    expect(search(album)).to_have_value("kite 1")
    album.reload()
    expect_found(album, 11)
    expect(search(album)).to_have_value("kite 1")
    album.go_back()
    expect(search(album)).to_have_value("")
    expect(album.get_by_text(re.compile(" of 20 images"))).to_have_count(0)
    album.go_forward()
    expect_found(album, 11)


def test_key_of_a_link_is_taken_beside_what_is_looked_for(album: Page, server: Server) -> None:
    """And only the key is gone from the address."""
    album.goto("about:blank")
    album.goto(f"/#q=market&key={server.key}&model=flux-2-dev")
    expect_found(album, 1)
    expect(field(album, "Model")).to_have_value("flux-2-dev")
    assert album.evaluate("location.hash") == "#q=market&model=flux-2-dev"
    expect(album.get_by_role("button", name="Key accepted")).to_be_visible()


def test_what_is_made_meanwhile_is_counted(album: Page) -> None:
    """It is shown if it is looked for."""
    search(album).fill("19")
    expect_found(album, 1)
    generate(album, "a boat")
    expect_found(album, 1, 21)
    generate(album, "a boat in 1990")
    expect_found(album, 2, 22)


def test_only_what_can_be_seen_is_on_the_page(studio: Page) -> None:
    """However many there are; one can scroll to the last and back, and search them all."""
    fill(studio, 1000)
    expect(studio.get_by_text(re.compile("1,000 images, "))).to_be_visible()
    expect(picture(studio, "picture 999 of a red kite")).to_be_visible()
    assert pictures(studio).count() < 60
    studio.locator(".stage").evaluate("stage => stage.scrollTo(0, stage.scrollHeight)")
    oldest = picture(studio, "picture 0 of a red kite")
    expect(oldest).to_be_in_viewport()
    assert pictures(studio).count() < 80
    oldest.click()
    expect(dialog(studio)).to_be_visible()
    studio.keyboard.press("Escape")
    expect(dialog(studio)).to_be_hidden()
    studio.locator(".stage").evaluate("stage => stage.scrollTo(0, 0)")
    expect(picture(studio, "picture 999 of a red kite")).to_be_in_viewport()
    search(studio).fill("kite 123")
    expect(studio.get_by_text("1 of 1,000 images")).to_be_visible()
    expect(picture(studio, "picture 123 of a red kite")).to_be_in_viewport()


def test_focus_stays_however_far_one_scrolls(studio: Page) -> None:
    """And the Tab key goes on from there."""
    fill(studio, 300)
    expect(studio.get_by_text(re.compile("300 images, "))).to_be_visible()
    studio.locator(".rows .picture").nth(1).focus()
    name = studio.evaluate("document.activeElement.querySelector('img').alt")
    studio.locator(".stage").evaluate("stage => stage.scrollTo(0, stage.scrollHeight)")
    expect(picture(studio, "picture 0 of a red kite")).to_be_in_viewport()
    assert studio.evaluate("document.activeElement.querySelector('img')?.alt") == name
    for _ in range(5):  # over what can be done with it
        studio.keyboard.press("Tab")
    focused = studio.locator(".picture:focus")
    expect(focused).to_be_in_viewport()
    assert focused.get_by_role("img").get_attribute("alt") != name


def test_images_of_a_job_stand_in_the_order_of_their_seeds(studio: Page) -> None:
    """Whichever comes first."""
    studio.get_by_label("Images", exact=True).fill("3")
    studio.locator("#seed").fill("7")
    generate(studio, "a boat emulate:delay=1@7")
    expect(pictures(studio)).to_have_count(3)
    expect(jobs(studio)).to_have_count(0)
    seeds = []
    for index in range(3):
        pictures(studio).nth(index).click()
        seeds.append(
            dialog(studio).locator("tr", has_text="Seed").locator("td").nth(1).inner_text()
        )
        studio.keyboard.press("Escape")
        expect(dialog(studio)).to_be_hidden()
    assert seeds == ["7", "8", "9"]


WHOLE = """newest => {
  const all = newest.getBoundingClientRect();
  const boxes = [...newest.querySelectorAll(".tile, .facts")]
    .map((one) => one.getBoundingClientRect());
  const right = all.right - Math.max(...boxes.map(({ right }) => right));
  const bottom = all.bottom - Math.max(...boxes.map(({ bottom }) => bottom));
  const filled = boxes.reduce((sum, { width, height }) => sum + width * height, 0);
  return Math.abs(right) < 1 && Math.abs(bottom) < 1 && filled > .95 * all.width * all.height;
}"""


def test_no_place_beside_the_newest_is_empty(studio: Page) -> None:
    """The words and further images end where it ends, at the right and below."""
    fill(studio, 30)
    for width in (390, 600, 768, 960, 1280, 1440, 1920, 2560):
        studio.set_viewport_size({"width": width, "height": 900})
        show(studio, "gallery")
        newest = studio.locator(".newest")
        expect(newest).to_be_visible()
        studio.wait_for_function(WHOLE, arg=newest.element_handle())


@pytest.fixture
def phone(chromium: Browser, server: Server) -> Iterator[Page]:
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with strict_page(chromium, server, **options) as page:
        open_page(page, server)
        yield page


def test_axe_finds_nothing_while_one_looks_for_something(phone: Page) -> None:
    """With filters, and with nothing found; on a phone all of it fits and can be pressed."""
    fill(phone, 40)
    show(phone, "gallery")
    phone.get_by_role("button", name="Star", exact=True).first.tap()
    phone.get_by_role("button", name="Filters").tap()
    search(phone).fill("kite 1")
    expect(phone.get_by_text("of 40 images")).to_be_visible()
    assert_fits(phone)
    search(phone).fill("nonesuch")
    expect(phone.get_by_text("No image is like this.")).to_be_visible()
    assert_fits(phone)


def test_finding_is_in_the_browser_s_language(chromium: Browser, server: Server) -> None:
    """All the way."""
    with strict_page(chromium, server, locale="zh-TW", viewport=PHONE) as page:
        page.goto(f"/#key={server.key}")
        expect(page.get_by_role("button", name="金鑰有效")).to_be_visible()
        fill(page, 10)
        show(page, "gallery")
        page.get_by_role("searchbox", name="搜尋提示詞").fill("picture 3")
        expect(page.get_by_text("10 張圖片中的 1 張")).to_be_visible()
        page.get_by_role("button", name="篩選").click()
        assert_fits(page)
        page.get_by_role("searchbox", name="搜尋提示詞").fill("沒有")
        expect(page.get_by_text("沒有符合的圖片")).to_be_visible()
        page.get_by_role("button", name="全部清除").click()
        expect(picture(page, "picture 9 of a red kite")).to_be_visible()
