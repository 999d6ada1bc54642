"""What has been made: the gallery, and what is looked at in it."""

from playwright.sync_api import Page, expect

from dev.album import fill
from tests.browser.pictures.filled import GALLERY, JSON, fill_gallery, open_page
from tests.browser.studio import choose, dialog, picture, prompt, show


def whole(page: Page) -> None:
    """As one finds it: with the default model."""
    fill_gallery(page)
    choose(page, "flux-2-dev")


def light(page: Page) -> None:
    fill_gallery(page)
    page.get_by_role("button", name="Light colours").click()


def phone_results(page: Page) -> None:
    fill_gallery(page, 4)
    page.evaluate("document.querySelector('.gallery').scrollIntoView()")


def no_room(page: Page) -> None:
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error() }")
    fill_gallery(page, 4)


def found(page: Page) -> None:
    """By a word, and by a filter that can be seen."""
    fill_gallery(page)
    show(page, "gallery")
    page.get_by_role("searchbox", name="Search prompts").fill("a")
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("search").get_by_label("Size").select_option("1280x720")


def none_found(page: Page) -> None:
    fill_gallery(page, 3)
    page.get_by_role("searchbox", name="Search prompts").fill("nonesuch")


def selected(page: Page) -> None:
    """In a long gallery, in the middle of it."""
    open_page(page)
    fill(page, 60)
    page.reload()
    show(page, "gallery")
    page.get_by_role("button", name="Select", exact=True).click()
    page.locator(".picture").nth(1).click()
    page.locator(".picture").nth(4).click(modifiers=["Shift"])
    page.locator(".stage").evaluate("stage => { stage.scrollTo(0, 600); window.scrollTo(0, 400) }")


def wide(page: Page) -> None:
    page.set_viewport_size({"width": 2560, "height": 1440})
    open_page(page)
    fill(page, 60)
    page.reload()
    expect(page.locator(".rows .picture").first).to_be_visible()


def chinese(page: Page) -> None:
    open_page(page)
    for text, size in [("黎明的燈塔，薄霧輕柔", "1280x720"), ("滿月下的寧靜城市", "1024x768")]:
        show(page, "create")
        prompt(page).fill(text)
        choose(page, size)
        page.keyboard.press("Control+Enter")
    expect(page.locator(".gallery .picture")).to_have_count(2, timeout=60_000)


def viewer(page: Page) -> None:
    fill_gallery(page, 3)
    picture(page, GALLERY[-1][0]).click()
    expect(dialog(page).get_by_role("button", name="Delete")).to_be_visible()


def viewer_near(page: Page) -> None:
    """With a JSON prompt, one image deleted, and the list of keys."""
    fill_gallery(page, 3)
    page.get_by_role("button", name="JSON", exact=True).click()
    prompt(page).fill(JSON)
    choose(page, "1536x1024")
    page.keyboard.press("Control+Enter")
    scene = "a rainy night market in Taipei"
    expect(picture(page, scene)).to_be_visible()
    page.get_by_role("button", name="Light colours").click()
    picture(page, GALLERY[-1][0]).click()
    expect(dialog(page).get_by_role("button", name="Delete")).to_be_visible()
    dialog(page).get_by_role("button", name="Delete").click()
    page.keyboard.press("ArrowLeft")
    dialog(page).get_by_text("Keys", exact=True).click()
    page.keyboard.press("s")
    for _ in range(5):
        page.keyboard.press("+")
    expect(dialog(page).locator("[data-zoomed=true]")).to_be_visible()


def compare(page: Page) -> None:
    fill_gallery(page, 3)
    page.get_by_role("button", name="Select", exact=True).click()
    for index in (0, 1):
        page.locator(".picture").nth(index).click()
    page.get_by_role("button", name="Compare").click()
