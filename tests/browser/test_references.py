"""Reference images: up to four, in order, upright, of at most 512 pixels."""

import base64

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.studio import (
    a_file,
    add_references,
    generate,
    jobs,
    make,
    open_page,
    picture,
    references,
    sent,
    transfer,
)
from tests.conftest import Server


def shapes(server: Server) -> list[tuple[str, str, int, int]]:
    """Field, type and size of each image that Cloudflare got."""
    return [
        (file["field"], file["content_type"], file["width"], file["height"])
        for file in sent(server)["files"]
    ]


def test_images_are_shrunk_and_sent_in_order(studio: Page, server: Server) -> None:
    """The prompt may speak of image 0 and image 1."""
    add_references(studio, a_file("a.png", "teal", (2000, 1000)), a_file("b.jpg", "gold"))
    expect(references(studio)).to_have_count(2)
    generate(studio, "image 0 beside image 1")
    expect(picture(studio, "image 0 beside image 1")).to_be_visible()
    assert shapes(server) == [
        ("input_image_0", "image/png", 512, 256),
        ("input_image_1", "image/jpeg", 300, 200),
    ]


def test_photo_is_sent_upright(studio: Page, server: Server) -> None:
    """A phone lays its photos on their side and says so in the EXIF, which no model reads."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise
    exif[0x010E] = "taken at home"
    add_references(studio, a_file("photo.jpg", "teal", (1600, 900), exif=exif))
    expect(references(studio)).to_have_attribute("alt", "Reference image 0, 288 × 512")
    generate(studio, "image 0")
    expect(picture(studio, "image 0")).to_be_visible()
    assert shapes(server) == [("input_image_0", "image/jpeg", 288, 512)]


def test_transparency_is_kept(studio: Page, server: Server) -> None:
    """A PNG stays one."""
    image = a_file("logo.webp", "teal", (40, 40))
    add_references(studio, image)
    generate(studio, "image 0")
    expect(picture(studio, "image 0")).to_be_visible()
    assert shapes(server) == [("input_image_0", "image/png", 40, 40)]


def test_images_can_be_dropped_and_pasted(studio: Page) -> None:
    """Anywhere on the page."""
    for event, target, count in (("drop", "body", 2), ("paste", "#prompt", 4)):
        transfer(studio, event, target, a_file("a.png", "teal"), a_file("b.png", "gold"))
        expect(references(studio)).to_have_count(count)


def test_order_can_be_changed_and_images_removed(studio: Page, server: Server) -> None:
    """With buttons, which a keyboard and a thumb can press, and by dragging."""
    sizes = [(100, 10), (100, 20), (100, 30)]
    add_references(studio, *(a_file(f"{size[1]}.png", "teal", size) for size in sizes))
    expect(references(studio)).to_have_count(3)
    studio.get_by_role("button", name="Move image 2 to the left").click()
    studio.get_by_role("button", name="Move image 0 to the right").click()
    studio.get_by_role("button", name="Remove image 2").click()
    references(studio).nth(1).drag_to(references(studio).nth(0))
    expect(references(studio).nth(0)).to_have_attribute("alt", "Reference image 0, 100 × 10")
    generate(studio, "image 0 and image 1")
    expect(picture(studio, "image 0 and image 1")).to_be_visible()
    assert [height for *_, height in shapes(server)] == [10, 30]


def test_fifth_image_is_refused(studio: Page) -> None:
    """With the rule; the four stay."""
    add_references(studio, *(a_file(f"{index}.png", "teal") for index in range(5)))
    expect(references(studio)).to_have_count(4)
    expect(studio.get_by_text("There can be 4 reference images")).to_be_visible()


def test_file_that_is_no_picture_is_refused(studio: Page) -> None:
    """By name; the others of the same choice are taken."""
    text: FilePayload = {"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"}
    add_references(studio, text, a_file("a.png", "teal"))
    expect(studio.get_by_text("notes.png is not a picture")).to_be_visible()
    expect(references(studio)).to_have_count(1)


def test_references_survive_a_reload(studio: Page) -> None:
    """Like all of the draft."""
    add_references(studio, a_file("a.png", "teal"))
    expect(references(studio)).to_have_count(1)
    studio.reload()
    expect(references(studio)).to_have_count(1)


def test_result_becomes_a_reference(studio: Page, server: Server) -> None:
    """One step from picture to picture."""
    make(studio, "a boat")
    studio.get_by_role("button", name="Use as reference").first.click()
    expect(references(studio)).to_have_attribute("alt", "Reference image 0, 512 × 384")
    make(studio, "image 0 at night")
    assert shapes(server) == [("input_image_0", "image/jpeg", 512, 384)]


def test_images_added_at_once_are_all_there(studio: Page) -> None:
    """Two drops in a row, and one removed while another is being shrunk."""
    add_references(studio, a_file("a.png", "teal", (10, 10)))
    expect(references(studio)).to_have_count(1)
    transfer(studio, "drop", "body", a_file("b.png", "teal", (20, 20)))
    transfer(studio, "drop", "body", a_file("c.png", "teal", (30, 30)))
    studio.get_by_role("button", name="Remove image 0").click()
    expect(references(studio)).to_have_count(2)
    for index, side in enumerate((20, 30)):
        alt = f"Reference image {index}, {side} × {side}"
        expect(references(studio).nth(index)).to_have_attribute("alt", alt)


def test_complaint_stays_while_others_are_taken(studio: Page) -> None:
    """The last one of a choice being fine does not mean that all were."""
    text: FilePayload = {"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"}
    transfer(studio, "drop", "body", text, a_file("a.png", "teal"))
    expect(references(studio)).to_have_count(1)
    expect(studio.get_by_text("notes.png is not a picture")).to_be_visible()


def test_tools_of_every_reference_are_whole(studio: Page) -> None:
    """Also of those in the middle, which have the most."""
    colours = ("red", "blue", "green", "gold")
    add_references(studio, *(a_file(f"{colour}.png", colour) for colour in colours))
    expect(references(studio)).to_have_count(4)
    outside = """tiles => tiles.flatMap((tile) => {
      const box = tile.getBoundingClientRect();
      return [...tile.querySelectorAll("button")].map((button) => button.getBoundingClientRect())
        .filter((one) => one.left < box.left || one.right > box.right || one.bottom > box.bottom);
    }).length"""
    for width in (1440, 390, 320):
        studio.set_viewport_size({"width": width, "height": 900})
        assert studio.locator(".references li[draggable]").evaluate_all(outside) == 0


def test_tile_is_dragged_into_the_references(studio: Page) -> None:
    """The image itself, not its small copy; dropped elsewhere it does nothing."""
    make(studio, "a boat", size="1280x720")
    tile = picture(studio, "a boat")
    tile.drag_to(studio.locator(".gallery h2"))
    tile.drag_to(studio.locator(".drop"))
    expect(references(studio)).to_have_attribute("alt", "Reference image 0, 512 × 288")
    expect(references(studio)).to_have_count(1)
    expect(studio.locator("body[data-dropping]")).to_have_count(0)


def paste_text(page: Page, selector: str, text: str) -> None:
    page.evaluate(
        """([selector, text]) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          document.querySelector(selector).dispatchEvent(
            new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData }));
        }""",
        [selector, text],
    )


@pytest.mark.parametrize("target", ["body", "#prompt"])
def test_data_url_is_pasted_anywhere(studio: Page, target: str) -> None:
    """As what it is, a picture, also where one types; what is none is told of."""
    text = base64.b64encode(a_file("a.png", "teal", (40, 30))["buffer"]).decode()
    paste_text(studio, target, f" data:image/png;base64,{text}\n")
    expect(references(studio)).to_have_attribute("alt", "Reference image 0, 40 × 30")
    for broken in ("AAAA", "§"):
        paste_text(studio, target, f"data:image/png;base64,{broken}")
        expect(studio.get_by_text("is not a picture")).to_be_visible()
    paste_text(studio, target, "a picture of data:image/png;base64,AAAA")
    expect(references(studio)).to_have_count(1)


def test_words_win_where_one_types_and_the_picture_elsewhere(studio: Page) -> None:
    """What a program copies as both, such as a cell of a table."""
    for target, count in (("#prompt", 0), ("body", 1)):
        studio.evaluate(
            """async ([target, text]) => {
              const clipboardData = new DataTransfer();
              clipboardData.setData("text/plain", "words");
              const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
              clipboardData.items.add(new File([bytes], "a.png", { type: "image/png" }));
              document.querySelector(target).dispatchEvent(
                new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData }));
            }""",
            [target, base64.b64encode(a_file("a.png", "teal")["buffer"]).decode()],
        )
        expect(references(studio)).to_have_count(count)


@pytest.fixture
def unread(page: Page, server: Server) -> list[Route]:
    """The page has no means to read pictures until this goes on."""
    held: list[Route] = []
    page.route("**/js/browser/pictures.js", lambda route: held.append(route))
    server.forget_calls()
    with page.expect_request("**/js/browser/pictures.js"):
        open_page(page, server)
    return held


def test_what_is_made_waits_for_images_that_are_still_read(
    unread: list[Route], page: Page, server: Server
) -> None:
    """A large photo takes a phone a second; without it, it would be another image."""
    add_references(page, a_file("hat.png", "red"))
    expect(page.get_by_text("Reading…")).to_be_visible()
    generate(page, "image 0")
    expect(jobs(page)).to_have_count(0)
    unread[0].continue_()
    expect(picture(page, "image 0")).to_be_visible()
    assert shapes(server) == [("input_image_0", "image/png", 300, 200)]
    expect(page.get_by_text("Reading…")).to_have_count(0)


def test_nothing_is_made_without_an_image_that_cannot_be_read(
    unread: list[Route], page: Page, server: Server
) -> None:
    """What is wrong with it is told, and whoever presses again has seen it."""
    broken = FilePayload(name="hat.png", mimeType="image/png", buffer=b"no picture")
    add_references(page, broken)
    generate(page, "a cat")
    unread[0].continue_()
    expect(page.get_by_text("hat.png is not a picture")).to_be_visible()
    expect(jobs(page)).to_have_count(0)
    assert server.calls() == []
    page.get_by_role("button", name="Generate").click()
    expect(picture(page, "a cat")).to_be_visible()
