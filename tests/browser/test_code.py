"""Show as code: what is shown is run as it stands, and does the same."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.studio import (
    a_file,
    add_references,
    choose,
    dialog,
    make,
    pictures,
    prompt,
    sent,
)
from tests.conftest import Server
from tools.node import NODE

RUN = {
    "curl": ["sh"],
    "Python (openai)": [sys.executable, "-"],
    "Python (requests)": [sys.executable, "-"],
    "JavaScript": [NODE, "--input-type=module", "-"],
}
TEXT = 'It\'s a "hat" for $5 \\ @home\n<貓> 🐈'
JSON = {"scene": TEXT, "on": True, "off": None, "camera": {"ISO": 400}, "color_palette": ["#fff"]}


@pytest.fixture
def studio(studio: Page) -> Page:
    """With settings of which each is in the code."""
    choose(studio, "768x1024")
    studio.locator("#seed").fill("7")
    studio.locator("#steps").fill("12")
    studio.get_by_label("Guidance").fill("2.5")
    return studio


def code_of(page: Page, language: str) -> str:
    page.get_by_role("button", name="Show as code").last.click()
    dialog(page).get_by_role("button", name=language, exact=True).click()
    return dialog(page).locator("code").inner_text()


def run(language: str, code: str, server: Server, folder: Path) -> None:
    environment = {**os.environ, "API_MASTER_KEY": server.key}
    done = subprocess.run(
        RUN[language], input=code, cwd=folder, env=environment, text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def made(language: str, folder: Path) -> Path:
    """The image that the code wrote; curl's is still in its answer."""
    if language != "curl":
        return folder / "image-0.jpeg"
    answer = json.loads((folder / "answer.json").read_text())
    target = folder / "image.jpeg"
    target.write_bytes(base64.b64decode(answer["data"][0]["b64_json"]))
    return target


def download_references(page: Page, folder: Path) -> None:
    """Under the names that the code has for them."""
    button = dialog(page).get_by_role("button", name="Download the reference images")
    with (
        page.expect_download(lambda one: one.suggested_filename == "reference-0.png") as first,
        page.expect_download(lambda one: one.suggested_filename == "reference-1.jpg") as second,
    ):
        button.click()
    for download in (first.value, second.value):
        download.save_as(folder / download.suggested_filename)


def meaning(call: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a call, a JSON prompt as what it says: white space may differ."""
    prompt = call["fields"]["prompt"]
    return {**call["fields"], "prompt": json.loads(prompt) if prompt[0] == "{" else prompt}


@pytest.mark.parametrize("with_references", [False, True], ids=["plain", "references"])
@pytest.mark.parametrize("mode", ["text", "json"])
def test_code_does_what_the_page_does(
    studio: Page, server: Server, tmp_path: Path, mode: str, with_references: bool
) -> None:
    """In all four languages, with whatever stands in the prompt; the key is not in it."""
    if mode == "json":
        studio.get_by_role("button", name="JSON", exact=True).click()
    prompt(studio).fill(TEXT if mode == "text" else json.dumps(JSON))
    if with_references:
        add_references(studio, a_file("a.png", "teal"), a_file("b.jpg", "gold"))
        expect(studio.locator(".references img")).to_have_count(2)
    studio.get_by_role("button", name="Generate").click()
    expect(pictures(studio)).to_have_count(1)
    expected = sent(server)
    for language in RUN:
        folder = tmp_path / language
        folder.mkdir()
        code = code_of(studio, language)
        assert server.key not in code
        if with_references:
            download_references(studio, folder)
        studio.keyboard.press("Escape")
        server.forget_calls()
        run(language, code, server, folder)
        assert meaning(sent(server)) == meaning(expected), language
        assert [file["size"] for file in sent(server)["files"]] == [
            file["size"] for file in expected["files"]
        ]
        with Image.open(made(language, folder)) as image:
            assert image.size == (768, 1024)


def test_code_of_a_result_has_its_seed(studio: Page) -> None:
    """So it makes the same image."""
    studio.get_by_role("button", name="Keep the seed").click()
    make(studio, "a boat")
    studio.locator(".picture").click()
    seed = dialog(studio).locator("tr", has_text="Seed").locator("td").last.inner_text()
    dialog(studio).get_by_role("button", name="Show as code").click()
    expect(dialog(studio).locator("code")).to_contain_text(f'"seed": {seed}')


def test_code_can_be_copied(studio: Page) -> None:
    """With one click."""
    studio.context.grant_permissions(["clipboard-read", "clipboard-write"])
    prompt(studio).fill("a boat")
    code = code_of(studio, "JavaScript")
    dialog(studio).get_by_role("button", name="Copy").click()
    expect(studio.get_by_text("Copied.")).to_be_visible()
    assert studio.evaluate("navigator.clipboard.readText()").strip() == code.strip()


def test_code_of_what_cannot_be_sent_is_not_shown(studio: Page) -> None:
    """The reason stands where it is."""
    studio.get_by_role("button", name="Show as code").click()
    expect(studio.get_by_text("Describe the picture first")).to_be_visible()
    expect(dialog(studio)).to_have_count(0)
