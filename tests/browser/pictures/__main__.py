"""How the pictures are taken: each state in a browser's profile of its own. With `--sheets` also at
every width, in both themes and languages."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from dev.chromium import launch_options
from dev.demo import demo_workers
from tests.browser import icons
from tests.browser.pictures import gallery, keys, making
from tests.browser.pictures.filled import open_page
from tests.browser.pictures.sheets import take_sheet
from tests.browser.studio import PHONE
from tools import ROOT

FOLDER = ROOT / "screenshots"
IN_README = {"gallery": "page", "phone-results": "phone"}
DESKTOP = {"width": 1440, "height": 900}

STATES: dict[str, Callable[[Page], None]] = {
    "empty": open_page,
    "key": keys.key,
    "setup": keys.setup,
    "gallery": gallery.whole,
    "light": gallery.light,
    "working": making.working,
    "failed": making.failed,
    "waiting": making.waiting,
    "no-room": gallery.no_room,
    "found": gallery.found,
    "none-found": gallery.none_found,
    "wide": gallery.wide,
    "selected": gallery.selected,
    "viewer": gallery.viewer,
    "viewer-near": gallery.viewer_near,
    "prompts": making.prompts,
    "phone-prompts": making.prompts,
    "compare": gallery.compare,
    "json": making.json_prompt,
    "json-error": making.json_with_an_error,
    "code": making.code,
    "chinese": gallery.chinese,
    "keys": keys.keys,
    "keys-light": keys.keys_light,
    "key-list": keys.key_list,
    "key-form": keys.key_form,
    "new-key": keys.new_key,
    "friend": keys.friend,
    "batches": making.batches,
    "ways": making.ways,
    "template": making.template,
    "phone": open_page,
    "phone-results": gallery.phone_results,
    "phone-found": gallery.found,
    "phone-selected": gallery.selected,
    "phone-viewer": gallery.viewer,
    "phone-waiting": making.waiting,
    "phone-no-room": gallery.no_room,
    "phone-keys": keys.keys,
    "phone-key-list": keys.key_list,
    "phone-key-form": keys.key_form,
    "phone-friend": keys.friend,
    "phone-batches": making.batches,
    "phone-ways": making.ways,
    "phone-template": making.template,
    "phone-chinese": gallery.chinese,
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    are_sheets_wanted = "--sheets" in sys.argv
    not_set_up = {"CF_API_TOKEN": "", "ACCOUNT": ""}
    with (
        demo_workers(sys.stderr, {}, not_set_up) as (url, unfinished),
        sync_playwright() as playwright,
        playwright.chromium.launch(**launch_options()) as browser,
    ):
        for name, take in STATES.items():
            with _page(browser, name, unfinished if name == "setup" else url) as page:
                take(page)
                page.screenshot(path=FOLDER / f"{name}.png")
                if are_sheets_wanted and not name.startswith("phone"):
                    half = "gallery" if take.__module__ == gallery.__name__ else "create"
                    take_sheet(page, half).save(FOLDER / f"{name}-sheet.png")
            print(f"screenshots/{name}.png", flush=True)
        icons.draw(browser)
    for name, copy in IN_README.items():
        with Image.open(FOLDER / f"{name}.png") as image:
            image.thumbnail((1440, 1120))
            image.convert("RGB").save(ROOT / f"docs/{copy}.png", optimize=True)


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


if __name__ == "__main__":
    main()
