"""Jobs on their way: the queue, progress, cancelling, and every kind of failure."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import strict_page
from tests.browser.studio import (
    IMAGES,
    a_file,
    add_references,
    generate,
    generate_images,
    held,
    jobs,
    make,
    open_page,
    picture,
    pictures,
    prompt,
    sent,
)
from tests.conftest import Server, wait_until


def test_image_comes_with_what_it_is(studio: Page) -> None:
    """Its prompt, size, seed and cost; the job is gone."""
    make(studio, "a red kite", size="1280x720")
    facts = studio.locator(".latest .facts")
    expect(facts).to_contain_text("a red kite")
    for fact in ("dev", "1280\u00a0×\u00a0720", "Seed\u00a0", "$0.062"):
        expect(facts).to_contain_text(fact)


def test_control_enter_generates(studio: Page) -> None:
    """Nobody has to leave the keyboard."""
    prompt(studio).fill("a pine tree")
    studio.keyboard.press("Control+Enter")
    expect(picture(studio, "a pine tree")).to_be_visible()


def test_jobs_wait_for_each_other(studio: Page) -> None:
    """Where there is room for one, the others wait; each can be cancelled, and the rest goes on."""
    generate_images(studio, 4, "one emulate:stall")
    generate_images(studio, 1, "two")
    generate(studio, "three")
    expect(jobs(studio)).to_have_count(3)
    expect(jobs(studio).nth(0)).to_have_attribute("data-state", "running")
    expect(jobs(studio).nth(0)).to_contain_text(re.compile(r"\ds"))
    expect(studio).to_have_title(re.compile(r"\ds · FLUX\.2 on Workers AI"))
    expect(jobs(studio).nth(1)).to_contain_text("waiting for its turn")
    jobs(studio).nth(1).get_by_role("button", name="Cancel").click()
    expect(jobs(studio).nth(1)).to_contain_text("cancelled")
    jobs(studio).nth(0).get_by_role("button", name="Cancel").click()
    expect(picture(studio, "three")).to_be_visible()
    expect(pictures(studio)).to_have_count(1)
    expect(studio).to_have_title("FLUX.2 on Workers AI")


def test_cancelled_job_can_be_tried_again(studio: Page, server: Server) -> None:
    """With what it was; meanwhile something else was typed."""
    generate(studio, "a fox emulate:stall*1")
    wait_until(server.calls)
    jobs(studio).get_by_role("button", name="Cancel").click()
    prompt(studio).fill("another thought")
    jobs(studio).get_by_role("button", name="Try again").click()
    expect(picture(studio, "a fox emulate:stall*1")).to_be_visible()
    expect(prompt(studio)).to_have_value("another thought")
    assert len({call["fields"]["seed"] for call in server.calls()}) == 1


def generate_three(page: Page, text: str) -> None:
    """With the seeds 1, 2 and 3."""
    page.locator("#seed").fill("1")
    page.get_by_label("Images", exact=True).fill("3")
    generate(page, text)


def test_each_image_is_shown_as_soon_as_it_comes(studio: Page) -> None:
    """The others still have their places."""
    generate_three(studio, "boats emulate:stall@2")
    expect(pictures(studio)).to_have_count(2)
    expect(jobs(studio).locator(".slot[data-done]")).to_have_count(2)
    progress = jobs(studio).get_by_role("progressbar")
    expect(progress).to_have_count(1)
    expect(progress).to_have_attribute("aria-label", "Progress of image 2")
    jobs(studio).get_by_role("button", name="Cancel").click()
    expect(jobs(studio)).to_contain_text("2 images had arrived before")


@contextmanager
def busy_storage(page: Page) -> Iterator[None]:
    """Nothing that is written counts as kept before the end, as on a slow disk."""
    page.evaluate("""() => {
      const isFree = new Promise((resolve) => (window.freeStorage = resolve));
      const { addEventListener } = EventTarget.prototype;
      IDBTransaction.prototype.addEventListener = function (type, listener) {
        addEventListener.call(this, type, (event) => isFree.then(() => listener(event)));
      };
    }""")
    yield
    page.evaluate("window.freeStorage()")


def test_image_does_not_wait_until_the_one_before_is_kept(studio: Page) -> None:
    """All are paid for; and the job is not over before all are kept."""
    with busy_storage(studio):
        with studio.expect_event("requestfinished", lambda request: request.method == "POST"):
            generate_three(studio, "boats")
        expect(pictures(studio)).to_have_count(3)
        expect(jobs(studio)).to_have_count(1)
    expect(jobs(studio)).to_have_count(0)
    studio.reload()
    expect(pictures(studio)).to_have_count(3)


def test_what_came_before_a_job_was_cancelled_is_kept(studio: Page) -> None:
    """Also where keeping takes longer than the job."""
    with busy_storage(studio):
        generate_three(studio, "boats emulate:stall@2")
        expect(pictures(studio)).to_have_count(2)
        jobs(studio).get_by_role("button", name="Cancel").click()
    expect(jobs(studio)).to_contain_text("2 images had arrived before")
    studio.reload()
    expect(pictures(studio)).to_have_count(2)


ANSWER_THAT_BREAKS = """(events) => {
  window.fetch = async () => new Response(new ReadableStream({
    start(controller) {
      for (const event of events) controller.enqueue(new TextEncoder().encode(event));
      window.breakOff = () => controller.error(new TypeError("network error"));
    },
  }));
}"""


def test_what_came_before_the_connection_broke_is_kept(studio: Page, server: Server) -> None:
    """However many came at once."""
    with server.client() as client:
        wish = {"prompt": "boats", "seed": 1, "n": 3, "stream": True}
        answer = client.post("/v1/images/generations", json=wish).text
    whole = [f"{event}\n\n" for event in answer.split("\n\n") if "b64_json" in event]
    assert len(whole) == 3
    studio.evaluate(ANSWER_THAT_BREAKS, [*whole[:2], whole[2][:5000]])
    with busy_storage(studio):
        generate_three(studio, "boats")
        expect(pictures(studio)).to_have_count(2)
        studio.evaluate("window.breakOff()")
    expect(jobs(studio).get_by_role("alert")).to_contain_text("The answer broke off")
    expect(jobs(studio)).to_contain_text("2 images had arrived before")
    studio.reload()
    expect(pictures(studio)).to_have_count(2)


def test_failure_to_keep_an_image_is_reported_and_stops_no_other(
    page: Page, server: Server
) -> None:
    """Also where the job is cancelled in the end."""
    page.add_init_script("""
      window.reported = [];
      window.reportError = ({ message }) => window.reported.push(message);
      BroadcastChannel.prototype.postMessage = () => { throw new Error("a bug") };
    """)
    open_page(page, server)
    generate_three(page, "boats emulate:stall@2")
    expect(pictures(page)).to_have_count(2)
    jobs(page).get_by_role("button", name="Cancel").click()
    expect(jobs(page)).to_contain_text("cancelled")
    assert page.evaluate("window.reported") == ["a bug"]


def test_only_what_did_not_come_is_asked_for_again(studio: Page, server: Server) -> None:
    """What came is paid for and kept."""
    generate_three(studio, "boats emulate:flagged@2")
    expect(jobs(studio).get_by_role("alert")).to_contain_text("filter refused this picture")
    expect(pictures(studio)).to_have_count(2)
    server.forget_calls()
    jobs(studio).get_by_role("button", name="Try again").click()
    expect(jobs(studio).get_by_role("alert")).to_contain_text("filter refused this picture")
    assert [call["fields"]["seed"] for call in server.calls()] == ["2"]


FAILURES = {
    "flagged": "Cloudflare’s filter refused this picture",
    "flagged200": "Cloudflare’s filter refused this picture",
    "invalid": "Cloudflare failed",
    "quota": "Today’s free neurons are used up",
    "timeout": "Cloudflare took too long",
    "internal": "Cloudflare failed",
    "toolarge": "The request is too large",
    "nocode": "Cloudflare failed",
    "token": "Cloudflare refused the credentials",
    "account": "Cloudflare refused the credentials",
    "break_before": "Cloudflare failed",
    "break_headers": "Cloudflare failed",
    "break_middle": "Cloudflare failed",
    "big=3000000 emulate:break_middle": "The answer broke off",
    "short": "The answer broke off",
    "garbage": "Cloudflare failed",
    "empty": "Cloudflare failed",
    "notimage": "Cloudflare failed",
}


def test_every_failure_upstream_is_explained(studio: Page) -> None:
    """In plain words with what to do; nothing that was typed is lost, and the next try works."""
    for failure, words in FAILURES.items():
        text = f"a cat emulate:{failure}"
        generate(studio, text)
        expect(jobs(studio).get_by_role("alert")).to_contain_text(words)
        expect(prompt(studio)).to_have_value(text)
        jobs(studio).get_by_role("button", name="Dismiss").click()
    make(studio, "a cat")
    expect(pictures(studio)).to_have_count(1)


def test_what_is_too_large_is_named(studio: Page) -> None:
    """Reference images only where there are some."""
    add_references(studio, a_file("cat.png", "red"))
    generate(studio, "a cat emulate:toolarge")
    expect(jobs(studio).get_by_role("alert")).to_contain_text("The reference images are too large")


def test_what_the_server_said_is_there_for_who_wants_to_know(studio: Page) -> None:
    """What to do comes first, and the rest is told when it is asked for, or is all there is."""
    generate(studio, "a cat emulate:quota")
    alert = jobs(studio).get_by_role("alert")
    said = alert.get_by_text("has used up its free allocation")
    expect(alert).to_contain_text("Today’s free neurons are used up")
    expect(said).to_be_hidden()
    alert.get_by_text("What the server said").click()
    expect(said).to_be_visible()
    alert.get_by_role("button", name="Dismiss").click()
    generate(studio, "a cat emulate:invalid")
    expect(alert.get_by_text("Cloudflare failed")).to_be_visible()
    expect(alert.locator("[lang=en]")).to_be_visible()


def test_failure_names_its_request(studio: Page) -> None:
    """With the id under which the server's log has it, beside what the server said."""
    with studio.expect_response(IMAGES) as caught:
        generate(studio, "a cat emulate:invalid")
    alert = jobs(studio).get_by_role("alert")
    expect(alert.get_by_text("Request id:")).to_contain_text(caught.value.headers["x-request-id"])


def test_refused_credentials_say_at_once_what_is_wrong_with_them(studio: Page) -> None:
    """The token, the account or the model: only what the server said tells which."""
    generate(studio, "a cat emulate:forbidden")
    alert = jobs(studio).get_by_role("alert")
    expect(alert.get_by_text("may not use the model")).to_be_visible()


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        ("impatient", "Cloudflare took too long"),
        ("unreachable", "Cloudflare failed"),
        ("wrong token", "must check CF_API_TOKEN and ACCOUNT"),
        ("no CF_API_TOKEN", "not set up completely"),
    ],
)
def test_failures_of_the_deployment_are_explained(
    chromium: Browser, servers: Mapping[str, Server], variant: str, words: str
) -> None:
    """To who uses it and to who owns it."""
    with strict_page(chromium, servers[variant]) as page:
        open_page(page, servers[variant])
        generate(page, "a cat emulate:delay=5" if variant == "impatient" else "a cat")
        expect(jobs(page).get_by_role("alert")).to_contain_text(words)


def test_answer_of_something_else_is_explained(studio: Page) -> None:
    """A proxy between the page and the Worker."""
    studio.route(
        IMAGES,
        lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway"),
    )
    generate(studio, "one")
    expect(jobs(studio).get_by_role("alert")).to_contain_text("does not understand")


def test_job_cut_off_by_a_reload_is_not_lost(studio: Page, server: Server) -> None:
    """It was perhaps paid for: it can be asked for again with the seed that it had."""
    generate(studio, "a fox emulate:stall*1")
    wait_until(server.calls)
    asked = []
    studio.on("dialog", lambda box: (asked.append(box.type), box.accept()))
    studio.reload()
    assert asked == ["beforeunload"]
    expect(jobs(studio)).to_contain_text("The page was closed while this was being made")
    jobs(studio).get_by_role("button", name="Try again").click()
    expect(picture(studio, "a fox emulate:stall*1")).to_be_visible()
    assert len({call["fields"]["seed"] for call in server.calls()}) == 1


def test_another_tab_leaves_running_jobs_alone(studio: Page) -> None:
    """They are not cut off; only another page shows them."""
    with studio.context.new_page() as other:
        with held(studio):
            generate(studio, "a fox")
            expect(jobs(studio)).to_have_attribute("data-state", "running")
            other.goto("/")
            expect(other.locator("[data-light=good]")).to_be_visible()
            expect(jobs(other)).to_have_count(0)
        expect(picture(studio, "a fox")).to_be_visible()


def test_failed_job_can_be_edited(studio: Page) -> None:
    """Its prompt and settings come back into the form."""
    generate(studio, "a cat emulate:flagged", size="768x1024")
    prompt(studio).fill("something else")
    jobs(studio).get_by_role("button", name="Edit").click()
    expect(prompt(studio)).to_have_value("a cat emulate:flagged")
    expect(prompt(studio)).to_be_focused()
    expect(studio.locator("input[name=size]:checked")).to_have_value("768x1024")


def test_news_are_announced(studio: Page) -> None:
    """To those who do not see the pictures."""
    news = studio.locator("p.unseen[role=status]")
    with held(studio):
        generate(studio, "a cat")
        expect(news).to_have_text("Generating")
    expect(news).to_contain_text("The images are ready")


def test_quick_answer_is_sent_with_the_settings_of_its_time(studio: Page, server: Server) -> None:
    """What is typed after Generate belongs to the next job."""
    with held(studio):
        generate(studio, "one")
        prompt(studio).fill("two")
    expect(picture(studio, "one")).to_be_visible()
    assert sent(server)["fields"]["prompt"] == "one"


def test_key_that_is_held_down_counts_once(studio: Page, server: Server) -> None:
    """Each image costs; so does a double click."""
    prompt(studio).fill("a cat emulate:delay=1")  # longer than the page takes for one press
    with held(studio):
        studio.keyboard.down("Control")
        for _ in range(5):
            studio.keyboard.down("Enter")
        studio.keyboard.up("Enter")
        studio.keyboard.up("Control")
        expect(jobs(studio)).to_have_count(1)
    expect(picture(studio, "a cat emulate:delay=1")).to_be_visible()
    studio.locator("#steps").focus()
    for _ in range(5):
        studio.keyboard.down("Enter")
    studio.keyboard.up("Enter")
    expect(pictures(studio)).to_have_count(2)
    prompt(studio).fill("a dog")
    studio.get_by_role("button", name="Generate").dblclick()
    expect(picture(studio, "a dog")).to_be_visible()
    assert len(server.calls()) == 3


def test_image_is_kept_before_anything_else(studio: Page) -> None:
    """It is paid for: whatever breaks later, and be it the small picture, it is there."""
    studio.add_init_script("window.createImageBitmap = () => new Promise(() => {})")
    studio.reload()
    make(studio, "a boat")
    studio.reload()
    expect(picture(studio, "a boat")).to_be_visible()


def test_gallery_that_cannot_be_read_loses_no_image(page: Page, server: Server) -> None:
    """What comes is shown all the same."""
    page.add_init_script("IDBIndex.prototype.getAll = () => { throw new Error('damaged') }")
    open_page(page, server)
    make(page, "a boat")


def test_job_that_waited_while_the_page_was_closed_says_so(studio: Page) -> None:
    """It has cost nothing."""
    generate_images(studio, 4, "one emulate:stall")
    generate_images(studio, 1, "two")
    expect(jobs(studio)).to_have_count(2)
    studio.on("dialog", lambda box: box.accept())
    studio.reload()
    expect(jobs(studio).nth(1)).to_contain_text("closed before its turn came")


def test_page_never_takes_its_own_job_for_an_abandoned_one(page: Page, server: Server) -> None:
    """Also where it was asked for before the page knew which others are open."""
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.add_init_script("delete Navigator.prototype.locks")
    open_page(page, server)
    generate_images(page, 4, "a fox emulate:stall")
    expect(jobs(page)).to_have_attribute("data-state", "running")
    page.clock.run_for(2000)
    generate_images(page, 1, "a hen")
    expect(jobs(page).nth(0)).to_have_attribute("data-state", "running")
    expect(jobs(page).nth(1)).to_contain_text("waiting for its turn")


def test_tabs_know_of_each_other_without_locks(page: Page, server: Server) -> None:
    """By plain HTTP, as in a LAN, there are none; and no jobs are taken away all the same."""
    page.context.add_init_script("delete Navigator.prototype.locks")
    open_page(page, server)
    generate(page, "a fox emulate:delay=2")
    expect(jobs(page)).to_have_attribute("data-state", "running")
    with page.context.new_page() as other:
        other.goto("/")
        expect(picture(other, "a fox emulate:delay=2")).to_be_visible()
        expect(jobs(other)).to_have_count(0)
        page.on("dialog", lambda box: box.accept())
        generate(page, "a hen emulate:stall")
        expect(jobs(page)).to_have_attribute("data-state", "running")
        page.reload()
        expect(jobs(page)).to_contain_text("interrupted")
