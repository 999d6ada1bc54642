"""Is all well, and who is asking: the light and the key."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import strict_page
from tests.browser.studio import dialog, generate, make, open_page, prompt
from tests.conftest import Server


def test_light_is_green_when_configured(page: Page) -> None:
    """Colour is not all that says it."""
    page.goto("/")
    expect(page.locator("[data-light=good]")).to_have_text("Ready")


@pytest.mark.parametrize("name", ["CF_API_TOKEN", "ACCOUNT", "API_MASTER_KEY"])
def test_light_names_what_is_missing_and_how_to_set_it(
    chromium: Browser, servers: Mapping[str, Server], name: str
) -> None:
    """Who has just deployed learns what to do."""
    with strict_page(chromium, servers[f"no {name}"]) as page:
        page.goto("/")
        light = page.locator("[data-light=bad]")
        expect(light).to_contain_text(f"{name} missing")
        light.get_by_role("button", name="What to do").click()
        expect(dialog(page)).to_contain_text(f"npx wrangler secret put {name}")
        expect(dialog(page)).to_contain_text(".dev.vars")


def test_light_names_what_is_malformed_and_its_rule(
    chromium: Browser, servers: Mapping[str, Server]
) -> None:
    """Before the first image fails for it."""
    with strict_page(chromium, servers["malformed"]) as page:
        page.goto("/")
        light = page.locator("[data-light=bad]")
        expect(light).to_contain_text("Check CACHE_TTL")
        light.get_by_role("button", name="What to do").click()
        expect(dialog(page)).to_contain_text("at least 60")
        expect(dialog(page)).to_contain_text("npx wrangler secret put CACHE_TTL")


def test_light_of_the_demo_says_that_it_is_one(
    chromium: Browser, servers: Mapping[str, Server]
) -> None:
    """Nobody should take the painter's pictures for those of FLUX.2."""
    with strict_page(chromium, servers["demo"]) as page:
        page.goto("/")
        expect(page.locator("[data-light=demo]")).to_have_text("Demo: a painter, not FLUX.2")


def test_light_says_when_the_server_cannot_be_reached(page: Page) -> None:
    """And looks again when asked to."""
    page.route("**/health", lambda route: route.abort())
    page.goto("/")
    light = page.locator("[data-light=unreachable]")
    expect(light).to_contain_text("Server not reachable")
    light.get_by_role("button").click()
    page.unroute("**/health")
    dialog(page).get_by_role("button", name="Check again").click()
    expect(page.locator("[data-light=good]")).to_have_text("Ready")
    expect(dialog(page)).to_have_count(0)


def test_light_says_when_there_is_no_connection(page: Page) -> None:
    """And is green again by itself."""
    page.goto("/")
    page.context.set_offline(True)
    expect(page.locator("[data-light=offline]")).to_have_text("Offline")
    page.context.set_offline(False)
    expect(page.locator("[data-light=good]")).to_have_text("Ready")


def test_key_of_a_link_is_taken_over_and_cleared(page: Page, server: Server) -> None:
    """It stays in this browser, and the address says nothing of it, neither back nor forth."""
    open_page(page, server)
    assert page.url == f"{server.url}/"
    assert server.key not in page.content()
    page.goto("/docs")
    page.go_back()
    assert page.url == f"{server.url}/"
    expect(page.get_by_role("button", name="Key accepted")).to_be_visible()


def test_wrong_key_of_a_link_leaves_the_one_that_works(page: Page, server: Server) -> None:
    """Nobody can take a key away with a link."""
    open_page(page, server)
    page.goto("/#key=sk-of-somebody-else")
    expect(page.get_by_text("the one you had stays")).to_be_visible()
    expect(page.get_by_role("button", name="Key accepted")).to_be_visible()
    make(page, "a cat")


def test_wrong_key_of_a_link_on_a_first_visit(page: Page) -> None:
    """There is none that could stay."""
    page.goto("/#key=sk-of-somebody-else")
    expect(page.get_by_text("The key in the link was refused.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Enter key")).to_be_visible()


def no_judgement(page: Page, status: int) -> None:
    """The server cannot say now whether a key is right; 0: it cannot be reached."""
    document = {"error": {"code": "rate_limit_exceeded" if status == 429 else "internal_error"}}
    page.route(
        "**/v1/key",
        lambda route: route.fulfill(status=status, json=document) if status else route.abort(),
    )


def test_key_of_a_link_that_cannot_be_judged_replaces_none(page: Page, server: Server) -> None:
    """Whoever makes the link could also make the server say that it has too much to do."""
    open_page(page, server)
    for status in (429, 500, 0):
        no_judgement(page, status)
        page.goto("/#key=sk-of-somebody-else")
        expect(page.get_by_text("could not be checked now; the one you had stays")).to_be_visible()
        page.unroute("**/v1/key")
        page.reload()
        expect(page.get_by_role("button", name="Key accepted")).to_be_visible()
    make(page, "a cat")


def test_key_of_a_link_that_cannot_be_judged_is_better_than_none(
    page: Page, server: Server
) -> None:
    """It is judged when the server can again."""
    no_judgement(page, 429)
    page.goto(f"/#key={server.key}")
    expect(page.get_by_role("button", name="Key", exact=True)).to_be_visible()
    page.unroute("**/v1/key")
    page.reload()
    expect(page.get_by_role("button", name="Key accepted")).to_be_visible()


def test_key_is_asked_for_once(page: Page, server: Server) -> None:
    """Before the first image; then that image is made, and the next visit knows the key."""
    page.goto("/")
    generate(page, "a red kite")
    box = dialog(page).get_by_label("Key", exact=True)
    expect(box).to_be_focused()
    expect(box).to_have_attribute("type", "password")
    box.fill(f" {server.key} ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="a red kite").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Key accepted")).to_be_visible()


def test_key_that_is_not_taken_is_explained(page: Page) -> None:
    """At once, in the place where it is typed."""
    page.goto("/")
    page.get_by_role("button", name="Enter key").click()
    box = dialog(page).get_by_label("Key", exact=True)
    for key, words in (
        ("", "Enter the key"),
        ("sk-wrong", "does not take this key"),
        ("sk–with–dashes–of–a–word–processor", "no key can have"),
    ):
        box.fill(key)
        dialog(page).get_by_role("button", name="Save").click()
        expect(dialog(page).get_by_role("alert")).to_contain_text(words)
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(box).to_be_focused()


def test_key_can_be_shown_and_forgotten(page: Page, server: Server) -> None:
    """It belongs to the person in front of the page."""
    open_page(page, server)
    page.get_by_role("button", name="Key accepted").click()
    box = dialog(page).get_by_label("Key", exact=True)
    expect(box).to_have_value(server.key)
    dialog(page).get_by_role("button", name="Show").click()
    expect(box).to_have_attribute("type", "text")
    dialog(page).get_by_role("button", name="Forget it").click()
    page.reload()
    expect(page.get_by_role("button", name="Enter key")).to_be_visible()


def test_key_refused_later_is_explained_and_can_be_changed(page: Page, server: Server) -> None:
    """The owner has changed it meanwhile; what was typed stays."""
    open_page(page, server)
    page.evaluate("localStorage.setItem('flux2.key', '\"sk-old\"')")
    page.reload()
    expect(page.get_by_role("button", name="Key refused")).to_be_visible()
    generate(page, "a cat")
    alert = page.get_by_role("alert").filter(has_text="refused the key")
    alert.get_by_role("button", name="Change the key").click()
    dialog(page).get_by_label("Key", exact=True).fill(server.key)
    dialog(page).get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("img", name="a cat").first).to_be_visible()
    expect(prompt(page)).to_have_value("a cat")


def test_page_comes_with_a_strict_policy(page: Page) -> None:
    """Nothing inline, nothing from elsewhere, in no frame; the fixture sees to violations."""
    response = page.goto("/")
    assert response is not None
    headers = response.headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    sources = {source for part in policy.split(";") for source in part.split()[1:]}
    assert sources == {"'none'", "'self'", "data:", "blob:"}
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    scripts = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert scripts
    assert all(name.startswith(response.url) for name in scripts)
