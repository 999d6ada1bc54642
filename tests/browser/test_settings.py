"""Settings, what they cost, and that only what does something is asked for and sent."""

import re

import pytest
from playwright.sync_api import Page, expect

from flux2 import catalog
from tests.browser import ledger
from tests.browser.studio import (
    a_file,
    add_references,
    choose,
    generate,
    jobs,
    open_page,
    picture,
    pictures,
    prompt,
    sent,
)
from tests.conftest import Server

SIZES = ["1024x1024", "1024x768", "768x1024", "1280x720", "1536x1024", "1920x1080", "2048x2048"]


def test_sizes_are_offered_and_come(studio: Page) -> None:
    """Seven, and one's own; square is where it begins. What comes has it to the pixel."""
    radios = studio.locator("input[name=size]")
    assert radios.evaluate_all("radios => radios.map(({ value }) => value)") == [*SIZES, "free"]
    expect(studio.locator("input[name=size]:checked")).to_have_value("1024x1024")
    for size in ("768x1024", "2048x2048"):
        generate(studio, f"a kite of {size}", size=size)
        image = picture(studio, f"a kite of {size}")
        expect(image).to_be_visible()
        measured = image.evaluate(
            "image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])"
        )
        assert measured == [int(side) for side in size.split("x")]


def test_own_size(studio: Page, server: Server) -> None:
    """From 256 to 2048 a side; anything else is refused in its place, and not sent."""
    choose(studio, "free")
    studio.get_by_label("Width").fill("2049")
    expect(studio.get_by_text("A whole number from 256 to 2,048.")).to_be_visible()
    prompt(studio).fill("a kite")
    studio.get_by_role("button", name="Generate").click()
    expect(studio.get_by_label("Width")).to_be_focused()
    expect(jobs(studio)).to_have_count(0)
    studio.get_by_label("Width").fill("300")
    studio.get_by_label("Height").fill("1111")
    studio.keyboard.press("Control+Enter")
    expect(pictures(studio)).to_have_count(1)
    assert sent(server)["fields"]["width"] == "300"
    assert sent(server)["fields"]["height"] == "1111"


def test_dev_takes_steps_and_guidance(studio: Page, server: Server) -> None:
    """25 steps by default, 10 to 50; guidance only if given."""
    expect(studio.get_by_label("Steps", exact=False).last).to_have_value("25")
    slider = studio.get_by_label("Steps, slider")
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("10", "50")
    generate(studio, "a kite")
    expect(pictures(studio)).to_have_count(1)
    assert sent(server)["fields"]["steps"] == "25"
    assert "guidance" not in sent(server)["fields"]
    studio.locator("#steps").fill("9")
    expect(studio.get_by_text("A whole number from 10 to 50.")).to_be_visible()
    studio.locator("#steps").fill("12")
    expect(slider).to_have_value("12")
    studio.get_by_label("Guidance").fill("3.5")
    studio.keyboard.press("Control+Enter")
    expect(pictures(studio)).to_have_count(2)
    assert sent(server)["fields"]["steps"] == "12"
    assert sent(server)["fields"]["guidance"] == "3.5"


def test_klein_has_no_control_that_does_nothing(studio: Page, server: Server) -> None:
    """Neither steps nor guidance, also if they were set before."""
    for count, model in enumerate(("flux-2-klein-4b", "flux-2-klein-9b"), start=1):
        choose(studio, "flux-2-dev")
        studio.get_by_label("Guidance").fill("99")
        choose(studio, model)
        expect(studio.get_by_label("Guidance")).to_have_count(0)
        expect(studio.locator("#steps")).to_have_count(0)
        expect(studio.get_by_text("always takes 4 steps")).to_be_visible()
        generate(studio, "a kite")
        expect(pictures(studio)).to_have_count(count)
        assert sent(server)["model"].endswith(model)
        assert {"steps", "guidance"}.isdisjoint(sent(server)["fields"])


def test_seed_is_new_each_time_unless_locked(studio: Page, server: Server) -> None:
    """The lock takes the seed of the newest image, and keeps it, 0 too."""
    for count in (1, 2):
        generate(studio, f"kite {count}")
        expect(picture(studio, f"kite {count}")).to_be_visible()
    first, second = (call["fields"]["seed"] for call in server.calls())
    assert first != second
    studio.get_by_role("button", name="Keep the seed").click()
    expect(studio.get_by_label("Seed", exact=False).first).to_have_value(second)
    studio.get_by_label("Seed", exact=False).first.fill("0")
    generate(studio, "kite 3")
    expect(picture(studio, "kite 3")).to_be_visible()
    assert sent(server)["fields"]["seed"] == "0"


def test_seed_must_leave_room_for_all_images(studio: Page) -> None:
    """The images of one job have seeds in a row."""
    studio.locator("#seed").fill("4294967295")
    expect(studio.locator("#seed-problem")).to_be_empty()
    studio.get_by_label("Images", exact=True).fill("2")
    expect(studio.locator("#seed-problem")).to_have_text("A whole number from 0 to 4,294,967,294.")


def test_number_of_images(studio: Page, server: Server) -> None:
    """One to ten, one call each."""
    less = studio.get_by_role("button", name="One image less")
    expect(less).to_be_disabled()
    studio.get_by_role("button", name="One image more").click()
    studio.get_by_role("button", name="One image more").click()
    generate(studio, "kites")
    expect(pictures(studio)).to_have_count(3)
    seeds = sorted(int(call["fields"]["seed"]) for call in server.calls())
    assert seeds == list(range(seeds[0], seeds[0] + 3))
    studio.get_by_label("Images", exact=True).fill("11")
    expect(studio.get_by_text("A whole number from 1 to 10.")).to_be_visible()


def test_cost_is_told_before(page: Page, server: Server) -> None:
    """Neurons, dollars, and the share of what is free a day; more than that stands out, also where
    an image that alone would be free is not, since too little is left."""
    open_having_used(page, server, 0)
    price = page.locator(".price")
    expect(price).to_have_text(re.compile(r"3,750 neurons\s+\$0\.041\s+38% of the free day"))
    expect(price).to_have_attribute("data-much", "false")
    add_references(page, a_file("a.png", "teal"))
    page.get_by_label("Images", exact=True).fill("3")
    expect(price).to_have_text(re.compile(r"12,656 neurons\s+\$0\.14\s+127% of the free day"))
    expect(price).to_have_attribute("data-much", "true")
    page.get_by_label("Images", exact=True).fill("1")
    page.get_by_role("button", name="Remove image 0").click()
    open_having_used(page, server, 7000)
    expect(price).to_contain_text("38% of the free day, 70% used so far")
    expect(price).to_have_attribute("data-much", "true")
    choose(page, "flux-2-klein-4b")
    expect(price).to_have_attribute("data-much", "false")


def open_having_used(page: Page, server: Server, neurons: float) -> None:
    """So much of what is free today, whatever other tests have used."""
    page.route("**/v1/key", lambda route: route.fulfill(json=ledger.owner(neurons)))
    page.goto("about:blank")
    open_page(page, server)


def test_cost_is_the_server_s(page: Page) -> None:
    """The page and the Worker come to the same sum for every model, size and number."""
    asked = [
        {"model": model.name, "width": width, "height": height,
         "steps": steps, "references": references, "n": 1}
        for model in catalog.MODELS
        for width, height in [(256, 256), (512, 513), (1024, 1024), (1920, 1080), (2048, 2048)]
        for steps in (10, 25)
        for references in (0, 1, 4)
    ]  # fmt: skip
    page.goto("/favicon.svg")
    shown = page.evaluate(
        """async (asked) => {
          const { cost } = await import("/js/model/price.js");
          return asked.map((one) => cost(one).neurons);
        }""",
        asked,
    )
    by_name = {model.name: model for model in catalog.MODELS}
    expected = [
        catalog.round_neurons(
            by_name[one["model"]].neurons(
                one["width"], one["height"], one["steps"], one["references"]
            )
        )
        for one in asked
    ]
    assert shown == pytest.approx(expected, abs=0.011)


def test_settings_survive_a_reload(studio: Page) -> None:
    """What somebody uses every day is set once."""
    choose(studio, "flux-2-klein-9b")
    choose(studio, "1920x1080")
    studio.locator("#seed").fill("7")
    studio.get_by_label("Images", exact=True).fill("2")
    studio.reload()
    expect(studio.locator("input[name=model]:checked")).to_have_value("flux-2-klein-9b")
    expect(studio.locator("input[name=size]:checked")).to_have_value("1920x1080")
    expect(studio.locator("#seed")).to_have_value("7")
    expect(studio.get_by_label("Images", exact=True)).to_have_value("2")
