"""Keys for others: the owner makes and changes them, and a friend sees what is left."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import ledger
from tests.browser.conftest import strict_page
from tests.browser.studio import (
    IMAGES,
    choose,
    dialog,
    generate,
    jobs,
    make,
    open_keys,
    open_page,
    prompt,
)
from tests.conftest import Server
from tests.mortal import mortal

TAIPEI = "Asia/Taipei"
"""Where a day in UTC begins at eight in the morning."""


@pytest.fixture
def owner(page: Page, server: Server) -> Page:
    """The owner's page, with the dialog open and no key of another test in it."""
    forget_keys(server)
    open_page(page, server)
    open_keys(page)
    return page


@pytest.fixture
def friend(chromium: Browser, server: Server) -> Iterator[Page]:
    """A browser of somebody else, elsewhere."""
    with strict_page(chromium, server, timezone_id=TAIPEI) as page:
        yield page


def make_key(page: Page, name: str, amount: str = "", reset: str = "daily") -> str:
    """By the form; the key itself is what the dialog shows."""
    dialog(page).get_by_role("button", name="Make a key").click()
    dialog(page).get_by_label("Name").fill(name)
    dialog(page).get_by_label("Budget", exact=True).fill(amount)
    dialog(page).get_by_label("Renewed").select_option(reset)
    dialog(page).get_by_role("button", name="Make a key").click()
    box = dialog(page).get_by_label("Key", exact=True)
    expect(box).to_have_value(re.compile("^sk-flux2-.{43}$"))
    return box.input_value()


def made(page: Page, name: str, amount: str = "", reset: str = "daily") -> str:
    """The same, back in the list."""
    key = make_key(page, name, amount, reset)
    dialog(page).get_by_role("button", name="Done").click()
    expect(row(page, name)).to_be_visible()
    return key


def by_api(server: Server, **fields: Any) -> Mapping[str, Any]:
    """A key that was made elsewhere."""
    with server.client() as client:
        return client.post("/v1/keys", json=fields).raise_for_status().json()


def forget_keys(server: Server) -> None:
    with server.client() as client:
        while listed := client.get("/v1/keys").raise_for_status().json()["data"]:
            for key in listed:
                client.delete(f"/v1/keys/{key['id']}").raise_for_status()


def row(page: Page, name: str) -> Locator:
    heading = page.get_by_role("heading", name=name, exact=True)
    return dialog(page).get_by_role("listitem").filter(has=heading)


def act(page: Page, what: str, name: str) -> Locator:
    """A button of a key's row; its label says whose."""
    return row(page, name).get_by_role("button", name=f"{what}: {name}", exact=True)


def status_of(server: Server, key: str) -> int:
    return httpx.get(f"{server.url}/v1/key", headers={"authorization": f"Bearer {key}"}).status_code


def copied(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def traces(page: Page) -> str:
    """All that the page shows and this browser keeps."""
    kept = page.evaluate("""async () => {
      const all = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href];
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve) => {
          indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
        });
        for (const store of database.objectStoreNames) {
          const rows = database.transaction(store).objectStore(store).getAll();
          await new Promise((resolve) => (rows.onsuccess = resolve));
          all.push(JSON.stringify(rows.result));
        }
        database.close();
      }
      const fields = [...document.querySelectorAll("input, textarea")].map(({ value }) => value);
      return [...all, ...fields].join();
    }""")
    return page.content() + kept


def test_owner_makes_a_key_that_is_shown_once(owner: Page, server: Server) -> None:
    """It works at once; when its dialog has closed, nothing of it is left in the page."""
    key = make_key(owner, "Mia", "5000")
    assert status_of(server, key) == 200
    assert key in traces(owner)
    owner.keyboard.press("Escape")
    expect(row(owner, "Mia")).to_contain_text("0 of 5,000 neurons today")
    assert key not in traces(owner)
    assert key[-20:] not in traces(owner)
    owner.keyboard.press("Escape")
    expect(dialog(owner)).to_have_count(0)
    owner.reload()
    open_keys(owner)
    expect(row(owner, "Mia")).to_contain_text("Active")
    assert key not in traces(owner)


def test_new_key_can_be_copied_and_so_can_a_link_with_it(owner: Page, server: Server) -> None:
    """The link is the address of the page, with the key where no server sees it."""
    owner.context.grant_permissions(["clipboard-read", "clipboard-write"])
    key = make_key(owner, "Ben")
    expect(dialog(owner).get_by_label("Key", exact=True)).to_be_focused()
    dialog(owner).get_by_role("button", name="Copy the key").click()
    expect(owner.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert copied(owner) == key
    dialog(owner).get_by_role("button", name="Copy the link").click()
    owner.wait_for_function(
        "link => navigator.clipboard.readText().then((text) => text === link)",
        arg=f"{server.url}/#key={key}",
    )


def test_link_opens_the_friend_s_view(owner: Page, friend: Page, server: Server) -> None:
    """What is left and until when, in the friend's own time; and nothing of the owner's."""
    make_key(owner, "Nora", "8000")
    friend.goto(dialog(owner).get_by_label("Link").input_value())
    expect(friend.get_by_role("button", name="Key accepted")).to_be_visible()
    left = friend.locator(".budget")
    expect(left).to_contain_text("8,000 of 8,000 neurons left")
    expect(left).to_contain_text("About 2 images like this")
    expect(left).to_contain_text(re.compile(r"full again \w{3} 8:00\sAM"))
    expect(friend.get_by_role("button", name="Keys and usage")).to_have_count(0)
    assert friend.url == f"{server.url}/"


def test_what_is_left_goes_down_after_an_image(friend: Page, server: Server) -> None:
    """By what it has cost; the bar says the same."""
    key = by_api(server, name="Ida", limit_neurons=8000, limit_reset="weekly")["key"]
    friend.goto(f"/#key={key}")
    expect(friend.locator(".budget")).to_contain_text("8,000 of 8,000")
    make(friend, "a cat", size="1024x1024")
    expect(friend.locator(".budget")).to_contain_text("4,250 of 8,000 neurons left")
    expect(friend.locator(".budget")).to_contain_text("About 1 image like this")
    assert friend.locator(".budget progress").evaluate("bar => bar.value") == 4250


def test_friend_is_offered_only_the_models_of_the_key(friend: Page, server: Server) -> None:
    """And what was composed before keeps to them."""
    models = ["flux-2-klein-9b", "flux-2-klein-4b"]
    key = by_api(server, name="Eva", models=models)["key"]
    friend.goto("/")
    prompt(friend).fill("a dog")
    expect(friend.locator("input[name=model]")).to_have_count(3)
    friend.goto(f"/#key={key}")
    expect(friend.locator("input[name=model]")).to_have_count(2)
    expect(friend.locator("input[name=model][value=flux-2-klein-4b]")).to_be_checked()
    expect(friend.locator(".budget")).to_have_count(0)
    make(friend, "a dog", size="1024x768")


def test_budget_that_does_not_suffice_is_told_with_its_reset(friend: Page, server: Server) -> None:
    """In the page's own words and the reader's own time; the queue waits."""
    key = by_api(server, name="Leo", limit_neurons=2000, limit_reset="daily")["key"]
    friend.goto(f"/#key={key}")
    expect(friend.locator(".budget")).to_contain_text("Not enough for an image like this")
    expect(friend.locator(".price")).to_have_attribute("data-much", "true")
    generate(friend, "a cat", size="1024x1024")
    alert = jobs(friend).get_by_role("alert")
    expect(alert).to_contain_text("What is left of your budget is not enough for this.")
    expect(alert).to_contain_text(re.compile(r"full again \w{3} 8:00\sAM"))
    expect(alert).not_to_contain_text("UTC")
    choose(friend, "flux-2-klein-4b")
    make_again = friend.get_by_role("button", name="Dismiss")
    make_again.click()
    make(friend, "a cat", size="1024x1024")


def test_budget_that_is_never_full_again_is_told_without_a_time(
    friend: Page, server: Server
) -> None:
    """Who wants more has to ask for it; waiting for it in the background would be in vain."""
    key = by_api(server, name="Kai", limit_neurons=10)["key"]
    friend.goto(f"/#key={key}")
    expect(friend.locator(".budget")).not_to_contain_text("full again")
    generate(friend, "a cat", size="1024x1024")
    alert = jobs(friend).get_by_role("alert")
    expect(alert).to_contain_text("The owner of the deployment can give you more.")
    expect(alert.get_by_role("button", name="Edit")).to_be_visible()
    expect(alert.get_by_role("button", name="When there are free neurons again")).to_have_count(0)


def test_key_that_is_disabled_meanwhile_is_told_so(friend: Page, server: Server) -> None:
    """Who has typed it rightly is not left looking for a mistake in it."""
    made = by_api(server, name="Ada")
    friend.goto(f"/#key={made['key']}")
    expect(friend.get_by_role("button", name="Key accepted")).to_be_visible()
    with server.client() as owner:
        owner.patch(f"/v1/keys/{made['id']}", json={"disabled": True}).raise_for_status()
    generate(friend, "a cat")
    alert = jobs(friend).get_by_role("alert")
    expect(alert.get_by_text("This API key is disabled.")).to_be_visible()


def test_quota_of_cloudflare_is_not_taken_for_the_budget(friend: Page, server: Server) -> None:
    """Both have the same code; the budget has enough left."""
    key = by_api(server, name="Ole", limit_neurons=90_000, limit_reset="daily")["key"]
    friend.goto(f"/#key={key}")
    expect(friend.locator(".budget")).to_be_visible()
    generate(friend, "a cat emulate:quota")
    expect(jobs(friend).get_by_role("alert")).to_contain_text("Today’s free neurons are used up")


def test_owner_changes_a_key(owner: Page, server: Server) -> None:
    """Only what was changed is sent; the row tells it, and has the focus again."""
    made(owner, "Tom", "5000")
    act(owner, "Edit", "Tom").click()
    expect(dialog(owner).get_by_label("Name")).to_be_focused()
    expect(dialog(owner).get_by_label("Budget", exact=True)).to_have_value("5000")
    dialog(owner).get_by_label("Budget", exact=True).fill("0.11")
    dialog(owner).get_by_label("Unit").select_option("usd")
    expect(dialog(owner)).to_contain_text("About 2 images with the settings of this page (dev)")
    dialog(owner).get_by_label("Renewed").select_option("monthly")
    dialog(owner).get_by_label("dev").uncheck()
    dialog(owner).get_by_label("Requests a minute").fill("7")
    dialog(owner).get_by_label("Last day").fill("2099-12-31")
    with owner.expect_request(lambda request: request.method == "PATCH") as caught:
        dialog(owner).get_by_role("button", name="Save").click()
    assert set(caught.value.post_data_json) == {
        "limit_usd", "limit_reset", "models", "rpm", "expires_at",
    }  # fmt: skip
    tom = row(owner, "Tom")
    expect(tom).to_contain_text("0 of 10,000 neurons this month")
    expect(tom).to_contain_text("klein 4B, klein 9B · 7 a minute at most · until Dec 31, 2099")
    expect(act(owner, "Edit", "Tom")).to_be_focused()
    act(owner, "Edit", "Tom").click()
    dialog(owner).get_by_label("Budget", exact=True).fill("")
    dialog(owner).get_by_label("dev").check()
    dialog(owner).get_by_label("Requests a minute").fill("")
    dialog(owner).get_by_label("Last day").fill("")
    dialog(owner).get_by_role("button", name="Save").click()
    expect(tom).to_contain_text("0 neurons in all, 0 today, no limit")
    expect(tom.locator(".about .hint")).to_have_text("all models")


def test_form_that_is_left_changes_nothing(owner: Page) -> None:
    """Escape leads back to the list, to where one was."""
    made(owner, "Uma")
    act(owner, "Edit", "Uma").click()
    dialog(owner).get_by_label("Name").fill("Somebody else")
    owner.keyboard.press("Escape")
    expect(act(owner, "Edit", "Uma")).to_be_focused()
    expect(row(owner, "Somebody else")).to_have_count(0)
    owner.keyboard.press("Escape")
    expect(owner.get_by_role("button", name="Keys and usage")).to_be_focused()


def test_wrong_values_are_told_at_their_field(owner: Page) -> None:
    """Before anything is sent; the first of them has the focus."""
    sent = []
    owner.on("request", lambda request: sent.append(request.method))
    dialog(owner).get_by_role("button", name="Make a key").click()
    expect(dialog(owner).get_by_text("Give it a name.")).to_have_count(0)
    dialog(owner).get_by_label("Budget", exact=True).fill("-3")
    for model in ("dev", "klein 4B", "klein 9B"):
        dialog(owner).get_by_label(model, exact=True).uncheck()
    dialog(owner).get_by_label("Requests a minute").fill("0")
    dialog(owner).get_by_label("Last day").fill("2020-01-01")
    dialog(owner).get_by_role("button", name="Make a key").click()
    expect(dialog(owner).get_by_label("Name")).to_be_focused()
    for label, words in {
        "Name": "Give it a name.",
        "Budget": "A number above 0, or nothing for no limit.",
        "Requests a minute": "A whole number from 1 to 100,000.",
        "Last day": "A day that is not over yet.",
    }.items():
        field = dialog(owner).get_by_label(label, exact=label == "Budget")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(words)))
    expect(dialog(owner).get_by_text("Choose at least one.")).to_be_visible()
    assert "POST" not in sent


def test_value_that_the_server_refuses_is_told_at_its_field(owner: Page) -> None:
    """In the server's words, since the page did not know better."""
    dialog(owner).get_by_role("button", name="Make a key").click()
    dialog(owner).get_by_label("Name").fill("Max")
    dialog(owner).get_by_label("Budget", exact=True).fill("2000000000")
    dialog(owner).get_by_role("button", name="Make a key").click()
    budget = dialog(owner).get_by_label("Budget", exact=True)
    expect(budget).to_have_attribute("aria-invalid", "true")
    expect(budget).to_have_accessible_description(re.compile("1,000,000,000"))
    budget.fill("20")
    expect(budget).to_have_attribute("aria-invalid", "false")


def test_owner_disables_a_key_and_enables_it_again(owner: Page, server: Server) -> None:
    """It is refused in between; the same button leads back."""
    key = made(owner, "Zoe")
    act(owner, "Disable", "Zoe").click()
    expect(row(owner, "Zoe")).to_contain_text("Disabled")
    expect(owner.get_by_role("status").filter(has_text="is disabled")).to_be_visible()
    expect(act(owner, "Enable", "Zoe")).to_be_focused()
    assert status_of(server, key) == 401
    act(owner, "Enable", "Zoe").click()
    expect(row(owner, "Zoe")).to_contain_text("Active")
    assert status_of(server, key) == 200


def test_owner_replaces_a_key_when_sure(owner: Page, server: Server) -> None:
    """Who says no finds everything as it was; the old key ends with the new one."""
    key = made(owner, "Pia", "700")
    act(owner, "Replace", "Pia").click()
    question = row(owner, "Pia").get_by_role("group")
    expect(question).to_contain_text("Replace the key of Pia?")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    owner.keyboard.press("Enter")
    expect(act(owner, "Replace", "Pia")).to_be_focused()
    assert status_of(server, key) == 200
    act(owner, "Replace", "Pia").click()
    question.get_by_role("button", name="Replace it").click()
    another = dialog(owner).get_by_label("Key", exact=True).input_value()
    assert status_of(server, key) == 401
    assert status_of(server, another) == 200
    dialog(owner).get_by_role("button", name="Done").click()
    expect(act(owner, "Replace", "Pia")).to_be_focused()
    expect(row(owner, "Pia")).to_contain_text("0 of 700 neurons")
    assert another not in traces(owner)


def test_owner_deletes_a_key_when_sure(owner: Page, server: Server) -> None:
    """It is gone from the list, and refused."""
    key = made(owner, "Jan")
    act(owner, "Delete", "Jan").click()
    row(owner, "Jan").get_by_role("button", name="Delete it").click()
    expect(row(owner, "Jan")).to_have_count(0)
    expect(dialog(owner).get_by_role("button", name="Make a key")).to_be_focused()
    assert status_of(server, key) == 401


def test_key_that_has_ended_or_is_used_up_says_so(owner: Page, server: Server) -> None:
    """Without looking at numbers."""
    made(owner, "Ann", "50")
    names = {"Ann": {"remaining": {"neurons": 0, "usd": 0}}, "Bob": {"expires_at": 1_000_000_000}}
    by_api(server, name="Bob")

    def older(route: Any) -> None:
        page = route.fetch().json()
        page["data"] = [{**key, **names.get(key["name"], {})} for key in page["data"]]
        route.fulfill(json=page)

    owner.route("**/v1/keys", older)
    owner.keyboard.press("Escape")
    open_keys(owner)
    expect(row(owner, "Ann")).to_contain_text("Budget used up")
    expect(row(owner, "Bob")).to_contain_text("Expired")


def test_share_of_the_free_day_counts_what_was_used(page: Page, server: Server) -> None:
    """By anybody with a key of this deployment; anew after each image."""
    open_page(page, server)
    before = used_today(server)
    make(page, "a cat", size="1024x1024")
    share = round((before + 3750) / 10_000, 3)
    shown = f"{share:.1%}" if share < 0.1 else f"{share:,.0%}"
    expect(page.locator(".price")).to_contain_text(f"38% of the free day, {shown} used so far")


def used_today(server: Server) -> float:
    with server.client() as client:
        return client.get("/v1/key").json()["free_today"]["used"]["neurons"]


@pytest.fixture
def unspent(server: Server, tmp_path: Path) -> Iterator[Server]:
    """A Worker that nobody else has used: a plot names the five who spent most, and no more."""
    with mortal(server, tmp_path) as worker:
        yield worker.server


def test_owner_sees_today_and_who_used_what(chromium: Browser, unspent: Server) -> None:
    """As a plot, and the same as a table, by model and by key."""
    with strict_page(chromium, unspent) as owner, strict_page(chromium, unspent) as friend:
        use_as_two(owner, friend, unspent)
        see_who_used_what(owner)


def use_as_two(owner: Page, friend: Page, server: Server) -> None:
    """A key for the friend, who makes an image with it."""
    open_page(owner, server)
    open_keys(owner)
    key = made(owner, "Rex")
    friend.goto(f"/#key={key}")
    expect(friend.get_by_role("button", name="Key accepted")).to_be_visible()
    choose(friend, "flux-2-klein-9b")
    make(friend, "a cat", size="1024x1024")
    owner.keyboard.press("Escape")


def see_who_used_what(owner: Page) -> None:
    open_keys(owner)
    today = dialog(owner).get_by_role("region", name="Today")
    expect(today).to_contain_text("of 10,000 free neurons")
    days = dialog(owner).get_by_role("region", name="Last days")
    expect(days.get_by_role("img", name="Neurons of each day")).to_be_visible()
    expect(days.locator(".legend")).to_contain_text("klein 9B")
    days.get_by_role("button", name="By key").click()
    expect(days.locator(".legend")).to_contain_text("Rex 1,364")
    days.get_by_role("button", name="Table").click()
    table = days.get_by_role("table")
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert heads[0] == "Day (UTC)"
    assert heads[-1] == "Total"
    newest = table.get_by_role("row").nth(1)
    expect(newest.get_by_role("cell").nth(heads.index("Rex") - 1)).to_have_text("1,364")
    expect(table.get_by_role("rowheader")).to_have_count(8)
    days.get_by_role("button", name="30 days").click()
    expect(table.get_by_role("rowheader")).to_have_count(31)


def test_days_are_told_by_the_names_of_keys(page: Page, server: Server) -> None:
    """Also what a key spent that is there no more; the plot says each day's numbers too."""
    mia = ledger.FRIENDS[0]
    spent = [
        (0, "owner", "flux-2-dev", 3750.0),
        (0, mia["id"], "flux-2-klein-4b", 104.2),
        (2, "key_gone", "flux-2-klein-9b", 1363.64),
        (9, mia["id"], "flux-2-dev", 7500.0),
    ]
    ledger.pretend(page, ledger.owner(3854.2), [mia], spent)
    open_page(page, server)
    open_keys(page)
    days = dialog(page).get_by_role("region", name="Last days")
    expect(days).to_contain_text("5,218 neurons")
    expect(days).to_contain_text("$0.057 at list price")
    days.get_by_role("button", name="By key").click()
    names = days.locator(".legend li")
    expect(names).to_have_text(
        [re.compile(r"Owner\s+3,750"), re.compile(r"…gone\s+1,364"), re.compile(r"Mia\s+104")]
    )
    today = days.locator("svg .hover title").last.text_content() or ""
    assert today.split(": ", 1)[1] == "3,854 neurons\nOwner: 3,750\nMia: 104"
    days.get_by_role("button", name="30 days").click()
    expect(names.first).to_have_text(re.compile(r"Mia\s+7,604"))


def test_deployment_without_a_database_says_what_to_do(
    chromium: Browser, servers: Mapping[str, Server]
) -> None:
    """Its owner is the owner all the same, and makes images."""
    server = servers["no DB"]
    with strict_page(chromium, server) as page:
        open_page(page, server)
        expect(page.locator(".price")).to_contain_text("38% of the free day")
        page.get_by_role("button", name="Keys and usage").click()
        alert = dialog(page).get_by_role("alert")
        expect(alert).to_contain_text("the D1 binding DB is missing")
        expect(alert).to_contain_text("npm run deploy")
        expect(dialog(page).get_by_role("button", name="Make a key")).to_have_count(0)


def test_database_that_fails_is_told_and_can_be_asked_again(page: Page, server: Server) -> None:
    """With what the server says of it; what was there stays meanwhile."""
    open_page(page, server)
    fail(page, "**/v1/keys")
    page.get_by_role("button", name="Keys and usage").click()
    alert = dialog(page).get_by_role("alert")
    expect(alert).to_contain_text("The database cannot be reached just now.")
    expect(alert).to_contain_text("It lacks its tables.")
    page.unroute("**/v1/keys")
    alert.get_by_role("button", name="Try again").click()
    expect(dialog(page).get_by_role("heading", name="Keys for others")).to_be_visible()
    expect(alert).to_have_count(0)
    fail(page, "**/v1/keys")
    dialog(page).get_by_role("button", name="Make a key").click()
    dialog(page).get_by_label("Name").fill("Sam")
    dialog(page).get_by_role("button", name="Make a key").click()
    expect(dialog(page)).to_contain_text("The database cannot be reached just now.")
    expect(dialog(page).get_by_label("Name")).to_have_value("Sam")


def fail(page: Page, path: str) -> None:
    error = {"code": "storage_unavailable", "message": "It lacks its tables.", "param": None}
    page.route(path, lambda route: route.fulfill(status=503, json={"error": error}))


def test_database_that_fails_under_a_friend_is_told(friend: Page, server: Server) -> None:
    """Nothing is spent unseen, and trying again is what helps."""
    key = by_api(server, name="Fay", limit_neurons=90_000)["key"]
    friend.goto(f"/#key={key}")
    expect(friend.locator(".budget")).to_be_visible()
    fail(friend, IMAGES)
    generate(friend, "a cat", size="1024x768")
    alert = jobs(friend).get_by_role("alert")
    expect(alert).to_contain_text("What your key may spend cannot be looked up just now.")
    friend.unroute(IMAGES)
    alert.get_by_role("button", name="Try again").click()
    expect(friend.locator(".gallery .picture")).to_have_count(1)


def test_key_that_is_no_owner_s_any_more_shows_no_keys(page: Page, server: Server) -> None:
    """The page believes the server, not what it remembers."""
    key = by_api(server, name="Guy")["key"]
    open_page(page, server)
    open_keys(page)
    page.keyboard.press("Escape")
    page.goto(f"/#key={key}")
    expect(page.get_by_role("button", name="Keys and usage")).to_have_count(0)


def test_nothing_of_the_owner_s_is_loaded_before_it_is_opened(page: Page, server: Server) -> None:
    """Who only makes images does not wait for it; and it is small itself."""
    open_page(page, server)
    page.wait_for_load_state("networkidle")  # what looks for batches comes by itself
    before = loaded(page)
    open_keys(page)
    added = {name: size for name, size in loaded(page).items() if name not in before}
    assert "/keys.css" in added
    assert sum(added.values()) < 60_000
    assert not any("key-" in name or "usage" in name for name in before)


def loaded(page: Page) -> Mapping[str, int]:
    """The page's files so far, with their sizes."""
    entries = page.evaluate("""performance.getEntriesByType("resource")
      .map(({ name, decodedBodySize }) => [new URL(name).pathname, decodedBodySize])""")
    return {name: size for name, size in entries if name.endswith((".js", ".css"))}
