"""What runs on the server while the page is closed, and how it comes into the gallery."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dev.album import fill
from tests.browser import ledger, night
from tests.browser.conftest import strict_page
from tests.browser.night import Night, a_batch, an_output, counts, now, spent
from tests.browser.studio import (
    IMAGES,
    PHONE,
    a_file,
    add_references,
    choose,
    dialog,
    generate,
    jobs,
    open_page,
    picture,
    pictures,
    prompt,
    references,
    saved,
)
from tests.browser.test_storage import LITTLE_ROOM
from tests.conftest import Server, wait_until

HOUR = night.HOUR


@pytest.fixture
def server_side(page: Page) -> Night:
    """What the page is told of batches, none at first."""
    told = Night()
    told.install(page.context)
    return told


@pytest.fixture
def other(chromium: Browser, server: Server) -> Iterator[Page]:
    """Another device."""
    with strict_page(chromium, server) as page:
        yield page


def strip(page: Page) -> Locator:
    """The line that says what runs."""
    return page.locator("#open-batches")


def send(page: Page, text: str, way: str = "In the background") -> None:
    prompt(page).fill(text)
    choose(page, "flux-2-klein-4b")
    page.get_by_role("button", name="Other ways to make it").click()
    page.get_by_role("group", name="Other ways to make it").get_by_role("button", name=way).click()


def look_again(page: Page) -> None:
    """As if the page came into sight again: it asks at once how it is with what runs."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def open_batches(page: Page) -> None:
    strip(page).click()
    expect(dialog(page).get_by_role("heading", name="In the background")).to_be_visible()


def row(page: Page, title: str) -> Locator:
    heading = page.get_by_role("heading", name=title)
    return dialog(page).get_by_role("listitem").filter(has=heading)


def test_job_in_the_background_is_a_batch_of_one_line(
    page: Page, server: Server, server_side: Night
) -> None:
    """With the same fields as the job; nothing is made here, and the page says that it was sent."""
    open_page(page, server)
    choose(page, "1024x768")
    page.get_by_label("Images", exact=True).fill("2")
    send(page, "a boat")
    expect(page.get_by_text("Sent. The server makes it; this page may be closed.")).to_be_visible()
    expect(strip(page)).to_contain_text("1 job in the background")
    expect(strip(page)).to_contain_text("0 of 1 done")
    expect(jobs(page)).to_have_count(0)
    expect(page.get_by_role("group", name="Other ways to make it")).to_have_count(0)
    ((document, name),) = server_side.sent
    assert re.fullmatch("[0-9a-f]{32}", name)
    body = {
        **{"prompt": "a boat", "model": "flux-2-klein-4b", "size": "1024x768", "n": 2},
        "response_format": "url",
    }
    url = "/v1/images/generations"
    assert document == {
        "endpoint": url,
        "completion_window": "24h",
        "requests": [{"custom_id": "1", "method": "POST", "url": url, "body": body}],
        "metadata": {"source": "page", "title": "a boat"},
    }


def test_job_for_free_neurons_has_a_week(page: Page, server: Server, server_side: Night) -> None:
    """And says so before it is sent."""
    open_page(page, server)
    page.get_by_role("button", name="Other ways to make it").click()
    ways = page.get_by_role("group", name="Other ways to make it")
    expect(ways).to_contain_text("it waits for the next 00:00 UTC")
    page.keyboard.press("Tab")
    expect(ways.get_by_role("button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(ways).to_have_count(0)
    expect(page.get_by_role("button", name="Other ways to make it")).to_be_focused()
    send(page, "a boat", "When there are free neurons again")
    expect(strip(page)).to_be_visible()
    assert server_side.sent[0][0]["completion_window"] == "7d"


def test_draft_that_is_not_right_is_not_sent(
    page: Page, server: Server, server_side: Night
) -> None:
    """What to mend has the focus, as with any job; without a key, the key is asked for."""
    open_page(page, server)
    send(page, " ")
    expect(prompt(page)).to_be_focused()
    expect(page.get_by_text("Describe the picture first.")).to_be_visible()
    page.get_by_role("button", name="Key accepted").click()
    dialog(page).get_by_role("button", name="Forget it").click()
    expect(dialog(page)).to_be_hidden()  # what is behind it cannot be typed into before
    send(page, "a boat")
    expect(dialog(page).get_by_role("heading", name="API key")).to_be_visible()
    assert server_side.sent == []


def test_images_flow_into_the_gallery_as_they_come(
    page: Page, server: Server, server_side: Night
) -> None:
    """As if they had been made here, with all that is known of them."""
    open_page(page, server)
    page.get_by_label("Images", exact=True).fill("2")
    send(page, "a boat")
    expect(strip(page)).to_be_visible()
    server_side.finish(server_side.batches[0])
    look_again(page)
    expect(picture(page, "a boat")).to_have_count(2)
    expect(strip(page)).to_contain_text("nothing runs, 1 earlier job")
    picture(page, "a boat").first.click()
    table = dialog(page).get_by_role("table")
    expect(table).to_contain_text("104.2 neurons")
    expect(table).to_contain_text("flux-2-klein-4b")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Exactly again").first.click()
    expect(page.locator("#seed")).to_have_value(re.compile("^[78]$"))


def test_phone_tells_of_it_while_something_else_is_composed(
    page: Page, server: Server, server_side: Night
) -> None:
    """On the way to where it can be seen."""
    page.set_viewport_size(PHONE)
    server_side.batches = [a_batch(1, "kites"), a_batch(2, "boats", status="completed")]
    open_page(page, server)
    expect(page.locator("#tab-gallery")).to_contain_text("1 in the works")


def test_images_come_when_the_page_is_opened_next_and_never_twice(
    page: Page, server: Server, server_side: Night
) -> None:
    """What was deleted stays away, though the server still has it."""
    running = a_batch(1, "kites", request_counts=counts(7))
    server_side.batches = [running]
    server_side.add_results(running, [{"prompt": f"kite {number}"} for number in range(5)])
    open_page(page, server)
    expect(pictures(page)).to_have_count(5)
    expect(page.get_by_text("New in the gallery, made in the background: 5.")).to_be_visible()
    picture(page, "kite 1").click()
    dialog(page).get_by_role("button", name="Delete").click()
    expect(pictures(page)).to_have_count(4)
    page.reload()
    expect(pictures(page)).to_have_count(4)
    server_side.add_results(running, [{"prompt": "kite 5"}, {"prompt": "kite 6"}])
    server_side.end(running)
    look_again(page)
    expect(pictures(page)).to_have_count(6)
    expect(picture(page, "kite 1")).to_have_count(0)
    server_side.asked.clear()
    page.reload()
    expect(strip(page)).to_contain_text("nothing runs")
    expect(pictures(page)).to_have_count(6)
    assert server_side.asked == ["batches?limit=20"]


def test_other_device_with_the_key_finds_the_images(
    page: Page, other: Page, server: Server, server_side: Night
) -> None:
    """Those of the batches, with the settings; where they were sent, the reference images too."""
    open_page(page, server)
    add_references(page, a_file("a.png", "teal"))
    expect(references(page)).to_have_count(1)
    send(page, "a boat")
    expect(strip(page)).to_be_visible()
    document, _ = server_side.sent[0]
    assert document["endpoint"] == "/v1/images/edits"
    (image,) = document["requests"][0]["body"]["images"]
    assert image.startswith("data:image/png;base64,")
    server_side.finish(server_side.batches[0])
    server_side.install(other.context)
    open_page(other, server)
    expect(picture(other, "a boat")).to_have_count(1)
    look_again(page)
    picture(page, "a boat").click()
    expect(dialog(page).locator(".references img")).to_have_count(1)


def test_two_pages_of_a_browser_take_an_image_once(
    page: Page, server: Server, server_side: Night
) -> None:
    """Whichever is quicker; the other shows it too."""
    batch = a_batch(1, "kites", request_counts=counts(6))
    server_side.batches = [batch]
    open_page(page, server)
    expect(strip(page)).to_be_visible()
    second = page.context.new_page()
    second.goto("/")
    expect(strip(second)).to_be_visible()
    server_side.add_results(batch, [{"prompt": f"kite {number}"} for number in range(6)])
    server_side.end(batch)
    for one in (page, second):
        look_again(one)
    for one in (page, second):
        expect(pictures(one)).to_have_count(6)
    page.reload()
    expect(pictures(page)).to_have_count(6)


def test_link_that_is_over_is_left_out(page: Page, server: Server, server_side: Night) -> None:
    """The others come."""
    batch = a_batch(1, "kites", request_counts=counts(3))
    server_side.batches = [batch]
    server_side.add_results(batch, [{"prompt": f"kite {number}"} for number in range(3)])
    server_side.end(batch)
    page.route("**/v1/images/files/*00010.jpg", lambda route: route.fulfill(status=404, json={}))
    open_page(page, server)
    expect(pictures(page)).to_have_count(2)
    page.reload()
    expect(strip(page)).to_be_visible()
    expect(pictures(page)).to_have_count(2)


def test_connection_that_breaks_loses_no_image(
    page: Page, server: Server, server_side: Night
) -> None:
    """What came before comes no second time, the rest when the page is opened next."""
    server_side.lines = 50
    batch = a_batch(1, "kites", request_counts=counts(9))
    server_side.batches = [batch]
    server_side.add_results(batch, [{"prompt": f"kite {number}"} for number in range(6)])
    page.route("**/v1/images/files/*00040.jpg", lambda route: route.abort())
    open_page(page, server)
    expect(pictures(page)).to_have_count(4)
    page.unroute("**/v1/images/files/*00040.jpg")
    page.reload()
    expect(pictures(page)).to_have_count(6)
    expect(picture(page, "kite 0")).to_have_count(1)


def test_images_that_had_no_room_come_when_there_is_some(
    page: Page, server: Server, server_side: Night
) -> None:
    """In the same visit, once others were deleted."""
    page.add_init_script(LITTLE_ROOM)
    batch = a_batch(1, "kites", request_counts=counts(1))
    server_side.batches = [batch]
    server_side.add_results(batch, [{"prompt": "a kite"}])
    server_side.end(batch)
    page.goto("/favicon.svg")
    fill(page, 1)
    open_page(page, server)
    expect(page.get_by_text("has no room to keep this")).to_be_visible()
    expect(pictures(page)).to_have_count(1)
    pictures(page).click()
    dialog(page).get_by_role("button", name="Delete").click()
    expect(picture(page, "a kite")).to_be_visible()


def test_gallery_of_an_earlier_version_stays_and_takes_images(
    page: Page, server: Server, server_side: Night
) -> None:
    """Its database has no place yet for what was taken of batches."""
    page.goto("/favicon.svg")
    page.evaluate("""async () => {
      const opening = indexedDB.open("flux2", 1);
      opening.onupgradeneeded = ({ target: { result: fresh } }) => {
        fresh.createObjectStore("results", { keyPath: "id" }).createIndex("created", "created");
        fresh.createObjectStore("references");
        fresh.createObjectStore("jobs", { keyPath: "id" });
      };
      await new Promise((resolve) => (opening.onsuccess = resolve));
      const writing = opening.result.transaction("results", "readwrite");
      writing.objectStore("results").put({
        id: "a", created: 1000, blob: new Blob(["x"]), thumbnail: null, references: [], seconds: 1,
        asked: { mode: "text", text: "an old boat", json: "", model: "flux-2-dev", width: "1024",
          height: "1024", free: false, steps: "25", guidance: "", seed: "", locked: false, n: "1" },
        actual: { model: "flux-2-dev", size: "1024x1024", steps: 25, seed: 7, format: "jpeg",
          cost: { neurons: 1, usd: 1 } },
      });
      await new Promise((resolve) => (writing.oncomplete = resolve));
      opening.result.close();
    }""")
    batch = a_batch(1, "kites", request_counts=counts(1))
    server_side.batches = [batch]
    server_side.add_results(batch, [{"prompt": "kite 0"}])
    server_side.end(batch)
    open_page(page, server)
    expect(picture(page, "kite 0")).to_be_visible()
    expect(picture(page, "an old boat")).to_have_count(1)
    page.reload()
    expect(picture(page, "an old boat")).to_have_count(1)
    expect(pictures(page)).to_have_count(2)


def test_answer_that_is_lost_is_not_paid_twice(
    page: Page, server: Server, server_side: Night
) -> None:
    """Trying again, or pressing again, sends the same name; the next batch has another."""
    open_page(page, server)
    server_side.fault = "lost"
    send(page, "a boat")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nobody knows whether the server has taken it.")
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_be_visible()
    server_side.fault = None
    send(page, "a boat")
    expect(strip(page)).to_be_visible()
    expect(alert).to_have_count(0)
    names = [name for _, name in server_side.sent]
    assert len(names) == 3
    assert len(set(names)) == 1
    assert len(server_side.batches) == 1
    send(page, "a boat")
    expect(strip(page)).to_contain_text("2 jobs")
    assert len({name for _, name in server_side.sent}) == 2


def test_deployment_without_batches_says_what_to_do(
    page: Page, server: Server, server_side: Night
) -> None:
    """Once, in plain words; images are made as ever."""
    server_side.fault = "binding_missing"
    open_page(page, server)
    send(page, "a boat")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This deployment cannot work in the background")
    expect(alert).to_contain_text("npm run deploy")
    alert.get_by_role("button", name="Dismiss").click()
    expect(alert).to_have_count(0)
    page.get_by_role("button", name="Generate").click()
    expect(picture(page, "a boat")).to_be_visible()


def test_job_that_failed_for_want_of_neurons_can_wait_for_them(
    page: Page, server: Server, server_side: Night
) -> None:
    """With the seeds that it had, so that it is the same picture."""
    open_page(page, server)
    page.get_by_label("Images", exact=True).fill("2")
    page.locator("#seed").fill("11")
    generate(page, "a boat emulate:quota")
    alert = jobs(page).get_by_role("alert")
    alert.get_by_role("button", name="When there are free neurons again").click()
    expect(strip(page)).to_be_visible()
    expect(jobs(page)).to_have_count(0)
    ((document, _),) = server_side.sent
    body = document["requests"][0]["body"]
    assert (body["seed"], body["n"], document["completion_window"]) == (11, 2, "7d")


def test_list_says_how_far_each_is_and_until_when_it_waits(
    page: Page, server: Server, server_side: Night
) -> None:
    """In the reader's own time and from now on, with what it has cost so far."""
    waiting = {"resumes_at": now() + 5 * HOUR, "waits_for": "insufficient_quota"}
    counted = counts(200, 95, 2)
    hills = a_batch(1, "hills", request_counts=counted, cost=spent(95), **waiting)
    server_side.batches = [hills]
    open_page(page, server)
    expect(strip(page)).to_contain_text(re.compile(r"95 of 200 done · goes on .* in 5 hours"))
    open_batches(page)
    expect(row(page, "hills")).to_contain_text("Waiting")
    expect(row(page, "hills")).to_contain_text("95 of 200 done · 2 failed · 9,899 neurons, $0.11")
    expect(row(page, "hills")).to_contain_text("The free neurons, or the budget of the key")
    expect(row(page, "hills")).to_contain_text("in 5 hours.")
    bar = row(page, "hills").get_by_role("progressbar", name="95 of 200 done")
    expect(bar).to_have_attribute("aria-valuenow", "97")


def test_batch_is_cancelled_when_that_is_meant(
    page: Page, server: Server, server_side: Night
) -> None:
    """It asks first; what was made stays."""
    server_side.batches = [a_batch(1, "hills", request_counts=counts(9, 1))]
    open_page(page, server)
    open_batches(page)
    hills = row(page, "hills")
    hills.get_by_role("button", name="Cancel: hills").click()
    expect(hills.get_by_role("button", name="Let it run")).to_be_focused()
    hills.get_by_role("button", name="Let it run").click()
    expect(hills.get_by_role("button", name="Cancel: hills")).to_be_focused()
    hills.get_by_role("button", name="Cancel: hills").click()
    hills.get_by_role("button", name="Cancel it").click()
    expect(hills).to_contain_text("Being cancelled")
    expect(hills.get_by_role("button")).to_have_count(0)


def test_output_and_errors_can_be_read(
    page: Page, server: Server, server_side: Night, tmp_path: Path
) -> None:
    """The output as a file; why lines failed in words, the page's own where it has some."""
    done = a_batch(1, "hills", request_counts=counts(9, 7, 2), output_file_id="file-1")
    server_side.batches = [done]
    server_side.end(done, error_file_id="file-2")
    interrupted = an_output("3", "interrupted", "It was interrupted.")
    strange = an_output("mine", "invalid_value", "size must be WIDTHxHEIGHT.")
    server_side.files = {"file-1": '{"id": 1}\n', "file-2": f"{interrupted}\n{strange}\n"}
    open_page(page, server)
    open_batches(page)
    hills = row(page, "hills")
    path = saved(page, hills.get_by_role("button", name="Output: hills"), tmp_path)
    assert path.name == "file-1.jsonl"
    assert json.loads(path.read_text()) == {"id": 1}
    hills.get_by_role("button", name="Show errors: hills").click()
    expect(hills).to_contain_text("Line 3: It was begun, and nobody knows how it ended.")
    expect(hills).to_contain_text("mine: size must be WIDTHxHEIGHT.")
    path = saved(page, hills.get_by_role("button", name="Errors as a file: hills"), tmp_path)
    assert len(path.read_text().splitlines()) == 2


def test_batch_that_was_not_accepted_says_why(
    page: Page, server: Server, server_side: Night
) -> None:
    """With the lines of its file."""
    wrong = {"code": "invalid_json", "line": 3, "message": "No JSON.", "param": None}
    errors = {"object": "list", "data": [wrong]}
    server_side.batches = [a_batch(1, "hills", status="failed", errors=errors)]
    open_page(page, server)
    open_batches(page)
    expect(row(page, "hills")).to_contain_text("Not accepted")
    expect(row(page, "hills")).to_contain_text("Line 3: No JSON.")


def test_batch_of_another_program_is_taken_when_somebody_wants_it(
    page: Page, server: Server, server_side: Night
) -> None:
    """Not before; and what it makes afterwards comes by itself."""
    batch = a_batch(1, "", metadata=None, request_counts=counts(3))
    server_side.batches = [batch]
    server_side.add_results(batch, [{"prompt": "kite 0"}, {"prompt": "kite 1"}])
    open_page(page, server)
    open_batches(page)
    taking = dialog(page).get_by_role("button", name="Take into the gallery: Sent by the API")
    taking.click()
    expect(page.get_by_text("New in the gallery, made in the background: 2.")).to_be_visible()
    expect(taking).to_have_count(0)
    page.keyboard.press("Escape")
    expect(pictures(page)).to_have_count(2)
    server_side.add_results(batch, [{"prompt": "kite 2"}])
    server_side.end(batch)
    look_again(page)
    expect(pictures(page)).to_have_count(3)
    open_batches(page)
    expect(taking).to_have_count(0)


def test_page_asks_only_while_something_runs_and_is_seen(
    page: Page, server: Server, server_side: Night
) -> None:
    """Every five seconds at first, and every thirty where nothing happens."""
    page.clock.install()
    page.add_init_script("""window.pauses = [];
      const later = setTimeout;
      window.setTimeout = (act, pause) => {
        if (act.name === "refresh") pauses.push(pause);
        return later(act, pause);
      };""")
    batch = a_batch(1, "hills", request_counts=counts(9))
    server_side.batches = [batch]
    open_page(page, server)
    expect(strip(page)).to_be_visible()
    wanted = [5000, 7500, 11250, 16875, 25312.5, 30000, 30000]
    for number, pause in enumerate(wanted, 1):
        wait_until(lambda n=number: len(page.evaluate("pauses")) == n)
        page.clock.run_for(round(pause) + 1)
    wait_until(lambda: len(page.evaluate("pauses")) == 8)
    assert page.evaluate("pauses")[:7] == wanted
    page.evaluate("""Object.defineProperty(
      document, "visibilityState", { value: "hidden", configurable: true })""")
    with page.expect_response("**/v1/batches?*"):
        page.clock.run_for(30_000)
    server_side.asked.clear()
    page.clock.run_for(600_000)
    assert server_side.asked == []
    page.evaluate("delete document.visibilityState")
    server_side.end(batch, request_counts=counts(9, failed=9))
    with page.expect_response("**/results?*"):
        look_again(page)
    expect(strip(page)).to_contain_text("nothing runs")
    server_side.asked.clear()
    page.clock.run_for(600_000)
    look_again(page)
    assert server_side.asked == []


def test_nothing_of_batches_is_loaded_before_there_is_a_key(page: Page) -> None:
    """Who only looks does not wait for it."""
    page.goto("/", wait_until="networkidle")
    names = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in names if re.search("batches|send|vary|template", name)]


def test_key_that_changes_shows_its_own_batches(
    page: Page, server: Server, server_side: Night
) -> None:
    """Nothing of the other's is left."""
    server_side.batches = [a_batch(1, "hills", request_counts=counts(9))]
    open_page(page, server)
    expect(strip(page)).to_be_visible()
    page.get_by_role("button", name="Key accepted").click()
    dialog(page).get_by_role("button", name="Forget it").click()
    expect(strip(page)).to_have_count(0)


def test_owner_s_day_is_counted_anew_when_a_batch_goes_on(
    page: Page, server: Server, server_side: Night
) -> None:
    """What it spends is what is free no longer."""
    batch = a_batch(1, "hills", request_counts=counts(9))
    server_side.batches = [batch]
    ledger.pretend(page, ledger.owner(1000), [], [])
    open_page(page, server)
    expect(strip(page)).to_be_visible()
    expect(page.locator(".price")).to_contain_text("10% used so far")
    ledger.pretend(page, ledger.owner(2000), [], [])
    server_side.add_results(batch, [{"prompt": "a hill"}])
    look_again(page)
    expect(page.locator(".price")).to_contain_text("20% used so far")


def test_at_once_and_in_the_background_do_not_wait_for_each_other(
    page: Page, server: Server, server_side: Night
) -> None:
    """A job that is being made here stays where it is."""
    open_page(page, server)
    held = []
    page.route(IMAGES, lambda route: held.append(route))
    generate(page, "a cat")
    expect(jobs(page)).to_have_count(1)
    send(page, "a boat")
    expect(strip(page)).to_be_visible()
    expect(jobs(page)).to_have_count(1)
    held[0].continue_()
    expect(picture(page, "a cat")).to_be_visible()
