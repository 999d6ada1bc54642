"""`/docs`: the API to read and to try, without a word to any other server."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.studio import PHONE, a_file
from tests.conftest import Server
from tools import ROOT


@pytest.fixture
def docs(page: Page) -> Page:
    """The page, opened; whatever breaks the policy is an error that fails the test."""
    page.goto("/docs")
    return page


def opened(docs: Page, operation: str) -> Locator:
    block = docs.locator(f"[id$='-{operation}']")
    block.get_by_role("button", expanded=False).first.click()
    return block


def authorize(docs: Page, key: str) -> None:
    docs.get_by_role("button", name="Authorize").click()
    dialog = docs.locator(".dialog-ux")
    dialog.get_by_role("textbox").fill(key)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close").last.click()


def test_docs_show_every_operation(docs: Page) -> None:
    """With what each is for."""
    expect(docs).to_have_title(re.compile("API"))
    blocks = docs.locator(".opblock-summary-path")
    paths = json.loads((ROOT / "assets/openapi.json").read_text())["paths"]
    described = sorted(path for path, methods in paths.items() for _ in methods)
    expect(blocks).to_have_count(len(described))
    shown = [re.sub(r"[^\w/{}.-]", "", text) for text in blocks.all_inner_texts()]
    assert sorted(shown) == described
    expect(docs.get_by_text("Make images", exact=True)).to_be_visible()


def test_docs_show_fields_and_errors(docs: Page) -> None:
    """An opened operation shows an example of its request, and every status with its codes."""
    block = opened(docs, "createImage")
    expect(block.get_by_text('"A lighthouse at dawn, soft mist"').first).to_be_visible()
    statuses = block.locator(".responses-table .response .response-col_status")
    wanted = [
        "200",
        "202",
        "400",
        "401",
        "403",
        "404",
        "405",
        "413",
        "415",
        "429",
        "500",
        "502",
        "503",
        "504",
    ]
    expect(statuses).to_have_text(wanted)


def test_docs_make_an_image_with_a_form(docs: Page, server: Server) -> None:
    """Only what was filled in is sent: Swagger UI alone would send the empty files too."""
    authorize(docs, server.key)
    block = opened(docs, "createImage")
    block.locator(".opblock-section-request-body select").first.select_option("multipart/form-data")
    block.get_by_role("button", name="Try it out").click()
    block.locator("tr", has_text="WIDTHxHEIGHT").get_by_role("textbox").fill("256x256")
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text('"size": "256x256"')


def test_docs_edit_an_image(docs: Page, server: Server) -> None:
    """A file that was chosen goes along."""
    authorize(docs, server.key)
    block = opened(docs, "createImageEdit")
    block.locator(".opblock-section-request-body select").first.select_option("multipart/form-data")
    block.get_by_role("button", name="Try it out").click()
    block.locator("input[type=file]").first.set_input_files(a_file("teal.png", "teal"))
    block.locator("tr", has_text="WIDTHxHEIGHT").get_by_role("textbox").fill("256x256")
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("200")


def test_docs_fit_a_phone(docs: Page) -> None:
    """Nothing sticks out to the right, also with an operation opened."""
    docs.set_viewport_size(PHONE)
    block = opened(docs, "createImage")
    expect(block.get_by_text("Request body")).to_be_visible()
    assert docs.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
