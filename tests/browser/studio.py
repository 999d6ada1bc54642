"""The page as a person uses it: what the tests of each part of it share."""

import base64
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from dev.album import fill
from tests.conftest import Server

PHONE = {"width": 390, "height": 844}
WIDE = 960  # pixels: 60rem, as in style.css
IMAGES = "**/v1/images/generations"


def open_page(page: Page, server: Server) -> None:
    """Open it with the key, by a link such as `make dev` prints."""
    page.goto(f"/#key={server.key}")
    expect(page.get_by_role("button", name="Key accepted")).to_be_visible()


def open_keys(page: Page) -> None:
    """The owner's dialog, with what it shows."""
    page.get_by_role("button", name="Keys and usage").click()
    expect(dialog(page).get_by_role("heading", name="Keys for others")).to_be_visible()
    expect(dialog(page).locator("[aria-busy=true]")).to_have_count(0)


def prompt(page: Page) -> Locator:
    return page.locator("#prompt")


def show(page: Page, half: str) -> None:
    """What a narrow screen shows: "create" or "gallery". A wide one shows both."""
    size = page.viewport_size
    if size and size["width"] < WIDE:
        tab = page.locator(".tabs button").nth(["create", "gallery"].index(half))
        tab.click()
        expect(tab).to_have_attribute("aria-pressed", "true")


def choose(page: Page, value: str) -> None:
    """A model or a size, by its value."""
    page.get_by_role("form").locator(f"label:has(input[value='{value}'])").click()


def generate(page: Page, text: str, *, size: str = "1024x768") -> None:
    show(page, "create")
    prompt(page).fill(text)
    choose(page, size)
    page.get_by_role("button", name="Generate").click()


def generate_images(page: Page, count: int, text: str) -> None:
    """So many of it in one job; with four there is no room for another beside it."""
    page.get_by_label("Images", exact=True).fill(str(count))
    generate(page, text)


def make(page: Page, text: str, *, size: str = "1024x768") -> Locator:
    """Generate, and wait until it is in the gallery."""
    generate(page, text, size=size)
    image = picture(page, text)
    expect(image).to_be_visible()
    expect(jobs(page)).to_have_count(0)
    return image


def have(page: Page, *texts: str, size: str = "1024x768") -> None:
    """Have images of these prompts in the gallery, the newest last, without making them here."""
    model = "flux-2-dev"
    fill(page, len(texts), *({"text": it, "size": size, "model": model} for it in texts), scale=1)
    show(page, "gallery")
    expect(pictures(page)).to_have_count(len(texts))


@contextmanager
def held(page: Page) -> Iterator[None]:
    """What the page asks for here reaches the Worker at the end."""
    requests: list[Route] = []
    page.route(IMAGES, lambda route: requests.append(route))
    yield
    for request in requests:
        request.continue_()
    page.unroute(IMAGES)


def picture(page: Page, text: str) -> Locator:
    """In the gallery."""
    return page.locator(".gallery").get_by_role("img", name=text, exact=True)


def pictures(page: Page) -> Locator:
    return page.locator(".gallery .picture")


def jobs(page: Page) -> Locator:
    return page.locator(".job")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def a_file(
    name: str, colour: str, size: tuple[int, int] = (300, 200), *, exif: Any = None
) -> FilePayload:
    """A picture to choose, drop or paste."""
    kind = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}[name.rpartition(".")[2]]
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind, **({"exif": exif} if exif else {}))
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": target.getvalue()}


def add_references(page: Page, *files: FilePayload) -> None:
    page.get_by_label("Add reference images").set_input_files(list(files))


def transfer(page: Page, event: str, selector: str, *files: FilePayload) -> None:
    """Drop or paste: the one thing of a person that a browser's tools cannot do."""
    page.evaluate(
        """([event, selector, files]) => {
          const data = new DataTransfer();
          for (const { name, mimeType, text } of files) {
            const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
            data.items.add(new File([bytes], name, { type: mimeType }));
          }
          const init = { bubbles: true, cancelable: true };
          document.querySelector(selector).dispatchEvent(event === "paste"
            ? new ClipboardEvent(event, { ...init, clipboardData: data })
            : new DragEvent(event, { ...init, dataTransfer: data }));
        }""",
        [
            event,
            selector,
            [
                {**file, "buffer": None, "text": base64.b64encode(file["buffer"]).decode()}
                for file in files
            ],
        ],
    )


def references(page: Page) -> Locator:
    return page.get_by_role("form").locator("img[alt^='Reference image']")


def sent(server: Server) -> Mapping[str, Any]:
    """What Cloudflare was asked last."""
    return server.calls()[-1]


def saved(page: Page, button: Locator, folder: Path) -> Path:
    """What a click downloads, under the name that the page gave it."""
    with page.expect_download() as caught:
        button.click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path
