"""The page without a network, and in newer versions: what its service worker is for."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import strict_page
from tests.browser.site import Site, served
from tests.browser.studio import dialog, generate, jobs, make, open_page, picture, pictures, prompt
from tests.conftest import Server, wait_until

READY = """async () => {
  const { serviceWorker } = navigator;
  await serviceWorker.ready;
  if (serviceWorker.controller) return;
  await new Promise((resolve) => { serviceWorker.oncontrollerchange = resolve; });
}"""
AN_HOUR_LATER = """() => {
  const later = Date.now() + 3_600_000;
  Date.now = () => later;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SECOND = {
    "style.css": (":root {", ":root { --version: 2;"),
    "js/words/prompts-en.js": ('"Saved"', '"Saved in 2"'),
}
"""What the second version changes: something that is there at once, and something late."""


@pytest.fixture
def site(tmp_path: Path, server: Server) -> Iterator[Site]:
    with served(tmp_path, server.url) as site:
        yield site


@pytest.fixture
def page(chromium: Browser, server: Server, site: Site) -> Iterator[Page]:
    """Nothing is loaded yet."""
    with strict_page(chromium, dataclasses.replace(server, url=site.url)) as page:
        yield page


def visit(page: Page, server: Server) -> None:
    """And wait until the page has a set of its files."""
    open_page(page, server)
    page.evaluate(READY)


def leave_network(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    site.asked.clear()


def version(page: Page) -> str:
    script = "getComputedStyle(document.documentElement).getPropertyValue('--version')"
    return str(page.evaluate(script))


def wait_in(page: Page, state: str) -> None:
    """Until that is so, of `registration`; `wait_for_function` does not await what is asked."""
    page.evaluate(f"""async () => {{
      for (;;) {{
        const registration = await navigator.serviceWorker.getRegistration();
        if ({state}) return;
        await new Promise(setTimeout);
      }}
    }}""")


def find_newer(page: Page) -> None:
    """And wait until what is opened next has it."""
    page.evaluate(AN_HOUR_LATER)
    wait_in(page, "(await caches.keys()).length === 2 && !registration.installing")
    wait_in(page, "!registration.waiting && registration.active.state === 'activated'")


def test_later_visit_needs_no_network(page: Page, server: Server, site: Site) -> None:
    """What was made can be looked at, searched, starred and saved."""
    visit(page, server)
    make(page, "a fox")
    make(page, "a heron")
    leave_network(page, site)
    page.reload()
    expect(page.locator("[data-light=offline]")).to_have_text("Offline")
    page.get_by_role("searchbox", name="Search prompts").fill("fox")
    expect(pictures(page)).to_have_count(1)
    picture(page, "a fox").click()
    dialog(page).get_by_role("button", name="Star").click()
    with page.expect_download():
        dialog(page).get_by_role("button", name="Download").click()
    assert site.asked == []


def test_late_things_open_without_network(page: Page, server: Server, site: Site) -> None:
    """Also those that nobody has opened before, and the gallery before its first image."""
    visit(page, server)
    leave_network(page, site)
    page.get_by_role("button", name="JSON", exact=True).click()
    expect(page.locator(".json")).to_be_visible()
    page.get_by_role("button", name="Text", exact=True).click()
    generate(page, "a heron")
    expect(jobs(page)).to_have_count(1)
    expect(page.locator(".gallery")).to_be_attached()
    page.get_by_role("button", name="Earlier prompts").click()
    expect(dialog(page).get_by_text("a heron")).to_be_visible()
    assert site.asked == []


def test_set_with_a_file_of_another_version_is_not_taken(
    page: Page, server: Server, site: Site
) -> None:
    """As where a deployment comes in between; the page goes on without."""
    site.change("js/views/viewer.js", "/** ", "/** Another: ")
    open_page(page, server)
    wait_until(lambda: "/js/views/viewer.js" in site.asked)
    wait_in(page, "!registration")
    assert page.evaluate("caches.keys()") == []


def test_newer_version_comes_with_a_reload(page: Page, server: Server, site: Site) -> None:
    """Of the set before only what has changed is fetched; a window that is open keeps the version
    that it began with, late parts included."""
    visit(page, server)
    other = page.context.new_page()
    other.goto("/")
    prompt(page).fill("half a thought")
    site.asked.clear()
    site.deploy(SECOND)
    find_newer(page)
    # The browser itself may look for a newer worker more than once.
    worker = {"/sw.js", "/files.js"}
    assert worker < {*site.asked}
    fetched = sorted(path for path in site.asked if path not in worker)
    assert fetched == ["/js/words/prompts-en.js", "/style.css"]
    assert version(page) == ""
    page.evaluate("history.replaceState(null, '', '#there')")
    page.reload()
    expect(prompt(page)).to_have_value("half a thought")
    assert version(page) == "2"
    assert page.url == f"{site.url}/#there"
    for window, word in ((other, "Saved"), (page, "Saved in 2")):
        window.get_by_role("button", name="Earlier prompts").click()
        expect(dialog(window).get_by_role("heading", name=word, exact=True)).to_be_visible()


def test_page_of_a_developer_has_no_worker(chromium: Browser, server: Server) -> None:
    """There each change is to be seen at once."""
    with strict_page(chromium, server) as page:
        page.goto("/", wait_until="networkidle")
        page.evaluate("new Promise(requestIdleCallback)")
        assert page.evaluate("navigator.serviceWorker.getRegistrations()") == []


def test_page_can_be_installed(page: Page, server: Server) -> None:
    """With an icon for every place, in Chromium's own judgement."""
    visit(page, server)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["manifest"]["display"] == "kStandalone"
    assert session.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}


def test_files_that_the_browser_lost_are_kept_anew(page: Page, server: Server, site: Site) -> None:
    """With the next visit that has a network."""
    visit(page, server)
    page.evaluate("""async () => {
      for (const name of await caches.keys()) await caches.delete(name);
    }""")
    page.reload()
    wait_until(lambda: page.evaluate("caches.keys()") != [])
    leave_network(page, site)
    page.reload()
    expect(prompt(page)).to_be_visible()
    assert site.asked == []
