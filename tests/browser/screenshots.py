"""`make screenshots`: the main states of the page as PNG files, for a designer's eye.

All go into screenshots/, which git ignores; two of them into docs/ as well, for the README. The
page's icons are drawn, too.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.album import fill
from dev.chromium import launch_options
from dev.processes import emulator, runtime, stopped_at_the_end
from tests.browser import icons, ledger, night
from tests.browser.studio import (
    IMAGES,
    PHONE,
    choose,
    dialog,
    generate,
    jobs,
    open_keys,
    picture,
    prompt,
    show,
)
from tools import ROOT

KEY, TOKEN, ACCOUNT = "sk-demo", "demo-token", f"acc1{0:028}"
FOLDER = ROOT / "screenshots"
IN_README = {"gallery": "page", "phone-results": "phone"}
DESKTOP = {"width": 1440, "height": 900}

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


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        _server() as (url, unfinished),
        sync_playwright() as playwright,
        playwright.chromium.launch(**launch_options()) as browser,
    ):
        for name, take in STATES.items():
            with _page(browser, name, url) as page:
                take(page, unfinished if name == "setup" else url)
                page.screenshot(path=FOLDER / f"{name}.png")
            print(f"screenshots/{name}.png", flush=True)
        icons.draw(browser)
    for name, copy in IN_README.items():
        with Image.open(FOLDER / f"{name}.png") as image:
            image.thumbnail((1440, 1120))
            image.convert("RGB").save(ROOT / f"docs/{copy}.png", optimize=True)


@contextmanager
def _server() -> Iterator[tuple[str, str]]:
    """Two addresses: one that is set up, and one that is not."""
    upstream = emulator({ACCOUNT: TOKEN}, sys.stderr)
    with stopped_at_the_end(upstream):
        variables = {
            "API_MASTER_KEY": KEY,
            "CF_API_TOKEN": TOKEN,
            "ACCOUNT": ACCOUNT,
            "CF_API_BASE_URL": f"{upstream.wait_until_ready()}/client/v4",
        }
        listeners = [
            {"port": 0, "vars": variables},
            {"port": 0, "vars": variables | {"CF_API_TOKEN": "", "ACCOUNT": ""}},
        ]
        worker = runtime(listeners, sys.stderr)
        with stopped_at_the_end(worker):
            one, other = worker.wait_until_ready().split(",")
            yield f"http://127.0.0.1:{one}", f"http://127.0.0.1:{other}"


@contextmanager
def _page(browser: Browser, name: str, url: str) -> Iterator[Page]:
    is_phone = name.startswith("phone")
    locale = "zh-TW" if name.endswith("chinese") else "en-US"
    with browser.new_context(
        base_url=url,
        locale=locale,
        color_scheme="dark",
        viewport=PHONE if is_phone else DESKTOP,
        device_scale_factor=2 if is_phone else 1,
        has_touch=is_phone,
        is_mobile=is_phone,
    ) as context:
        yield context.new_page()


def _open(page: Page, url: str) -> None:
    page.goto(f"{url}/#key={KEY}")
    expect(page.locator("[data-key-state=good]")).to_be_visible()


def _fill_gallery(page: Page, url: str, count: int = len(GALLERY)) -> None:
    _open(page, url)
    page.locator("#seed").fill("11")
    for text, size in GALLERY[-count:]:
        show(page, "create")
        prompt(page).fill(text)
        choose(page, size)
        page.keyboard.press("Control+Enter")
    expect(page.locator(".gallery .picture")).to_have_count(count, timeout=60_000)
    expect(jobs(page)).to_have_count(0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_function("[...document.images].every((image) => image.complete)")


def _working(page: Page, url: str) -> None:
    _fill_gallery(page, url, 3)
    page.get_by_label("Images", exact=True).fill("3")
    page.locator("#seed").fill("1")
    generate(page, "A red kite above green hills emulate:stall@3", size="1024x768")
    expect(jobs(page).locator("[data-done]")).to_have_count(2)
    generate(page, "The same in winter", size="1024x768")


def _failed(page: Page, url: str) -> None:
    _fill_gallery(page, url, 3)
    generate(page, "A red kite above green hills emulate:quota")
    expect(jobs(page).get_by_role("alert")).to_be_visible()


def _waiting(page: Page, url: str) -> None:
    """For a busy server, with jobs that failed before."""
    _fill_gallery(page, url, 3)
    error = {"error": {"code": "rate_limit_exceeded", "message": "Busy."}}
    answer = {"status": 429, "headers": {"retry-after": "40"}, "json": error}
    page.route(IMAGES, lambda route: route.fulfill(**answer))
    for text in ("A red kite above green hills", "The same in winter"):
        show(page, "create")
        generate(page, text)
    expect(page.locator(".paused")).to_be_visible()


def _no_room(page: Page, url: str) -> None:
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error() }")
    _fill_gallery(page, url, 4)


def _viewer(page: Page, url: str) -> None:
    _fill_gallery(page, url, 3)
    picture(page, GALLERY[-1][0]).click()
    expect(dialog(page).get_by_role("button", name="Delete")).to_be_visible()


def _viewer_near(page: Page, url: str) -> None:
    """With a JSON prompt, one image deleted, and the list of keys."""
    _fill_gallery(page, url, 3)
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


def _prompts(page: Page, url: str) -> None:
    _fill_gallery(page, url)
    show(page, "create")
    page.get_by_role("button", name="Earlier prompts").click()
    dialog(page).get_by_role("textbox", name="Name").fill("Lighthouse")
    page.keyboard.press("Enter")
    dialog(page).get_by_role("button", name="Save: A paper boat").click()
    dialog(page).get_by_role("button", name="Delete: Layers").click()


def _compare(page: Page, url: str) -> None:
    _fill_gallery(page, url, 3)
    page.get_by_role("button", name="Select", exact=True).click()
    for index in (0, 1):
        page.locator(".picture").nth(index).click()
    page.get_by_role("button", name="Compare").click()


def _json(page: Page, url: str, text: str = JSON) -> None:
    _fill_gallery(page, url, 4)
    page.get_by_role("button", name="JSON", exact=True).click()
    prompt(page).fill(text)


def _code(page: Page, url: str) -> None:
    _fill_gallery(page, url, 2)
    page.get_by_role("button", name="Show as code").click()
    dialog(page).get_by_role("button", name="Python (openai)").click()


def _setup(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="What to do").click()


def _light(page: Page, url: str) -> None:
    _fill_gallery(page, url)
    page.get_by_role("button", name="Light colours").click()


def _key(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Enter key").click()


def _keys(page: Page, url: str) -> None:
    """Not the gallery behind it: what is looked at is the dialog."""
    ledger.pretend(page, ledger.owner(3412), ledger.FRIENDS, ledger.a_month())
    _open(page, url)
    open_keys(page)


def _keys_light(page: Page, url: str) -> None:
    _keys(page, url)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Light colours").click()
    open_keys(page)


def _key_list(page: Page, url: str) -> None:
    _keys(page, url)
    dialog(page).get_by_role("heading", name="Old laptop").scroll_into_view_if_needed()


def _key_form(page: Page, url: str) -> None:
    _keys(page, url)
    dialog(page).get_by_role("button", name="Make a key").click()
    dialog(page).get_by_label("Name").fill("Mia")
    dialog(page).get_by_label("Budget", exact=True).fill("5000")


def _new_key(page: Page, url: str) -> None:
    _open(page, url)
    open_keys(page)
    dialog(page).get_by_role("button", name="Make a key").click()
    dialog(page).get_by_label("Name").fill("Mia")
    dialog(page).get_by_role("button", name="Make a key").click()
    expect(dialog(page).get_by_label("Key", exact=True)).to_be_visible()


def _friend(page: Page, url: str) -> None:
    """The page of somebody who has a key of the owner's."""
    mia, *_ = ledger.FRIENDS
    ledger.pretend(page, {**mia, "free_today": ledger.free_today(6250)}, [], [])
    _fill_gallery(page, url, 3)


def _phone_results(page: Page, url: str) -> None:
    _fill_gallery(page, url, 4)
    page.evaluate("document.querySelector('.gallery').scrollIntoView()")


def _found(page: Page, url: str) -> None:
    """By a word, and by a filter that can be seen."""
    _fill_gallery(page, url)
    show(page, "gallery")
    page.get_by_role("searchbox", name="Search in prompts").fill("a")
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("search").get_by_label("Size").select_option("1280x720")


def _selected(page: Page, url: str) -> None:
    """In a long gallery, in the middle of it."""
    _open(page, url)
    fill(page, 60)
    page.reload()
    show(page, "gallery")
    page.get_by_role("button", name="Select", exact=True).click()
    page.locator(".picture").nth(1).click()
    page.locator(".picture").nth(4).click(modifiers=["Shift"])
    page.locator(".stage").evaluate("stage => { stage.scrollTo(0, 600); window.scrollTo(0, 400) }")


def _none_found(page: Page, url: str) -> None:
    _fill_gallery(page, url, 3)
    page.get_by_role("searchbox", name="Search in prompts").fill("nonesuch")


def _wide(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 2560, "height": 1440})
    _open(page, url)
    fill(page, 60)
    page.reload()
    expect(page.locator(".rows .picture").first).to_be_visible()


def _chinese(page: Page, url: str) -> None:
    _open(page, url)
    for text, size in [("黎明的燈塔，薄霧輕柔", "1280x720"), ("滿月下的寧靜城市", "1024x768")]:
        show(page, "create")
        prompt(page).fill(text)
        choose(page, size)
        page.keyboard.press("Control+Enter")
    expect(page.locator(".gallery .picture")).to_have_count(2, timeout=60_000)


def _batches(page: Page, url: str) -> None:
    night.in_every_state().install(page.context)
    _open(page, url)
    show(page, "gallery")
    page.locator("#open-batches").click()
    dialog(page).get_by_role("button", name="Show errors").click()


def _ways(page: Page, url: str) -> None:
    """With a batch that runs, and a prompt with variables."""
    night.in_every_state().install(page.context)
    _open(page, url)
    expect(page.locator("#open-batches")).to_be_attached()
    prompt(page).fill("a {animal} in {place}")
    page.get_by_role("button", name="Other ways to make it").click()
    expect(page.locator(".ways")).to_be_visible()


def _template(page: Page, url: str) -> None:
    _open(page, url)
    choose(page, "flux-2-klein-4b")
    prompt(page).fill("a {animal} in {place}, photographed at dawn")
    page.get_by_role("button", name="Variations from lists…").click()
    for name, values in (("animal", "cat\ndog\nsnow owl"), ("place", "Taipei\nspace\nthe sea")):
        dialog(page).get_by_role("textbox", name=name).fill(values)
    dialog(page).get_by_role("button", name="Make 9").scroll_into_view_if_needed()


STATES: dict[str, Callable[[Page, str], None]] = {
    "empty": _open,
    "key": _key,
    "setup": _setup,
    "gallery": _fill_gallery,
    "light": _light,
    "working": _working,
    "failed": _failed,
    "waiting": _waiting,
    "no-room": _no_room,
    "found": _found,
    "none-found": _none_found,
    "wide": _wide,
    "selected": _selected,
    "viewer": _viewer,
    "viewer-near": _viewer_near,
    "prompts": _prompts,
    "phone-prompts": _prompts,
    "compare": _compare,
    "json": _json,
    "json-error": lambda page, url: _json(page, url, JSON.replace('"style":', '"style"')),
    "code": _code,
    "chinese": _chinese,
    "keys": _keys,
    "keys-light": _keys_light,
    "key-list": _key_list,
    "key-form": _key_form,
    "new-key": _new_key,
    "friend": _friend,
    "batches": _batches,
    "ways": _ways,
    "template": _template,
    "phone": _open,
    "phone-results": _phone_results,
    "phone-found": _found,
    "phone-selected": _selected,
    "phone-viewer": _viewer,
    "phone-waiting": _waiting,
    "phone-no-room": _no_room,
    "phone-keys": _keys,
    "phone-key-list": _key_list,
    "phone-key-form": _key_form,
    "phone-friend": _friend,
    "phone-batches": _batches,
    "phone-ways": _ways,
    "phone-template": _template,
    "phone-chinese": _chinese,
}

if __name__ == "__main__":
    main()
