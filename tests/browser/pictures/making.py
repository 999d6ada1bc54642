"""What is being made: prompts, jobs, batches, and the other ways."""

from playwright.sync_api import Page, expect

from tests.browser import night
from tests.browser.pictures.filled import JSON, fill_gallery, open_page
from tests.browser.studio import IMAGES, choose, dialog, generate, jobs, prompt, show


def working(page: Page) -> None:
    fill_gallery(page, 3)
    page.get_by_label("Images", exact=True).fill("3")
    page.locator("#seed").fill("1")
    generate(page, "A red kite above green hills emulate:stall@3", size="1024x768")
    expect(jobs(page).locator("[data-done]")).to_have_count(2)
    generate(page, "The same in winter", size="1024x768")


def failed(page: Page) -> None:
    fill_gallery(page, 3)
    generate(page, "A red kite above green hills emulate:quota")
    expect(jobs(page).get_by_role("alert")).to_be_visible()


def waiting(page: Page) -> None:
    """For a busy server, with jobs that failed before."""
    fill_gallery(page, 3)
    error = {"error": {"code": "rate_limit_exceeded", "message": "Busy."}}
    answer = {"status": 429, "headers": {"retry-after": "40"}, "json": error}
    page.route(IMAGES, lambda route: route.fulfill(**answer))
    for text in ("A red kite above green hills", "The same in winter"):
        show(page, "create")
        generate(page, text)
    expect(page.locator(".paused")).to_be_visible()


def json_prompt(page: Page, text: str = JSON) -> None:
    fill_gallery(page, 4)
    page.get_by_role("button", name="JSON", exact=True).click()
    prompt(page).fill(text)


def json_with_an_error(page: Page) -> None:
    json_prompt(page, JSON.replace('"style":', '"style"'))


def code(page: Page) -> None:
    fill_gallery(page, 2)
    page.get_by_role("button", name="Show as code").click()
    dialog(page).get_by_role("button", name="Python (openai)").click()


def prompts(page: Page) -> None:
    fill_gallery(page)
    show(page, "create")
    page.get_by_role("button", name="Earlier prompts").click()
    dialog(page).get_by_role("textbox", name="Name").fill("Lighthouse")
    page.keyboard.press("Enter")
    dialog(page).get_by_role("button", name="Save: A paper boat").click()
    dialog(page).get_by_role("button", name="Delete: Layers").click()


def ways(page: Page) -> None:
    """With a batch that runs, and a prompt with variables."""
    night.in_every_state().install(page.context)
    open_page(page)
    expect(page.locator("#open-batches")).to_be_attached()
    prompt(page).fill("a {animal} in {place}")
    page.get_by_role("button", name="Other ways to make it").click()
    expect(page.locator(".ways")).to_be_visible()


def template(page: Page) -> None:
    open_page(page)
    choose(page, "flux-2-klein-4b")
    prompt(page).fill("a {animal} in {place}, photographed at dawn")
    page.get_by_role("button", name="Variations from lists…").click()
    for name, values in (("animal", "cat\ndog\nsnow owl"), ("place", "Taipei\nspace\nthe sea")):
        dialog(page).get_by_role("textbox", name=name).fill(values)
    dialog(page).get_by_role("button", name="Make 9").scroll_into_view_if_needed()


def batches(page: Page) -> None:
    night.in_every_state().install(page.context)
    open_page(page)
    show(page, "gallery")
    page.locator("#open-batches").click()
    dialog(page).get_by_role("button", name="Show errors").click()
