"""The prompt: text, or JSON with a form beside it."""

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.studio import dialog, generate, jobs, make, picture, prompt, sent
from tests.conftest import Server


def to_json(page: Page, text: str | None = None) -> Locator:
    """The box of the JSON."""
    page.get_by_role("button", name="JSON", exact=True).click()
    if text is not None:
        prompt(page).fill(text)
    return prompt(page)


def value(page: Page) -> dict:
    return json.loads(prompt(page).input_value())


def test_text_goes_upstream_as_it_was_typed(studio: Page, server: Server) -> None:
    """Also with line breaks, quotes and signs that mean something elsewhere."""
    text = '  A cat\'s "hat",\n@home <b>&amp;</b> 貓 🐈  '
    prompt(studio).fill(text)
    studio.get_by_role("button", name="Generate").click()
    expect(studio.locator(".gallery .picture")).to_have_count(1)
    # A form ends its lines with CRLF, whoever sends it (WHATWG HTML, 4.10.21.7).
    assert sent(server)["fields"]["prompt"].replace("\r\n", "\n") == text


def test_blank_prompt_is_not_sent(studio: Page, server: Server) -> None:
    """The prompt says why, and is where to type next; nobody is told off before trying."""
    expect(studio.get_by_text("Describe the picture first")).to_have_count(0)
    studio.get_by_role("button", name="Generate").click()
    expect(studio.get_by_text("Describe the picture first")).to_be_visible()
    expect(prompt(studio)).to_be_focused()
    assert server.calls() == []


def test_prompt_that_is_too_long_is_not_sent(studio: Page, server: Server) -> None:
    """With how long it is and may be; characters are counted as the server counts them."""
    prompt(studio).fill("🐈" * 32_001)
    expect(studio.get_by_text("32,001 characters are too many; the most is 32,000")).to_be_visible()
    studio.get_by_role("button", name="Generate").click()
    assert server.calls() == []
    prompt(studio).fill("🐈" * 32_000)
    expect(studio.get_by_text("characters are too many")).to_have_count(0)


def test_draft_survives_a_reload(studio: Page) -> None:
    """Nothing that was typed is lost, neither as text nor as JSON."""
    prompt(studio).fill("a half-finished thought")
    to_json(studio, '{"scene": "half')
    studio.reload()
    expect(prompt(studio)).to_have_value('{"scene": "half')
    studio.get_by_role("button", name="Text", exact=True).click()
    expect(prompt(studio)).to_have_value("a half-finished thought")


def test_form_writes_the_json(studio: Page, server: Server) -> None:
    """Every field of Cloudflare's; and that is what the model gets."""
    to_json(studio)
    form = studio.get_by_role("group", name="The prompt as a form")
    texts = {"Scene": "a market", "Style": "photo", "Lighting": "neon", "Mood": "calm",
             "Composition": "thirds", "Angle": "low", "Distance": "near", "Focus": "sharp",
             "Lens": "35mm", "F-number": "f/2", "ISO": "200"}  # fmt: skip
    for label, text in texts.items():
        form.get_by_label(label, exact=True).fill(text)
    form.get_by_label("Background", exact=True).fill("rain")
    form.get_by_role("button", name="Add a subject").click()
    form.get_by_label("Type").fill("person")
    form.get_by_label("Description").fill("a vendor")
    form.get_by_label("Pose").fill("waving")
    form.get_by_label("Position", exact=True).select_option("foreground")
    form.get_by_role("button", name="Add a colour").click()
    form.get_by_label("Colour 1", exact=True).fill("#ff6b35")
    form.get_by_label("Add an effect").fill("film grain")
    studio.keyboard.press("Enter")
    expected = {
        "scene": "a market", "style": "photo", "lighting": "neon", "mood": "calm",
        "composition": "thirds",
        "camera": {"angle": "low", "distance": "near", "focus": "sharp", "lens": "35mm",
                   "f-number": "f/2", "ISO": "200"},
        "background": "rain",
        "subjects": [{"type": "person", "description": "a vendor", "pose": "waving",
                      "position": "foreground"}],
        "color_palette": ["#ff6b35"], "effects": ["film grain"],
    }  # fmt: skip
    assert value(studio) == expected
    studio.get_by_role("button", name="Generate").click()
    expect(studio.locator(".gallery .picture")).to_have_count(1)
    assert json.loads(sent(server)["fields"]["prompt"]) == expected


def test_unusual_json_is_pointed_out_but_sent(studio: Page, server: Server) -> None:
    """The model may understand it all the same."""
    to_json(studio, '{"scene": "x", "color_palette": ["#ff0000", "teal"], "camera": "wide"}')
    places = studio.locator("#prompt-problem")
    expect(places).to_contain_text(re.compile(r"column 45\s+color_palette\.1 is usually a colour"))
    expect(places).to_contain_text("camera is usually an object")
    studio.get_by_role("button", name="Generate").click()
    expect(studio.locator(".gallery .picture")).to_have_count(1)
    assert json.loads(sent(server)["fields"]["prompt"])["camera"] == "wide"


def test_text_is_not_turned_into_json_unasked(studio: Page) -> None:
    """Only on request; the text stays as it is."""
    prompt(studio).fill("a quiet street")
    box = to_json(studio)
    expect(box).to_have_value("")
    studio.get_by_role("button", name="Take over the text as the scene").click()
    assert value(studio) == {"scene": "a quiet street"}
    studio.get_by_role("button", name="Text", exact=True).click()
    expect(prompt(studio)).to_have_value("a quiet street")


def test_json_in_the_text_can_be_opened_as_json(studio: Page) -> None:
    """Somebody has pasted it into the wrong box."""
    prompt(studio).fill('{"scene": "a street"}')
    studio.get_by_role("button", name="Edit it as JSON").click()
    expect(studio.get_by_label("Scene")).to_have_value("a street")


def test_example_is_a_beginning(studio: Page) -> None:
    """A click fills the prompt, and nothing is sent."""
    studio.get_by_role("button", name="A cabin in an autumn forest").click()
    expect(prompt(studio)).to_have_value("A cabin in an autumn forest")
    expect(prompt(studio)).to_be_focused()
    expect(jobs(studio)).to_have_count(0)


def test_markup_in_a_prompt_is_text(studio: Page) -> None:
    """Wherever it is shown: in the queue, in the gallery, large."""
    text = "<img src=x onerror=alert(1)> <script>alert(2)</script>"
    make(studio, text)
    expect(picture(studio, text)).to_be_visible()
    studio.locator(".picture").click()
    expect(dialog(studio)).to_contain_text(text)
    studio.keyboard.press("Escape")
    generate(studio, f"{text} emulate:flagged")
    expect(jobs(studio)).to_contain_text(text)


def test_effect_that_was_not_entered_yet_is_sent(studio: Page, server: Server) -> None:
    """Control+Enter in its field counts as the end of it."""
    to_json(studio, '{"scene": "x"}')
    studio.get_by_label("Add an effect").fill("bokeh")
    studio.keyboard.press("Control+Enter")
    expect(studio.locator(".gallery .picture")).to_have_count(1)
    assert json.loads(sent(server)["fields"]["prompt"])["effects"] == ["bokeh"]


def test_what_was_replaced_can_be_brought_back(studio: Page) -> None:
    """An example, or JSON out of the text, takes the place of what was typed, but not for good."""
    prompt(studio).fill("my own words")
    studio.get_by_role("button", name="A quiet city").click()
    studio.get_by_role("button", name="Undo").click()
    expect(prompt(studio)).to_have_value("my own words")
    to_json(studio, '{"scene": "my own"}')
    studio.get_by_role("button", name="Text", exact=True).click()
    prompt(studio).fill('{"scene": "pasted"}')
    studio.get_by_role("button", name="Edit it as JSON").click()
    studio.get_by_role("button", name="Undo").click()
    studio.get_by_role("button", name="JSON", exact=True).click()
    expect(prompt(studio)).to_have_value('{"scene": "my own"}')


def test_each_tab_keeps_its_own_draft(studio: Page) -> None:
    """A reload brings back what was typed here, and a new tab what was typed last."""
    prompt(studio).fill("in the first tab")
    with studio.context.new_page() as other:
        other.goto("/")
        expect(prompt(other)).to_have_value("in the first tab")
        prompt(other).fill("in the second tab")
        studio.reload()
        expect(prompt(studio)).to_have_value("in the first tab")
