"""The page with a gallery, with which nearly every picture begins."""

from playwright.sync_api import Page, expect

from dev.demo import KEY
from tests.browser.studio import choose, jobs, prompt, show

GALLERY = [
    ("A harbour in the evening, long exposure", "1280x720"),
    ("Terraced hills after the rain", "1024x768"),
    ("A paper boat on a wide sea", "1536x1024"),
    ("Northern lights over a still lake", "1920x1080"),
    ("Layers of mountains, soft mist", "1024x1024"),
    ("Poster of a moon above dunes", "768x1024"),
    ("A lighthouse at dawn, soft mist", "1280x720"),
]
JSON = """{
  "scene": "a rainy night market in Taipei",
  "subjects": [
    {
      "type": "person",
      "description": "a vendor in a red apron",
      "position": "foreground"
    }
  ],
  "style": "street photograph",
  "color_palette": ["#ff6b35", "#004e89", "#f7c59f"],
  "lighting": "neon signs reflected in puddles"
}"""


def open_page(page: Page) -> None:
    page.goto(f"/#key={KEY}")
    expect(page.locator("[data-key-state=good]")).to_be_visible()


def fill_gallery(page: Page, count: int = len(GALLERY)) -> None:
    open_page(page)
    page.locator("#seed").fill("11")
    choose(page, "flux-2-klein-4b")  # the free day is enough for all of them
    for text, size in GALLERY[-count:]:
        show(page, "create")
        prompt(page).fill(text)
        choose(page, size)
        page.keyboard.press("Control+Enter")
    expect(page.locator(".gallery .picture")).to_have_count(count, timeout=60_000)
    expect(jobs(page)).to_have_count(0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
