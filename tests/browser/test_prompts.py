"""Prompts of before and saved ones: found again, named, taken up, deleted and brought back."""

from playwright.sync_api import Page, expect

from tests.browser.studio import dialog, jobs, make, picture, prompt

JSON = '{"scene": "a night market"}'


def open_prompts(page: Page) -> None:
    page.get_by_role("button", name="Earlier prompts").click()
    expect(dialog(page).get_by_role("heading", name="Sent before")).to_be_visible()


def names(page: Page, heading: str) -> list[str]:
    """What stands below a heading."""
    section = dialog(page).locator("section", has=page.get_by_role("heading", name=heading))
    return [" ".join(text.split()) for text in section.locator(".kept").all_inner_texts()]


def test_what_was_sent_is_found_again(studio: Page) -> None:
    """Once each, the last one first, also after a reload; what was typed before can be brought
    back."""
    for text in ("one", "two", "one"):
        send(studio, text)
    studio.get_by_role("button", name="JSON", exact=True).click()
    prompt(studio).fill(JSON)
    studio.get_by_role("button", name="Generate").click()
    expect(picture(studio, "a night market")).to_be_visible()
    studio.reload()
    open_prompts(studio)
    assert names(studio, "Sent before") == ["a night market JSON", "one", "two"]
    dialog(studio).get_by_role("button", name="two", exact=True).click()
    expect(dialog(studio)).to_have_count(0)
    expect(prompt(studio)).to_be_focused()
    expect(prompt(studio)).to_have_value("two")
    studio.get_by_role("button", name="Undo").click()
    expect(prompt(studio)).to_have_value(JSON)


def send(page: Page, text: str) -> None:
    """Without waiting for the image, of which there may be another one."""
    prompt(page).fill(text)
    page.get_by_role("button", name="Generate").click()
    expect(picture(page, text).first).to_be_visible()
    expect(jobs(page)).to_have_count(0)


def test_prompts_are_saved_under_names(studio: Page) -> None:
    """Those being composed and those that were sent; they stay until they are deleted, and one that
    was deleted can be brought back."""
    make(studio, "a boat")
    prompt(studio).fill("a ship")
    open_prompts(studio)
    dialog(studio).get_by_role("textbox", name="Name").fill("Mine")
    studio.keyboard.press("Enter")
    dialog(studio).get_by_role("button", name="Save: a boat").click()
    expect(dialog(studio).locator(".kept")).to_have_count(3)
    assert names(studio, "Saved") == ["a boat", "Mine a ship"]
    studio.keyboard.press("Escape")
    prompt(studio).fill("")
    studio.reload()
    open_prompts(studio)
    expect(dialog(studio).get_by_role("textbox")).to_have_count(0)  # nothing to save
    dialog(studio).get_by_role("button", name="Delete: Mine").click()
    expect(dialog(studio).locator(".kept")).to_have_count(2)
    dialog(studio).get_by_role("button", name="Undo").click()
    assert names(studio, "Saved") == ["a boat", "Mine a ship"]
    dialog(studio).get_by_role("button", name="Mine a ship").click()
    expect(prompt(studio)).to_have_value("a ship")


def test_prompts_that_were_not_kept_are_told_of(studio: Page) -> None:
    """The dialog says what will be in it; odd things in the browser's storage break nothing."""
    studio.evaluate("localStorage.setItem('flux2.prompts', '{\"sent\": 7, \"saved\": [null]}')")
    open_prompts(studio)
    expect(dialog(studio)).to_contain_text("The last 50 prompts that you send")
    expect(dialog(studio)).to_contain_text("stay here until you delete them")
