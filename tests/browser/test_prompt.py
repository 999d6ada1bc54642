"""The prompt: text, or JSON with a form beside it."""

import json
import re

import pytest
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


def test_json_fills_the_form(studio: Page) -> None:
    """As it is typed, and only what is there."""
    to_json(studio, '{"scene": "a harbour", "camera": {"ISO": 400}, "color_palette": ["#ABC"]}')
    form = studio.get_by_role("group", name="The prompt as a form")
    expect(form.get_by_label("Scene")).to_have_value("a harbour")
    expect(form.get_by_label("ISO")).to_have_value("400")
    expect(form.get_by_label("Colour 1", exact=True)).to_have_value("#aabbcc")
    form.get_by_label("ISO").fill("800")
    assert value(studio) == {
        "scene": "a harbour", "camera": {"ISO": 800}, "color_palette": ["#ABC"],
    }  # fmt: skip


def test_what_the_form_does_not_know_stays(studio: Page) -> None:
    """Other names, other shapes: the form leaves them alone and says so."""
    odd = {"weather": {"rain": [1, 2.5]}, "style": ["a", "b"], "subjects": [{"age": 7}, "a dog"]}
    to_json(studio, json.dumps(odd))
    form = studio.get_by_role("group", name="The prompt as a form")
    expect(form.get_by_text("Style has a shape that this form does not know")).to_be_visible()
    form.get_by_label("Mood").fill("calm")
    form.get_by_label("Pose").fill("sitting")
    odd["subjects"] = [{"age": 7, "pose": "sitting"}, "a dog"]
    assert value(studio) == odd | {"mood": "calm"}
    form.get_by_label("Mood").fill("")
    assert value(studio) == odd


def test_items_can_be_removed(studio: Page) -> None:
    """Subjects, colours, effects; the last one takes the list with it."""
    to_json(studio, json.dumps({"subjects": [{"type": "a"}, {"type": "b"}],
                                "color_palette": ["#000000"], "effects": ["x", "y"]}))  # fmt: skip
    for name in ("Remove subject 1", "Remove colour 1", "Remove effect 2"):
        studio.get_by_role("button", name=name).click()
    assert value(studio) == {"subjects": [{"type": "b"}], "effects": ["x"]}


@pytest.mark.parametrize(
    ("text", "place", "words", "marked"),
    [
        ('{\n  "scene": "a",\n  "mood" "b"\n}', "Line 3, column 10", "A colon", '"b"'),
        ('{"scene": "a",}', "Line 1, column 14", "one too many", ","),
        ('{"scene": "a"', "Line 1, column 14", "ends too early", " "),
        ('{"scene": "a\nb"}', "Line 1, column 13", r"written \n", None),
        ("{scene: 1}", "Line 1, column 2", "double quotes", "scene"),
        ('["a"]', "Line 1, column 1", "is an object", "["),
    ],
)
def test_error_in_the_json_is_shown_in_its_place(
    studio: Page, server: Server, text: str, place: str, words: str, marked: str | None
) -> None:
    """In words, by line and column, and marked in the text; it is not sent."""
    box = to_json(studio, text)
    expect(box).to_have_attribute("aria-invalid", "true")
    complaint = studio.locator("#prompt-problem .complaint").first
    expect(complaint).to_contain_text(place)
    expect(complaint).to_contain_text(words)
    if marked is not None:
        assert studio.locator(".editor mark").text_content() == marked
    studio.get_by_role("button", name="Generate").click()
    expect(box).to_be_focused()
    assert server.calls() == []


def test_place_of_an_error_can_be_gone_to(studio: Page) -> None:
    """A click puts the cursor there; meanwhile the form shows what it said before, and waits."""
    box = to_json(studio, '{"scene": "a market"}')
    box.fill('{"scene": "a market" "mood": 1}')
    form = studio.get_by_role("group", name="The prompt as a form")
    expect(form.get_by_label("Scene")).to_have_value("a market")
    expect(form.get_by_label("Scene")).to_be_disabled()
    studio.get_by_role("button", name="Line 1, column 22").click()
    assert box.evaluate("box => box.selectionStart") == 21
    expect(box).to_have_value('{"scene": "a market" "mood": 1}')


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


def test_reader_of_json_agrees_with_the_browser(studio: Page) -> None:
    """On 20,000 texts that are nearly JSON: both take it, or neither does."""
    assert (
        studio.evaluate("""async () => {
      const { readJson } = await import("/js/model/json.js");
      const base = '{"a":[1,-2.5e3,true,null,"x\\\\n\\\\u00e9"],"b":{"c":{},"d":[]},"e":""}';
      const signs = '{}[]:,"\\\\ \\n0189.eE+-truefalsnu\\u0001x';
      let seed = 1;
      const below = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
      const differing = [];
      for (let round = 0; round < 20000; round += 1) {
        let text = base;
        for (let change = below(4); change >= 0; change -= 1) {
          const place = below(text.length + 1);
          const sign = below(3) ? signs[below(signs.length)] : "";
          text = text.slice(0, place) + sign + text.slice(place + below(2));
        }
        let isJson = true;
        try { JSON.parse(text); } catch { isJson = false; }
        if (!readJson(text).problem !== isJson) differing.push(text);
      }
      return differing;
    }""")
        == []
    )


ODD = [
    [["#fff"]],
    [{"toString": 1}],
    None,
    True,
    0,
    -1.5e300,
    "",
    "#12",
    [],
    {},
    [None, 1, "x", [], {}],
    {"": {"": [{}]}, "/": 1, "__proto__": 2, "lens": [], "ISO": None},
]


def test_no_json_breaks_the_page(studio: Page) -> None:
    """Whatever stands where; what the form can't show it leaves alone, also after a reload."""
    box = to_json(studio)
    names = ["scene", "subjects", "color_palette", "camera", "effects", "mood"]
    for odd in ODD:
        for text in [json.dumps(dict.fromkeys(names, odd)), json.dumps({"subjects": [odd]})]:
            box.fill(text)
            form = studio.get_by_role("group", name="The prompt as a form")
            form.get_by_label("Style").fill("ink")
            assert value(studio) == {**json.loads(text), "style": "ink"}
    studio.reload()
    expect(studio.get_by_label("Style")).to_have_value("ink")


def test_form_fills_what_is_null(studio: Page) -> None:
    """As if nothing were there."""
    to_json(studio, '{"camera": null, "subjects": null, "color_palette": null}')
    studio.get_by_label("Lens").fill("35mm")
    studio.get_by_role("button", name="Add a subject").click()
    studio.get_by_role("button", name="Add a colour").click()
    expect(studio.get_by_label("Type")).to_be_visible()
    assert value(studio) == {
        "camera": {"lens": "35mm"}, "subjects": [{}], "color_palette": ["#f3a65a"],
    }  # fmt: skip


def test_number_can_be_edited_key_by_key(studio: Page) -> None:
    """It stays a number as long as it is one."""
    to_json(studio, '{"camera": {"f-number": 2, "lens": 50}}')
    for label, keys in (("F-number", ".8"), ("Lens", " mm")):
        studio.get_by_label(label).focus()
        studio.keyboard.press("End")
        studio.keyboard.type(keys)
    assert value(studio) == {"camera": {"f-number": "2.8", "lens": "50 mm"}}


def test_form_leaves_the_rest_of_the_text_as_it_was_typed(studio: Page) -> None:
    """White space, digits, and names that are there twice; what gets lost is pointed out."""
    text = '{"scene":"a",  "w":1.50, "id":12345678901234567890, "mood":"x", "mood":"y"}'
    box = to_json(studio, text)
    studio.get_by_label("Scene").fill("b")
    expect(box).to_have_value(text.replace('"a"', '"b"'))
    places = studio.locator("#prompt-problem")
    expect(places).to_contain_text("id has more digits than a browser can keep")
    expect(places).to_contain_text("mood is there twice")


def test_effect_that_was_not_entered_yet_is_sent(studio: Page, server: Server) -> None:
    """Control+Enter in its field counts as the end of it."""
    to_json(studio, '{"scene": "x"}')
    studio.get_by_label("Add an effect").fill("bokeh")
    studio.keyboard.press("Control+Enter")
    expect(studio.locator(".gallery .picture")).to_have_count(1)
    assert json.loads(sent(server)["fields"]["prompt"])["effects"] == ["bokeh"]


def test_json_that_says_nothing_is_not_sent(studio: Page, server: Server) -> None:
    """Empty lists and texts cost as much as full ones."""
    to_json(studio, '{"subjects": [{}], "scene": "", "camera": {"lens": ""}}')
    studio.get_by_role("button", name="Generate").click()
    expect(studio.get_by_text("Describe the picture first")).to_be_visible()
    assert server.calls() == []


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


def test_place_far_away_is_scrolled_to(studio: Page) -> None:
    """In a long JSON the link stands far below the error."""
    lines = ",\n".join(f'"name {number}": {number}' for number in range(200))
    box = to_json(studio, f'{{"a" 1,\n{lines}}}')
    link = studio.get_by_role("button", name="Line 1, column 6")
    link.scroll_into_view_if_needed()
    expect(studio.locator(".editor mark")).not_to_be_in_viewport()
    link.click()
    expect(studio.locator(".editor mark")).to_be_in_viewport()
    expect(box).to_be_focused()
