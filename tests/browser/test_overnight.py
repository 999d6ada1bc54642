"""The page and the Worker together, all the way: a batch that is sent, and its images elsewhere.

Each test has a key of its own, so that no other page of these tests finds its batches.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.api.test_keys import make_key
from tests.browser.conftest import strict_page
from tests.browser.studio import (
    a_file,
    add_references,
    choose,
    dialog,
    picture,
    pictures,
    prompt,
    references,
)
from tests.conftest import Server

PATIENCE = 60_000
"""Milliseconds: the engine's steps take their time."""

HURRY = """const wait = window.setTimeout;
window.setTimeout = (act, time = 0, ...more) => wait(act, time / 5, ...more);"""
"""A page that asks every second rather than every five."""


@pytest.fixture
def key(server: Server) -> str:
    return make_key(server).key


@pytest.fixture
def elsewhere(chromium: Browser, server: Server) -> Iterator[Page]:
    """A browser that knows nothing yet."""
    with strict_page(chromium, server) as page:
        yield page


def open_with(page: Page, key: str) -> None:
    page.add_init_script(HURRY)
    page.goto(f"/#key={key}")
    expect(page.get_by_role("button", name="Key accepted")).to_be_visible()


def send(page: Page, text: str) -> None:
    """In the background, by the quickest model."""
    prompt(page).fill(text)
    choose(page, "flux-2-klein-4b")
    page.get_by_role("button", name="Other ways to make it").click()
    page.get_by_role("button", name="In the background").first.click()


def strip(page: Page) -> Locator:
    return page.locator("#open-batches")


def test_page_is_closed_and_another_browser_with_the_key_finds_the_images(
    page: Page, elsewhere: Page, server: Server, key: str
) -> None:
    """While they are made nobody looks; each is made once."""
    open_with(page, key)
    page.get_by_label("Images", exact=True).fill("2")
    server.forget_calls()
    send(page, "a boat emulate:delay=2")
    expect(strip(page)).to_contain_text("1 job in the background")
    page.close()
    open_with(elsewhere, key)
    expect(strip(elsewhere)).to_be_visible()
    expect(picture(elsewhere, "a boat emulate:delay=2")).to_have_count(2, timeout=PATIENCE)
    expect(strip(elsewhere)).to_contain_text("nothing runs", timeout=PATIENCE)
    assert len(server.calls()) == 2
    elsewhere.reload()
    expect(strip(elsewhere)).to_be_visible()
    expect(pictures(elsewhere)).to_have_count(2)


def test_template_of_three_by_four_costs_what_was_said(
    page: Page, server: Server, key: str
) -> None:
    """Twelve images, each prompt once, and the bill is the one that was shown before."""
    open_with(page, key)
    choose(page, "flux-2-klein-4b")
    prompt(page).fill("a {animal} in {place}")
    page.get_by_role("button", name="Variations from lists…").click()
    dialog(page).get_by_role("textbox", name="animal").fill("cat\ndog\nowl")
    dialog(page).get_by_role("textbox", name="place").fill("Taipei\nRome\nOslo\nLima")
    expect(dialog(page)).to_contain_text("1,250.4 neurons")
    server.forget_calls()
    dialog(page).get_by_role("button", name="Make 12 in the background").click()
    expect(pictures(page)).to_have_count(12, timeout=PATIENCE)
    for animal in ("cat", "dog", "owl"):
        for place in ("Taipei", "Rome", "Oslo", "Lima"):
            expect(picture(page, f"a {animal} in {place}")).to_have_count(1)
    expect(strip(page)).to_contain_text("nothing runs", timeout=PATIENCE)
    strip(page).click()
    batch = dialog(page).get_by_role("listitem").filter(has_text="a {animal} in {place}")
    expect(batch).to_contain_text("12 of 12 done · 1,250 neurons, $0.014")
    assert len(server.calls()) == 12
    with page.expect_download() as caught:
        batch.get_by_role("button", name="Output").click()
    lines = caught.value.path().read_text().splitlines()
    assert len(lines) == 12


def test_json_prompt_and_reference_images_arrive_as_they_were_sent(page: Page, key: str) -> None:
    """The prompt can be edited as JSON again, and has its reference image beside it."""
    open_with(page, key)
    add_references(page, a_file("a.png", "teal"))
    expect(references(page)).to_have_count(1)
    page.get_by_role("button", name="JSON", exact=True).click()
    send(page, '{"scene": "a boat"}')
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    pictures(page).click()
    expect(dialog(page).locator(".said p")).to_have_text("a boat")
    expect(dialog(page).locator(".said pre")).to_contain_text('"scene": "a boat"')
    expect(dialog(page).locator(".references img")).to_have_count(1)


def test_batch_waits_for_free_neurons_and_can_be_cancelled(page: Page, key: str) -> None:
    """The list says until when; cancelled, it asks for nothing more."""
    open_with(page, key)
    send(page, "a boat emulate:quota")
    expect(strip(page)).to_contain_text(re.compile("goes on .*, in "), timeout=PATIENCE)
    strip(page).click()
    batch = dialog(page).locator(".batch")
    expect(batch).to_contain_text("The free neurons, or the budget of the key, are used up.")
    batch.get_by_role("button", name="Cancel: a boat").click()
    batch.get_by_role("button", name="Cancel it").click()
    expect(batch.locator(".state")).to_have_text("Cancelled", timeout=PATIENCE)
    batch.get_by_role("button", name="Show errors").click()
    expect(batch).to_contain_text("Line 1: Cancelled before it was begun.")


def test_line_that_is_refused_says_so_and_the_others_come(page: Page, key: str) -> None:
    """In the words that the page has for it."""
    open_with(page, key)
    choose(page, "flux-2-klein-4b")
    prompt(page).fill("a boat {fate}")
    page.get_by_role("button", name="Variations from lists…").click()
    dialog(page).get_by_role("textbox", name="fate").fill("emulate:flagged\nat sea")
    dialog(page).get_by_role("button", name="Make 2 in the background").click()
    expect(picture(page, "a boat at sea")).to_be_visible(timeout=PATIENCE)
    expect(strip(page)).to_contain_text("nothing runs", timeout=PATIENCE)
    strip(page).click()
    batch = dialog(page).locator(".batch")
    expect(batch).to_contain_text("1 of 2 done · 1 failed")
    batch.get_by_role("button", name="Show errors").click()
    expect(batch).to_contain_text("Line 1: Cloudflare’s filter refused this picture.")
