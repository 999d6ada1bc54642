"""JSON as the prompt, and the form beside it: what is wrong in it, and what is left alone."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import strict_page
from tests.browser.studio import open_page
from tests.browser.test_prompt import to_json, value
from tests.conftest import Server


@pytest.fixture(scope="module")
def opened(chromium: Browser, server: Server) -> Iterator[Page]:
    with strict_page(chromium, server) as page:
        open_page(page, server)
        yield page


@pytest.fixture
def studio(opened: Page, server: Server) -> Page:
    """One page for all, since each begins with other JSON; Cloudflare was not asked yet."""
    server.forget_calls()
    return opened


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


JSON_ERRORS = [
    ('{\n  "scene": "a",\n  "mood" "b"\n}', "Line 3, column 10", "A colon", '"b"'),
    ('{"scene": "a",}', "Line 1, column 14", "one too many", ","),
    ('{"scene": "a"', "Line 1, column 14", "ends too early", " "),
    ('{"scene": "a\nb"}', "Line 1, column 13", r"written \n", None),
    ("{scene: 1}", "Line 1, column 2", "double quotes", "scene"),
    ('["a"]', "Line 1, column 1", "is an object", "["),
]


def test_error_in_the_json_is_shown_in_its_place(studio: Page, server: Server) -> None:
    """In words, by line and column, and marked in the text; it is not sent."""
    for text, place, words, marked in JSON_ERRORS:
        box = to_json(studio, text)
        expect(box).to_have_attribute("aria-invalid", "true")
        complaint = studio.locator("#prompt-problem .complaint").first
        expect(complaint).to_contain_text(place)
        expect(complaint).to_contain_text(words)
        if marked is not None:
            expect(studio.locator(".editor mark")).to_have_text(marked)
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


def test_json_that_says_nothing_is_not_sent(studio: Page, server: Server) -> None:
    """Empty lists and texts cost as much as full ones."""
    to_json(studio, '{"subjects": [{}], "scene": "", "camera": {"lens": ""}}')
    studio.get_by_role("button", name="Generate").click()
    expect(studio.get_by_text("Describe the picture first")).to_be_visible()
    assert server.calls() == []


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
