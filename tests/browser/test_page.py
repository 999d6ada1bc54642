"""The web page, as the person in front of it meets it."""

import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Server

PHONE = {"width": 390, "height": 844}


def start(page: Page, server: Server, prompt: str, *, size: str = "1024x768") -> None:
    """Open the page and press the button."""
    page.goto("/")
    page.get_by_label("API key").fill(server.key)
    page.get_by_label("Size").select_option(size)
    generate(page, prompt)


def generate(page: Page, prompt: str) -> None:
    page.get_by_label("Prompt").fill(prompt)
    page.get_by_role("button", name="Generate").click()


def picture(page: Page, prompt: str) -> Locator:
    return page.get_by_role("img", name=prompt, exact=True)


def width_of(image: Locator) -> int:
    return image.evaluate("image => image.decode().then(() => image.naturalWidth)")


def a_png(folder: Path, colour: str) -> Path:
    path = folder / f"{colour}.png"
    Image.new("RGB", (300, 200), colour).save(path)
    return path


def test_generating_shows_an_image_of_the_size_asked_for(page: Page, server: Server) -> None:
    """The image comes with its seed and what it cost, and the button is ready again."""
    start(page, server, "a red kite", size="1280x720")
    expect(picture(page, "a red kite")).to_be_visible()
    assert width_of(picture(page, "a red kite")) == 1280
    facts = page.get_by_text("Seed")
    expect(facts).to_have_text(re.compile(r"Seed\s\d+ · 1280\s×\s720 · \$0\.\d+"))
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()


def test_download_is_the_jpeg_with_a_telling_name(page: Page, server: Server) -> None:
    """A file says by its name what it shows, and by its ending what it is."""
    start(page, server, "A fox, asleep in the snow!")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download").click()
    assert re.fullmatch(r"a-fox-asleep-in-the-snow-\d+\.jpg", caught.value.suggested_filename)
    image = Image.open(io.BytesIO(Path(caught.value.path()).read_bytes()))
    assert (image.format, image.size) == ("JPEG", (1024, 768))


def test_control_enter_generates(page: Page, server: Server) -> None:
    """Nobody has to leave the keyboard."""
    page.goto("/")
    page.get_by_label("API key").fill(server.key)
    page.get_by_label("Prompt").fill("a pine tree")
    page.keyboard.press("Control+Enter")
    expect(picture(page, "a pine tree")).to_be_visible()


def test_failure_upstream_is_explained_and_nothing_is_lost(page: Page, server: Server) -> None:
    """What was typed and what was made stay, and the next try works."""
    start(page, server, "a boat")
    expect(picture(page, "a boat")).to_be_visible()
    generate(page, "a cat emulate:capacity")
    expect(page.get_by_role("alert")).to_contain_text("out of capacity")
    expect(page.get_by_label("Prompt")).to_have_value("a cat emulate:capacity")
    expect(picture(page, "a boat")).to_be_visible()
    generate(page, "a cat")
    expect(picture(page, "a cat")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_empty()


def test_answer_that_breaks_off_is_explained(page: Page, server: Server) -> None:
    """Half an image is no image."""
    start(page, server, "a cat emulate:break_middle")
    expect(page.get_by_role("alert")).to_contain_text("Try again")
    expect(page.get_by_role("link", name="Download")).to_be_hidden()


@pytest.mark.parametrize("key", ["sk-wrong", "sk–with–dashes–of–a–word–processor"])
def test_wrong_key_is_explained(page: Page, server: Server, key: str) -> None:
    """The words are about the key, and the key is where to type next."""
    page.goto("/")
    page.get_by_label("API key").fill(key)
    generate(page, "a cat")
    expect(page.get_by_role("alert")).to_contain_text("key")
    expect(page.get_by_label("API key")).to_be_focused()
    expect(page.get_by_label("API key")).to_have_attribute("aria-invalid", "true")


def test_key_is_kept_and_can_be_shown(page: Page, server: Server) -> None:
    """It is typed once in a browser, hidden unless asked for."""
    page.goto("/")
    page.get_by_label("API key").fill(server.key)
    page.reload()
    expect(page.get_by_label("API key")).to_have_value(server.key)
    expect(page.get_by_label("API key")).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show key").click()
    expect(page.get_by_label("API key")).to_have_attribute("type", "text")


def test_cancel_returns_to_ready(page: Page, server: Server) -> None:
    """Cancelling is no error; the next try works."""
    start(page, server, "a cat emulate:stall")
    expect(page.get_by_role("button", name="Generating")).to_be_disabled()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    expect(page.get_by_role("alert")).to_be_empty()
    generate(page, "a cat")
    expect(picture(page, "a cat")).to_be_visible()


def test_reference_images_are_sent_in_order(page: Page, server: Server, tmp_path: Path) -> None:
    """The prompt may speak of the first and the second image."""
    server.forget_calls()
    page.goto("/")
    files = [a_png(tmp_path, colour) for colour in ("teal", "gold")]
    page.get_by_label("Reference images").set_input_files(files)
    page.get_by_label("API key").fill(server.key)
    generate(page, "a cat like this")
    expect(picture(page, "a cat like this")).to_be_visible()
    sizes = {file["field"]: file["size"] for file in server.calls()[-1]["files"]}
    assert sizes == {
        "input_image_0": files[0].stat().st_size,
        "input_image_1": files[1].stat().st_size,
    }


def test_reference_images_can_be_cleared(page: Page, tmp_path: Path) -> None:
    """A file input alone cannot be emptied."""
    page.goto("/")
    page.get_by_label("Reference images").set_input_files(a_png(tmp_path, "teal"))
    page.get_by_role("button", name="Clear images").click()
    expect(page.get_by_label("Reference images")).to_have_value("")
    expect(page.get_by_role("button", name="Clear images")).to_be_hidden()


def test_phone_shows_all_without_horizontal_scrolling(page: Page, server: Server) -> None:
    """Everything is reachable at 390x844: empty, at work and with the widest image."""
    page.set_viewport_size(PHONE)
    width = "document.documentElement.scrollWidth"
    page.goto("/")
    page.get_by_label("Size").select_option("1920x1080")
    assert page.evaluate(width) == PHONE["width"]
    start(page, server, "a harbour emulate:stall", size="1920x1080")
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_in_viewport()
    assert page.evaluate(width) == PHONE["width"]
    cancel.click()
    generate(page, "a harbour")
    expect(picture(page, "a harbour")).to_be_visible()
    assert page.evaluate(width) == PHONE["width"]


def test_light_is_green_when_configured(page: Page) -> None:
    """Colour is not all that says it."""
    page.goto("/")
    light = page.locator("[data-light=good]")
    expect(light).to_have_text("Ready")


def test_light_names_the_missing_variable(chromium: Browser, servers: Mapping[str, Server]) -> None:
    """Who has just deployed learns what to set."""
    with chromium.new_page() as page:
        page.goto(servers["no CF_API_TOKEN"].url)
        expect(page.locator("[data-light=bad]")).to_have_text("CF_API_TOKEN missing")


def test_page_comes_with_a_strict_policy(page: Page) -> None:
    """Nothing inline, nothing from elsewhere, in no frame; the fixture sees to violations."""
    response = page.goto("/")
    assert response is not None
    headers = response.headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
