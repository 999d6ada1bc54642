"""Several jobs at a time: side by side, waiting for somebody or something, and all at once."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from tests.browser.conftest import strict_page
from tests.browser.studio import (
    IMAGES,
    PHONE,
    generate,
    generate_images,
    held,
    jobs,
    make,
    open_page,
    picture,
    pictures,
    prompt,
    show,
)
from tests.browser.test_everyone import assert_fits
from tests.conftest import Server


def paused(page: Page) -> Locator:
    return page.locator(".paused")


def listen(page: Page, path: str) -> list[Request]:
    """What is asked of this path from now on."""
    requests: list[Request] = []
    page.on("request", lambda it: requests.append(it) if it.url.endswith(path) else None)
    return requests


def refuse(page: Page, seconds: int) -> None:
    """What a busy server answers."""
    error = {"error": {"code": "rate_limit_exceeded", "message": "Busy."}}
    headers = {"retry-after": str(seconds)}
    page.route(IMAGES, lambda route: route.fulfill(status=429, headers=headers, json=error))


def test_jobs_are_made_side_by_side(studio: Page) -> None:
    """While they are four images together; what does not fit waits, and follows by itself."""
    with held(studio):
        generate(studio, "one")
        generate(studio, "two")
        generate_images(studio, 3, "three")
        expect(jobs(studio)).to_have_count(3)
        states = [job.get_attribute("data-state") for job in jobs(studio).all()]
        assert states == ["running", "running", "queued"]
    expect(jobs(studio)).to_have_count(0)
    expect(pictures(studio)).to_have_count(5)


def test_busy_server_is_waited_for_with_a_countdown(studio: Page, server: Server) -> None:
    """The job is in its place again, and nobody has to press anything, but can."""
    refuse(studio, 60)
    generate(studio, "a fox")
    expect(paused(studio)).to_contain_text("Too many requests just now")
    expect(paused(studio)).to_contain_text(re.compile(r"Goes on by itself in (1:00|0:\d\d)\."))
    expect(jobs(studio)).to_have_attribute("data-state", "queued")
    expect(studio.locator(".send .work")).to_contain_text(re.compile(r"^1 waiting · \d:\d\d"))
    studio.unroute(IMAGES)
    paused(studio).get_by_role("button", name="Go on now").click()
    expect(picture(studio, "a fox")).to_be_visible()
    assert len(server.calls()) == 1


def test_job_that_was_refused_for_a_moment_is_sent_again_by_itself(
    studio: Page, server: Server
) -> None:
    """When the server says, with the seed that it had, and only once."""
    generate(studio, "a fox emulate:ratelimit=1*1")
    expect(picture(studio, "a fox emulate:ratelimit=1*1")).to_be_visible()
    expect(jobs(studio)).to_have_count(0)
    expect(pictures(studio)).to_have_count(1)
    assert len({call["fields"]["seed"] for call in server.calls()}) == 1


def test_job_of_which_something_came_is_not_sent_again_by_itself(
    studio: Page, server: Server
) -> None:
    """What is missing may have been made; that is for a person to say."""
    studio.locator("#seed").fill("1")
    generate_images(studio, 2, "boats emulate:capacity@2")
    expect(jobs(studio).get_by_role("alert")).to_contain_text("Too many requests just now")
    expect(paused(studio)).to_have_count(0)
    expect(pictures(studio)).to_have_count(1)


def test_nothing_is_sent_without_a_connection(studio: Page, server: Server) -> None:
    """It is when there is one again."""
    make(studio, "a boat")  # the gallery is loaded
    server.forget_calls()
    studio.context.set_offline(True)
    generate(studio, "a fox")
    expect(paused(studio)).to_contain_text("There is no connection")
    expect(jobs(studio)).to_have_attribute("data-state", "queued")
    assert server.calls() == []
    studio.context.set_offline(False)
    expect(picture(studio, "a fox")).to_be_visible()
    assert len(server.calls()) == 1


def test_server_that_cannot_be_reached_is_looked_for(page: Page, server: Server) -> None:
    """Now and then, and at once when there is a connection again. What was sent may have been made,
    and is not sent again; what waited goes on by itself."""
    page.clock.install()
    open_page(page, server)
    requests: list[Route] = []
    page.route(IMAGES, lambda route: requests.append(route))
    page.route("**/health", lambda route: route.abort())
    generate_images(page, 4, "one")
    generate_images(page, 1, "two")
    expect(jobs(page)).to_have_count(2)
    requests[0].abort()
    expect(jobs(page).get_by_role("alert")).to_contain_text("cannot be reached")
    expect(paused(page)).to_contain_text(re.compile(r"Looks again in 0:0\d"))
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/health")):
        page.clock.fast_forward(6_000)
    expect(paused(page)).to_contain_text(re.compile(r"Looks again in 0:(10|0\d)"))
    page.context.set_offline(True)
    expect(page.locator("[data-light=offline]")).to_be_attached()
    looks = listen(page, "/health")
    page.context.set_offline(False)
    expect(page.locator("[data-light=unreachable]")).to_be_attached()
    assert len(looks) == 1
    page.unroute(IMAGES)
    page.unroute("**/health")
    page.clock.fast_forward(21_000)
    expect(picture(page, "two")).to_be_visible()
    expect(jobs(page).get_by_role("alert")).to_contain_text("cannot be reached")
    expect(pictures(page)).to_have_count(1)


def test_queue_that_only_a_person_can_help_waits_for_one(studio: Page) -> None:
    """Used-up neurons do not come back in a moment."""
    with held(studio):
        generate_images(studio, 4, "one emulate:quota")
        generate_images(studio, 1, "two")
        expect(jobs(studio)).to_have_count(2)
    expect(paused(studio)).to_contain_text("The queue waits")
    paused(studio).get_by_role("button", name="Go on").click()
    expect(picture(studio, "two")).to_be_visible()


def test_all_can_be_cancelled_tried_again_and_dismissed(studio: Page, server: Server) -> None:
    """Where there are several."""
    generate_images(studio, 4, "one emulate:stall*1")
    generate_images(studio, 1, "two emulate:flagged")
    expect(jobs(studio)).to_have_count(2)
    studio.get_by_role("button", name="Cancel all").click()
    expect(jobs(studio).get_by_text("cancelled")).to_have_count(2)
    studio.get_by_role("button", name="Try all again").click()
    expect(pictures(studio)).to_have_count(4)
    expect(jobs(studio).get_by_role("alert")).to_contain_text("filter refused")
    expect(studio.get_by_role("button", name="Dismiss all")).to_have_count(0)
    generate(studio, "three emulate:flagged")
    expect(jobs(studio).get_by_role("alert")).to_have_count(2)
    studio.get_by_role("button", name="Dismiss all").click()
    expect(jobs(studio)).to_have_count(0)


def test_trying_again_twice_in_one_moment_sends_once(studio: Page, server: Server) -> None:
    """Before the page shows anything anew: each image costs."""
    generate(studio, "a fox emulate:flagged*1")
    button = jobs(studio).get_by_role("button", name="Try again")
    expect(button).to_be_visible()
    server.forget_calls()
    button.evaluate("button => { button.click(); button.click(); }")
    expect(picture(studio, "a fox emulate:flagged*1")).to_be_visible()
    expect(jobs(studio)).to_have_count(0)
    assert len(server.calls()) == 1


def test_chip_tells_of_the_work_and_leads_to_it(studio: Page) -> None:
    """Beside Generate, wherever somebody is."""
    generate_images(studio, 4, "one emulate:stall")
    generate_images(studio, 1, "two")
    chip = studio.get_by_role("form").get_by_role("button", name="1 running")
    expect(chip).to_have_text(re.compile(r"^\s*1 running · 1 waiting · \d:\d\d\s*$"))
    chip.click()
    expect(studio.get_by_role("region", name="In the works")).to_be_focused()
    expect(jobs(studio).first).to_be_in_viewport()


def test_chip_leads_to_the_work_on_a_phone(page: Page, server: Server) -> None:
    """From where the next prompt is written, and from far down in the gallery."""
    page.set_viewport_size({**PHONE, "height": 480})
    open_page(page, server)
    for name in ("a", "b", "c", "d"):
        show(page, "create")
        make(page, name, size="768x1024")
    show(page, "create")
    generate(page, "one emulate:stall")
    show(page, "create")
    page.locator(".send .work").click()
    expect(jobs(page)).to_be_in_viewport()
    pictures(page).last.scroll_into_view_if_needed()
    expect(jobs(page)).not_to_be_in_viewport()
    chip = page.locator(".stage > .work")
    expect(chip).to_be_in_viewport()
    chip.click()
    expect(jobs(page)).to_be_in_viewport()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_what_is_typed_stays_when_the_queue_waits(
    chromium: Browser, server: Server, phone: bool
) -> None:
    """Whoever writes the next prompt is not disturbed by what goes on by itself."""
    options = {"viewport": PHONE} if phone else {}
    with strict_page(chromium, server, **options) as page:
        open_page(page, server)
        refuse(page, 1)
        generate(page, "a fox")
        expect(paused(page)).to_be_visible()
        show(page, "create")
        prompt(page).fill("a h")
        page.unroute(IMAGES)
        prompt(page).press_sequentially("en")
        expect(jobs(page)).to_have_count(0)
        expect(prompt(page)).to_have_value("a hen")
        expect(prompt(page)).to_be_focused()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_where_the_queue_waits(page: Page, server: Server, phone: bool) -> None:
    """With all that can be done with several jobs, and the chip; nothing sticks out."""
    if phone:
        page.set_viewport_size(PHONE)
    open_page(page, server)
    for name in ("one", "two"):
        show(page, "create")
        generate(page, f"{name} emulate:flagged")
    expect(jobs(page).get_by_role("alert")).to_have_count(2)
    refuse(page, 60)
    for name in ("three", "four"):
        show(page, "create")
        generate(page, name)
    expect(paused(page)).to_be_visible()
    assert_fits(page)
    show(page, "create")
    assert_fits(page)
