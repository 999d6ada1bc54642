"""The gallery: kept in the browser, looked at, compared, taken away and brought back."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.browser.studio import (
    a_file,
    add_references,
    choose,
    dialog,
    generate,
    have,
    make,
    open_page,
    picture,
    pictures,
    prompt,
    references,
    saved,
    sent,
    transfer,
)
from tests.conftest import Server


def look_at(page: Page, text: str) -> None:
    picture(page, text).click()
    expect(dialog(page).get_by_role("heading", name="Result")).to_be_visible()


def test_gallery_survives_a_reload(studio: Page) -> None:
    """Newest first, with how much room it takes."""
    make(studio, "one")
    make(studio, "two")
    studio.reload()
    expect(pictures(studio)).to_have_count(2)
    expect(pictures(studio).nth(0).get_by_role("img")).to_have_attribute("alt", "two")
    expect(studio.get_by_text(re.compile(r"2 images, \d+ kB in this browser"))).to_be_visible()


def test_view_shows_what_was_asked_for_and_what_came(studio: Page, server: Server) -> None:
    """Where they differ one sees it."""
    choose(studio, "flux-2-klein-4b")
    add_references(studio, a_file("a.png", "teal"))
    make(studio, "image 0 in the rain", size="1280x720")
    look_at(studio, "image 0 in the rain")
    seed = sent(server)["fields"]["seed"]
    rows = dialog(studio).locator("tbody tr").all_inner_texts()
    table = {row.split("\t")[0]: row.split("\t")[1:] for row in rows}
    assert table["Model"] == ["flux-2-klein-4b", "flux-2-klein-4b"]
    assert table["Size"] == ["1280 × 720", "1280 × 720"]
    assert table["Seed"] == ["random", seed]
    assert table["Steps"][1] == "4"
    assert table["Cost"][1].startswith("161.67 neurons, $")
    assert table["File"][1].startswith("JPEG, ")
    expect(dialog(studio).get_by_role("img", name="Reference image 0")).to_be_visible()
    full = dialog(studio).locator(".canvas img")
    assert full.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1280


def test_what_opens_can_be_closed_before_it_has_come(studio: Page) -> None:
    """On a slow line the dialog is there at once, and takes what is pressed."""
    have(studio, "a boat")
    waiting: list[Route] = []
    studio.route("**/js/views/viewer.js", lambda route: waiting.append(route))
    picture(studio, "a boat").click()
    expect(dialog(studio).get_by_role("heading", name="Loading")).to_be_visible()
    studio.keyboard.press("Escape")
    expect(dialog(studio)).to_have_count(0)
    for route in waiting:
        route.continue_()
    look_at(studio, "a boat")


def test_what_cannot_be_opened_is_told(chromium: Browser, server: Server) -> None:
    """Nothing is in the way then, and the page says what to do, which works."""
    with chromium.new_context(base_url=server.url) as context:
        page = context.new_page()
        open_page(page, server)
        have(page, "a boat")
        page.route("**/js/views/viewer.js", lambda route: route.abort())
        picture(page, "a boat").click()
        expect(page.get_by_role("status").filter(has_text="then reload the page")).to_be_visible()
        expect(dialog(page)).to_have_count(0)
        page.unroute("**/js/views/viewer.js")
        page.reload()
        look_at(page, "a boat")


def test_arrows_lead_through_the_gallery(studio: Page) -> None:
    """By keyboard and by button; Escape ends it, and the focus is where it was."""
    have(studio, "one", "two")
    look_at(studio, "two")
    studio.keyboard.press("ArrowRight")
    expect(dialog(studio).locator(".said")).to_contain_text("one")
    studio.keyboard.press("ArrowRight")
    expect(dialog(studio).locator(".said")).to_contain_text("one")
    dialog(studio).get_by_role("button", name="Newer image").click()
    expect(dialog(studio).locator(".said")).to_contain_text("two")
    studio.keyboard.press("Escape")
    expect(dialog(studio)).to_have_count(0)
    expect(pictures(studio).nth(0)).to_be_focused()


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("A fox, asleep in the snow!", r"a-fox-asleep-in-the-snow-\d+\.jpg", "JPEG"),
        ("貓 emulate:png", r"貓-emulate-png-\d+\.png", "PNG"),
        ("Fish & chips emulate:webp", r"fish-chips-emulate-webp-\d+\.webp", "WEBP"),
    ],
)
def test_download_has_its_settings_and_a_telling_name(
    studio: Page, server: Server, tmp_path: Path, text: str, name: str, kind: str
) -> None:
    """A file says by its name what it shows, by its ending what it is, and inside how it was made;
    its pixels are those that came, and dropped on the page it brings its settings back."""
    studio.get_by_label("Guidance").fill("4")
    make(studio, text)
    seed = sent(server)["fields"]["seed"]
    path = saved(studio, studio.get_by_role("button", name="Download").first, tmp_path)
    archive = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    index, files = opened(archive)
    plain = io.BytesIO(files[index["results"][0]["file"]])
    assert re.fullmatch(name, path.name)
    with Image.open(path) as image, Image.open(plain) as came:
        assert (image.format, image.size) == (kind, (1024, 768))
        assert image.tobytes() == came.tobytes()
        packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
    assert f"<flux2:seed>{seed}</flux2:seed>".encode() in packet
    prompt(studio).fill("something else")
    choose(studio, "flux-2-klein-4b")
    file: FilePayload = {
        "name": path.name,
        "mimeType": f"image/{kind.lower()}",
        "buffer": path.read_bytes(),
    }
    transfer(studio, "drop", "body", file)
    expect(studio.get_by_role("status").filter(has_text=path.name)).to_be_visible()
    expect(prompt(studio)).to_have_value(text)
    expect(studio.get_by_label("Guidance")).to_have_value("4")
    expect(studio.get_by_label("Format")).to_have_value(kind.lower())
    expect(studio.locator("#seed")).to_have_value(seed)
    expect(references(studio)).to_have_count(0)
    studio.get_by_role("button", name="Undo").click()
    expect(prompt(studio)).to_have_value("something else")
    transfer(studio, "drop", ".drop", file)
    expect(references(studio)).to_have_count(1)
    expect(prompt(studio)).to_have_value("something else")


def test_file_tells_of_reference_images_that_it_has_not(studio: Page, tmp_path: Path) -> None:
    """Those in the form stay: they may be the right ones."""
    add_references(studio, a_file("a.png", "teal"))
    make(studio, "image 0 at night")
    path = saved(studio, studio.get_by_role("button", name="Download").first, tmp_path)
    file: FilePayload = {
        "name": "x.jpg",
        "mimeType": "image/jpeg",
        "buffer": path.read_bytes(),
    }
    transfer(studio, "drop", "body", file)
    expect(studio.get_by_text("made from reference images (1)")).to_be_visible()
    expect(references(studio)).to_have_count(1)


def test_download_works_where_a_part_of_the_page_cannot_be_had(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    """Without the settings then, but it is there."""
    with chromium.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.route("**/file-settings.js", lambda route: route.abort())
        open_page(page, server)
        make(page, "a boat")
        path = saved(page, page.get_by_role("button", name="Download").first, tmp_path)
    with Image.open(path) as image:
        assert (image.size, "xmp" in image.info) == ((1024, 768), False)


def test_copy_puts_image_and_prompt_into_the_clipboard(studio: Page) -> None:
    """As PNG, which is what clipboards take."""
    studio.context.grant_permissions(["clipboard-read", "clipboard-write"])
    have(studio, "a boat")
    look_at(studio, "a boat")
    dialog(studio).get_by_role("button", name="Copy prompt").click()
    expect(studio.get_by_text("Copied.")).to_be_visible()
    assert studio.evaluate("navigator.clipboard.readText()") == "a boat"
    dialog(studio).get_by_role("button", name="Copy image").click()
    studio.wait_for_function(
        "navigator.clipboard.read().then(([item]) => item.types.includes('image/png'))"
    )


def test_deleted_images_can_be_brought_back(studio: Page) -> None:
    """At once gone, also from the browser's store; undone with one click."""
    have(studio, "one")
    look_at(studio, "one")
    dialog(studio).get_by_role("button", name="Delete").click()
    expect(dialog(studio)).to_have_count(0)
    expect(pictures(studio)).to_have_count(0)
    studio.get_by_role("button", name="Undo").click()
    expect(pictures(studio)).to_have_count(1)
    studio.reload()
    expect(pictures(studio)).to_have_count(1)
    look_at(studio, "one")
    with studio.expect_navigation():
        dialog(studio).get_by_role("button", name="Delete").evaluate(DELETE_AND_LEAVE)
    expect(studio.get_by_role("heading", name="Describe a picture")).to_be_visible()


DELETE_AND_LEAVE = """async button => {
  const [{ name }] = await indexedDB.databases();
  const request = indexedDB.open(name);
  await new Promise(resolve => request.onsuccess = resolve);
  const busy = request.result.transaction("results", "readwrite").objectStore("results");
  const goOn = () => busy.get("anything").onsuccess = goOn;
  goOn();
  button.click();
  setTimeout(() => location.reload());
}"""
"""While the browser's store is busy, so that leaving comes before the deletion has begun; and in a
turn of its own, since this one has to be told that the script is over."""


def test_settings_are_used_again(studio: Page, server: Server) -> None:
    """All of them, with the seed that it had and its reference images: the same image again."""
    add_references(studio, a_file("a.png", "teal"))
    studio.locator("#steps").fill("30")
    studio.get_by_label("Guidance").fill("4")
    make(studio, "image 0 as a stamp", size="768x1024")
    first = sent(server)
    choose(studio, "flux-2-klein-4b")
    studio.get_by_role("button", name="Remove image 0").click()
    generate(studio, "something else", size="1024x1024")
    expect(picture(studio, "something else")).to_be_visible()
    look_at(studio, "image 0 as a stamp")
    dialog(studio).get_by_role("button", name="Exactly again").click()
    expect(dialog(studio)).to_have_count(0)
    expect(prompt(studio)).to_have_value("image 0 as a stamp")
    expect(references(studio)).to_have_count(1)
    expect(studio.get_by_role("button", name="Keep the seed")).to_have_attribute(
        "aria-pressed", "true"
    )
    studio.get_by_role("button", name="Generate").click()
    expect(pictures(studio)).to_have_count(3)
    assert sent(server)["fields"] == first["fields"]
    assert sent(server)["files"] == first["files"]


def test_star_is_kept(studio: Page, tmp_path: Path) -> None:
    """Over a reload, in another tab at once, and in an exported gallery."""
    have(studio, "one", "two")
    stars = studio.get_by_role("button", name="Star")
    with studio.context.new_page() as other:
        other.goto("/")
        stars.nth(1).click()
        expect(stars.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(other.get_by_role("button", name="Star").nth(1)).to_have_attribute(
            "aria-pressed", "true"
        )
    archive = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    studio.reload()
    expect(stars.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(stars.nth(1)).to_have_attribute("aria-pressed", "true")
    studio.evaluate("indexedDB.deleteDatabase('flux2')")
    studio.reload()
    studio.get_by_label("Import ZIP").set_input_files(archive)
    expect(stars.nth(1)).to_have_attribute("aria-pressed", "true")
    stars.nth(1).click()
    studio.reload()
    expect(stars.nth(1)).to_have_attribute("aria-pressed", "false")


def test_images_are_compared(studio: Page) -> None:
    """Two to four beside each other, with what differs and nothing else."""
    have(studio, "a boat", "a ship")
    studio.get_by_role("button", name="Select", exact=True).click()
    compare = studio.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    studio.get_by_role("checkbox", name="Select: a boat").focus()
    studio.keyboard.press("Space")
    pictures(studio).nth(0).click()
    expect(studio.get_by_text("2 selected")).to_be_visible()
    compare.click()
    expect(dialog(studio).locator("figure img")).to_have_count(2)
    rows = dialog(studio).locator("tbody th").all_inner_texts()
    assert rows[:2] == ["Prompt", "Seed"]
    assert "Size" not in rows


def test_selected_images_are_deleted_together(studio: Page) -> None:
    """And brought back together."""
    have(studio, "one", "two", "three")
    studio.get_by_role("button", name="Select", exact=True).click()
    pictures(studio).nth(0).click()
    pictures(studio).nth(2).click()
    studio.get_by_role("button", name="Delete").click()
    expect(pictures(studio)).to_have_count(1)
    studio.get_by_role("button", name="Undo").click()
    expect(pictures(studio)).to_have_count(3)
    expect(pictures(studio).nth(0).get_by_role("img")).to_have_attribute("alt", "three")


def test_gallery_moves_to_another_browser(studio: Page, tmp_path: Path) -> None:
    """As a ZIP file with images, their settings and their reference images."""
    add_references(studio, a_file("a.png", "teal"))
    make(studio, "image 0 by the sea")
    make(studio, "二號")
    archive = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    assert re.fullmatch(r"flux2-gallery-\d{4}-\d\d-\d\d\.zip", archive.name)
    with zipfile.ZipFile(archive) as content:
        assert content.testzip() is None
        index = json.loads(content.read("gallery.json"))
        assert [entry["asked"]["text"] for entry in index["results"]] == [
            "二號",
            "image 0 by the sea",
        ]
        for entry in index["results"]:
            with Image.open(io.BytesIO(content.read(entry["file"]))) as image:
                assert image.size == (1024, 768)
    studio.evaluate("indexedDB.deleteDatabase('flux2')")
    studio.reload()
    expect(pictures(studio)).to_have_count(0)
    studio.get_by_label("Import ZIP").set_input_files(archive)
    expect(pictures(studio)).to_have_count(2)
    studio.get_by_label("Import ZIP").set_input_files(archive)
    expect(studio.get_by_text("New in the gallery: 0")).to_be_visible()
    expect(pictures(studio)).to_have_count(2)
    studio.reload()
    look_at(studio, "image 0 by the sea")
    expect(dialog(studio).get_by_role("img", name="Reference image 0")).to_be_visible()


def zipped(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as content:
        for name, text in files.items():
            content.writestr(name, text)
    return target.getvalue()


HEAD = '{"format": "flux2-gallery", "version": 1'
NO_GALLERIES = {
    "text": b"not a ZIP file",
    "empty": b"",
    "other": zipped({"holiday.txt": "x"}),
    "no-json": zipped({"gallery.json": "{"}),
    "no-image": zipped({"gallery.json": HEAD + ', "results": [{}]}'}),
    "bomb": zipped({"gallery.json": HEAD + "}", "x": "0" * 10**8 + "1"}),
}


def test_file_that_is_no_gallery_is_refused(studio: Page) -> None:
    """In words; what is there stays."""
    have(studio, "a boat")
    for name, content in NO_GALLERIES.items():
        studio.get_by_label("Import ZIP").set_input_files(
            {"name": f"{name}.zip", "mimeType": "application/zip", "buffer": content}
        )
        expect(studio.get_by_text(f"{name}.zip is not a gallery")).to_be_visible()
        expect(pictures(studio)).to_have_count(1)


def test_damaged_gallery_is_refused_as_a_whole(studio: Page, tmp_path: Path) -> None:
    """Nothing half-imported looks whole."""
    have(studio, "a boat", "a ship")
    archive = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    studio.evaluate("indexedDB.deleteDatabase('flux2')")
    studio.reload()
    studio.get_by_label("Import ZIP").set_input_files(archive)
    expect(studio.get_by_text("or it is damaged")).to_be_visible()
    expect(pictures(studio)).to_have_count(0)


def opened(archive: Path) -> tuple[dict, dict[str, bytes]]:
    """The index of an exported gallery, and its other files."""
    with zipfile.ZipFile(archive) as content:
        files = {name: content.read(name) for name in content.namelist()}
    return json.loads(files.pop("gallery.json")), files


def close(archive: Path, index: dict, files: dict[str, bytes]) -> None:
    """Write it anew."""
    with zipfile.ZipFile(archive, "w") as content:
        for name, data in files.items():
            content.writestr(name, data)
        content.writestr("gallery.json", json.dumps(index))


def test_page_works_where_nothing_can_be_kept(page: Page, server: Server) -> None:
    """A browser may forbid IndexedDB; then the page says so, and makes images all the same."""
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('forbidden') }")
    page.goto(f"/#key={server.key}")
    expect(page.get_by_text("does not let the page keep anything")).to_be_visible()
    expect(page.get_by_role("button", name="Key accepted")).to_be_visible()
    make(page, "a boat")
    look_at(page, "a boat")


def test_bytes_that_look_like_a_zip_header_do_no_harm(studio: Page, tmp_path: Path) -> None:
    """An image may hold any bytes; a gallery comes back as it went."""
    have(studio, "a boat", size="1024x1024")
    archive = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    index, files = opened(archive)
    [entry] = index["results"]
    files[entry["file"]] += b"PK\x03\x04 PK\x01\x02 PK\x07\x08 PK\x05\x06"
    close(archive, index | {"results": [entry | {"id": "f" * 32}]}, files)
    studio.get_by_label("Import ZIP").set_input_files(archive)
    expect(pictures(studio)).to_have_count(2)
    again = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    studio.evaluate("indexedDB.deleteDatabase('flux2')")
    studio.reload()
    studio.get_by_label("Import ZIP").set_input_files(again)
    expect(pictures(studio)).to_have_count(2)


ODD_ENTRIES = {
    "JSON that is none": {"asked": {"mode": "json", "json": "{"}},
    "future": {"created": 1e300},
    "past": {"created": -5},
    "no size": {"asked": {"text": "x", "width": "x", "height": "y"}},
    "no prompt": {"asked": {}},
    "many references": {"many": True},
    "markup": {"asked": {"text": "<img src=x onerror=alert(1)>"}, "seconds": "<b>"},
}


def test_odd_entries_of_a_gallery_break_nothing(studio: Page, tmp_path: Path) -> None:
    """They can be looked at, used again, downloaded and exported like all others."""
    add_references(studio, a_file("a.png", "teal"))
    make(studio, "a boat")
    archive = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    index, files = opened(archive)
    [entry] = index["results"]
    index["results"] = [
        entry | change | {"id": f"{number // 2:032x}"}
        for number, change in enumerate(ODD_ENTRIES.values())
    ]
    index["results"][5]["references"] = entry["references"] * 9
    close(archive, index, files)
    studio.get_by_label("Import ZIP").set_input_files(archive)
    count = len(ODD_ENTRIES) + 1
    expect(pictures(studio)).to_have_count(count)
    for number in range(count):
        pictures(studio).nth(number).click()
        dialog(studio).get_by_role("button", name="Show as code").click()
        studio.keyboard.press("Escape")
        with studio.expect_download():
            dialog(studio).get_by_role("button", name="Download").click()
        dialog(studio).get_by_role("button", name="Exactly again").click()
        expect(dialog(studio)).to_have_count(0)
        studio.get_by_role("button", name="Generate").click()
    saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)


def test_undo_after_an_import_shows_nothing_twice(studio: Page, tmp_path: Path) -> None:
    """An id is one image."""
    have(studio, "a boat")
    archive = saved(studio, studio.get_by_role("button", name="Export ZIP"), tmp_path)
    look_at(studio, "a boat")
    dialog(studio).get_by_role("button", name="Delete").click()
    studio.get_by_label("Import ZIP").set_input_files(archive)
    expect(pictures(studio)).to_have_count(1)
    studio.get_by_role("button", name="Undo").click()
    expect(pictures(studio)).to_have_count(1)


def test_tabs_show_the_same_gallery(studio: Page) -> None:
    """What is made or deleted in one is made or deleted in the other."""
    with studio.context.new_page() as other:
        other.goto("/")
        make(studio, "a boat")
        expect(picture(other, "a boat")).to_be_visible()
        look_at(studio, "a boat")
        dialog(studio).get_by_role("button", name="Delete").click()
        expect(pictures(other)).to_have_count(0)


def test_image_that_is_deleted_in_another_tab_is_looked_at_no_more(studio: Page) -> None:
    """The page is as it is when nothing is open."""
    have(studio, "a boat")
    with studio.context.new_page() as other:
        other.goto("/")
        look_at(other, "a boat")
        look_at(studio, "a boat")
        dialog(studio).get_by_role("button", name="Delete").click()
        expect(dialog(other)).to_have_count(0)
        prompt(other).fill("a ship")
        other.keyboard.press("Control+Enter")
        expect(picture(other, "a ship")).to_be_visible()


def test_dialogs_lead_back_to_none_that_shows_nothing(studio: Page) -> None:
    """What another tab deletes is left out of a comparison, which ends with its last image."""
    have(studio, "one", "two", "three")
    with studio.context.new_page() as other:
        other.goto("/")
        compare_all(other)
        dialog(other).get_by_role("button", name="View").nth(0).click()
        delete(studio, "three")
        expect(dialog(other).locator("figure img")).to_have_count(2)
        dialog(other).get_by_role("button", name="View").nth(0).click()
        dialog(other).get_by_role("button", name="Show as code").click()
        delete(studio, "two")
        expect(pictures(other)).to_have_count(1)
        other.keyboard.press("Escape")
        expect(dialog(other).locator("figure img")).to_have_count(1)
        delete(studio, "one")
        expect(dialog(other)).to_have_count(0)
        generate(other, "four")
        expect(picture(other, "four")).to_be_visible()


def compare_all(page: Page) -> None:
    page.get_by_role("button", name="Select", exact=True).click()
    for one in pictures(page).all():
        one.click()
    page.get_by_role("button", name="Compare").click()


def delete(page: Page, text: str) -> None:
    look_at(page, text)
    dialog(page).get_by_role("button", name="Delete").click()
    expect(picture(page, text)).to_have_count(0)
    page.keyboard.press("Escape")  # it may show the next one
    expect(dialog(page)).to_have_count(0)


def test_settings_used_again_can_be_taken_back(studio: Page) -> None:
    """They replace text and reference images that somebody has put together."""
    make(studio, "a boat")
    prompt(studio).fill("my own words")
    add_references(studio, a_file("a.png", "teal"))
    expect(references(studio)).to_have_count(1)
    studio.get_by_role("button", name="Exactly again").first.click()
    expect(references(studio)).to_have_count(0)
    studio.get_by_role("button", name="Undo").click()
    expect(prompt(studio)).to_have_value("my own words")
    expect(references(studio)).to_have_count(1)


def test_asked_for_is_what_was_sent(studio: Page) -> None:
    """A setting that the model does not know was not asked for."""
    studio.get_by_label("Guidance").fill("7")
    choose(studio, "flux-2-klein-4b")
    make(studio, "a boat")
    look_at(studio, "a boat")
    row = dialog(studio).locator("tr", has_text="Guidance")
    assert row.locator("td").all_inner_texts() == ["", ""]


def test_focus_is_never_lost(studio: Page) -> None:
    """What had it goes; something near it has it then. Escape leads back to where one came from."""
    have(studio, "one", "two")
    active = "document.activeElement.tagName"
    look_at(studio, "two")
    dialog(studio).get_by_role("button", name="Show as code").click()
    expect(dialog(studio).locator("code")).to_be_visible()
    assert studio.evaluate(active) == "BUTTON"
    studio.keyboard.press("Escape")
    expect(dialog(studio).locator(".said")).to_contain_text("two")
    for left in (1, 0):
        dialog(studio).get_by_role("button", name="Delete").click()
        expect(dialog(studio)).to_have_count(left)
        assert studio.evaluate(active) != "BODY"
    studio.get_by_role("button", name="Undo").click()
    expect(pictures(studio)).to_have_count(2)
    assert studio.evaluate(active) != "BODY"
    studio.get_by_role("button", name="Select", exact=True).click()
    assert studio.evaluate(active) == "BUTTON"
    add_references(studio, a_file("a.png", "teal"))
    studio.get_by_role("button", name="Remove image 0").click()
    expect(references(studio)).to_have_count(0)
    assert studio.evaluate(active) == "INPUT"
