"""A prompt with variables: what it will be and cost is seen first, and then it is one batch."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import ledger
from tests.browser.night import Night
from tests.browser.studio import a_file, add_references, choose, dialog, open_page, prompt
from tests.conftest import Server

ANIMALS = ["cat", "dog", "owl"]
PLACES = ["Taipei", "a forest", "space", "the sea"]


@pytest.fixture
def server_side(page: Page) -> Night:
    told = Night()
    told.install(page.context)
    return told


@pytest.fixture
def template(page: Page, server: Server, server_side: Night) -> Page:
    """The dialog of a template with two variables, of which the day has used a tenth."""
    ledger.pretend(page, ledger.owner(1000), [], [])
    open_page(page, server)
    choose(page, "flux-2-klein-4b")
    prompt(page).fill("a {animal} in {place}")
    open_template(page)
    return page


def open_template(page: Page) -> None:
    """By the line below the prompt, which names the variables."""
    page.get_by_role("button", name="Variations from lists…").click()
    expect(dialog(page).get_by_role("heading", name="Variations from lists")).to_be_visible()


def values(page: Page, name: str) -> Locator:
    """The list of a variable."""
    return dialog(page).get_by_role("textbox", name=name)


def paste(page: Page, name: str, text: str) -> None:
    """From elsewhere, into the list of that variable."""
    values(page, name).focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def prompts(server_side: Night) -> list[str]:
    """Those of the batch that was sent last."""
    return [line["body"]["prompt"] for line in server_side.sent[-1][0]["requests"]]


def test_three_times_four_are_twelve_with_their_cost(template: Page, server_side: Night) -> None:
    """Before anything is sent: how many, what they cost, how many of them are free."""
    values(template, "animal").fill("\n".join(ANIMALS))
    values(template, "place").fill("\n".join(PLACES))
    expect(dialog(template)).to_contain_text("12 images")
    expect(dialog(template)).to_contain_text("1,250.4 neurons")
    expect(dialog(template)).to_contain_text("$0.0138")
    expect(dialog(template)).to_contain_text("12 of 86 that are still free today")
    shown = dialog(template).locator(".preview li")
    expect(shown).to_have_text(["a cat in Taipei", "a cat in a forest", "a cat in space"])
    expect(dialog(template)).to_contain_text("and 9 more")
    assert server_side.sent == []
    dialog(template).get_by_role("button", name="Make 12 in the background").click()
    expect(dialog(template)).to_have_count(0)
    expect(template.locator("#open-batches")).to_contain_text("0 of 12 done")
    assert prompts(server_side) == [f"a {one} in {where}" for one in ANIMALS for where in PLACES]
    document, _ = server_side.sent[0]
    assert document["metadata"]["title"] == "a {animal} in {place}"
    assert [line["custom_id"] for line in document["requests"]] == [str(n) for n in range(1, 13)]


def test_rows_go_side_by_side(template: Page, server_side: Night) -> None:
    """If the lists are equally long; otherwise it says which is not."""
    values(template, "animal").fill("\n".join(ANIMALS))
    values(template, "place").fill("\n".join(PLACES))
    dialog(template).get_by_role("button", name="Row by row").click()
    complaint = dialog(template).get_by_role("alert")
    expect(complaint).to_contain_text("animal has 3, place has 4")
    dialog(template).get_by_role("button", name="Make them in the background").click()
    expect(complaint).to_contain_text("animal has 3, place has 4")
    assert server_side.sent == []
    values(template, "place").fill("\n".join(PLACES[:3]))
    dialog(template).get_by_role("button", name="Make 3 in the background").click()
    expect(dialog(template)).to_have_count(0)
    assert prompts(server_side) == ["a cat in Taipei", "a dog in a forest", "a owl in space"]


def test_table_that_is_pasted_fills_all_lists(template: Page, server_side: Night) -> None:
    """As CSV or from a spreadsheet, into any of them; anything else is pasted as it is."""
    template.context.grant_permissions(["clipboard-read", "clipboard-write"])
    paste(template, "place", 'place,note,animal\r\n"Rome, Italy",x,cat\r\nOslo,,owl\r\n')
    expect(values(template, "animal")).to_have_value("cat\nowl")
    expect(values(template, "place")).to_have_value("Rome, Italy\nOslo")
    pressed = dialog(template).get_by_role("button", name="Row by row")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    values(template, "animal").fill("")
    paste(template, "animal", "cat, black\ndog, white")
    expect(values(template, "animal")).to_have_value("cat, black\ndog, white")
    dialog(template).get_by_role("button", name="Make 2 in the background").click()
    expect(dialog(template)).to_have_count(0)
    assert prompts(server_side) == ["a cat, black in Rome, Italy", "a dog, white in Oslo"]


def test_table_can_be_a_file(template: Page, tmp_path: Path) -> None:
    """One that does not name the variables is told of."""
    table = tmp_path / "animals.csv"
    chooser = dialog(template).get_by_label("Open a CSV file")
    table.write_text("a;b\n1;2")
    chooser.set_input_files(table)
    expect(template.get_by_text("The first row of animals.csv does not have")).to_be_visible()
    table.write_text("animal;place\ncat;Rome\n")
    chooser.set_input_files(table)
    expect(values(template, "animal")).to_have_value("cat")


def test_more_than_fits_into_a_day_says_how_many_nights(template: Page, server_side: Night) -> None:
    """And has the time for it, unless somebody chooses another."""
    values(template, "animal").fill("cat")
    values(template, "place").fill("\n".join(str(number) for number in range(200)))
    expect(dialog(template)).to_contain_text("86 of them are free today.")
    expect(dialog(template)).to_contain_text("the rest waits for 00:00 UTC: 2 nights.")
    chosen = dialog(template).get_by_role("group", name="Time for it, at most")
    three = chosen.get_by_role("button", name="3 days")
    expect(three).to_have_attribute("aria-pressed", "true")
    chosen.get_by_role("button", name="7 days").click()
    dialog(template).get_by_role("button", name="Make 200 in the background").click()
    expect(dialog(template)).to_have_count(0)
    assert server_side.sent[0][0]["completion_window"] == "7d"


def test_too_many_at_once_are_not_sent(template: Page, server_side: Night) -> None:
    """A thousand are the most, and it says so."""
    values(template, "animal").fill("\n".join(str(number) for number in range(40)))
    values(template, "place").fill("\n".join(str(number) for number in range(26)))
    complaint = "1,040 prompts are too many: 1,000 at once is the most."
    expect(dialog(template).get_by_role("alert")).to_have_text(complaint)
    dialog(template).get_by_role("button", name="Make them in the background").click()
    expect(dialog(template).get_by_role("alert")).to_have_text(complaint)
    assert server_side.sent == []


def test_lists_that_are_empty_are_named_when_it_is_sent(template: Page) -> None:
    """Not before: nobody has done anything wrong yet."""
    complaint = dialog(template).get_by_role("alert")
    expect(complaint).to_have_count(0)
    dialog(template).get_by_role("button", name="Make them in the background").click()
    expect(complaint).to_have_text("animal has no values yet.")


def test_lists_are_there_again(template: Page) -> None:
    """Also after the page was closed."""
    values(template, "animal").fill("cat")
    template.keyboard.press("Escape")
    template.reload()
    open_template(template)
    expect(values(template, "animal")).to_have_value("cat")


def test_failure_is_told_where_it_was_sent(template: Page, server_side: Night) -> None:
    """What was typed stays, and the same can be sent again under the same name."""
    values(template, "animal").fill("cat")
    values(template, "place").fill("Rome")
    server_side.fault = "lost"
    dialog(template).get_by_role("button", name="Make 1 in the background").click()
    alert = dialog(template).get_by_role("alert").filter(has=template.get_by_role("button"))
    expect(alert).to_contain_text("Nobody knows whether the server has taken it.")
    server_side.fault = None
    dialog(template).get_by_role("button", name="Make 1 in the background").click()
    expect(dialog(template)).to_have_count(0)
    assert len({name for _, name in server_side.sent}) == 1


def test_json_prompt_has_variables_in_its_texts(
    page: Page, server: Server, server_side: Night
) -> None:
    """It stays JSON, whatever the values are; a doubled brace is one."""
    open_page(page, server)
    page.get_by_role("button", name="JSON", exact=True).click()
    prompt(page).fill('{"scene": "{place} {{x}}", "subjects": [{"type": "{animal}"}]}')
    open_template(page)
    values(page, "place").fill('a "bar"')
    values(page, "animal").fill("cat")
    dialog(page).get_by_role("button", name="Make 1 in the background").click()
    expect(dialog(page)).to_have_count(0)
    (line,) = server_side.sent[0][0]["requests"]
    wanted = {"scene": 'a "bar" {x}', "subjects": [{"type": "cat"}]}
    assert line["body"]["prompt"] == wanted


def test_reference_images_go_with_each_prompt(template: Page, server_side: Night) -> None:
    """As edits, all with the same ones."""
    template.keyboard.press("Escape")
    add_references(template, a_file("a.png", "teal"))
    expect(template.get_by_role("form").locator("img")).to_have_count(1)
    open_template(template)
    values(template, "animal").fill("cat\ndog")
    values(template, "place").fill("Rome")
    dialog(template).get_by_role("button", name="Make 2 in the background").click()
    expect(dialog(template)).to_have_count(0)
    document, _ = server_side.sent[0]
    assert document["endpoint"] == "/v1/images/edits"
    first, second = (line["body"]["images"] for line in document["requests"])
    assert first == second
    assert len(first) == 1


def test_key_with_a_budget_sees_what_it_allows(
    page: Page, server: Server, server_side: Night
) -> None:
    """Instead of the free day, which is its owner's."""
    ledger.pretend(page, ledger.limited("Mia", 1_000, 500), [], [])
    open_page(page, server)
    choose(page, "flux-2-klein-4b")
    prompt(page).fill("a {animal}")
    open_template(page)
    values(page, "animal").fill("cat\ndog")
    expect(dialog(page)).to_contain_text("2 of 4 that your budget still allows")
    values(page, "animal").fill("\n".join("abcdef"))
    expect(dialog(page)).to_contain_text("Your budget is enough for 4 of these 6.")


def test_prompt_without_variables_is_told_how(page: Page, server: Server) -> None:
    """By the other way in; text with braces that are no variables offers nothing."""
    open_page(page, server)
    prompt(page).fill("a { } in {{place}}")
    expect(page.get_by_text("Variables:")).to_have_count(0)
    page.get_by_role("button", name="Other ways to make it").click()
    page.get_by_role("button", name="Variations from lists…").click()
    expect(dialog(page)).to_contain_text("Put names in braces into the prompt.")
    expect(dialog(page)).to_contain_text("a {animal} in {place}")


def test_template_that_begins_with_a_variable_is_no_json(page: Page, server: Server) -> None:
    open_page(page, server)
    as_json = page.get_by_text("This looks like JSON.")
    prompt(page).fill('{"scene": "a harbour"}')
    expect(as_json).to_be_visible()
    prompt(page).fill("{animal} in {place}")
    expect(page.get_by_role("button", name="Variations from lists…")).to_be_visible()
    expect(as_json).to_be_hidden()
