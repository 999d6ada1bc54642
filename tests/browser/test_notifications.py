"""Who waits elsewhere is told: by a notification, and by the page's title."""

from playwright.sync_api import Page, expect

from tests.browser.studio import generate, held, jobs, make, open_page
from tests.conftest import Server

NOTIFICATIONS = """
  window.asked = 0;
  window.told = [];
  window.Notification = class {
    static permission = "default";
    static async requestPermission() {
      window.asked += 1;
      return (this.permission = window.answer ?? "granted");
    }
    constructor(title, { body }) { window.told.push([title, body]); }
    close() {}
  };
"""


def look_away(page: Page, *, state: str = "hidden") -> None:
    page.evaluate(
        """state => {
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_notification_comes_when_all_is_done_and_nobody_looks(page: Page, server: Server) -> None:
    """Asked for by a press on the switch and never before; meanwhile the title counts."""
    page.add_init_script(NOTIFICATIONS)
    open_page(page, server)
    with held(page):
        generate(page, "one")
        generate(page, "two emulate:flagged")
        assert page.evaluate("asked") == 0
        switch = page.get_by_role("switch", name="Notify me when done")
        switch.click()
        expect(switch).to_be_checked()
        assert page.evaluate("asked") == 1
        look_away(page)
    expect(page).to_have_title("(1) FLUX.2 on Workers AI")
    page.wait_for_function("told.length")
    told = ["1 image is ready. 1 job did not work.", "FLUX.2 on Workers AI"]
    assert page.evaluate("told") == [told]
    look_away(page, state="visible")
    expect(page).to_have_title("FLUX.2 on Workers AI")
    jobs(page).get_by_role("button", name="Dismiss").click()
    make(page, "three")  # somebody sees it
    assert page.evaluate("told.length") == 1


def test_notification_that_is_refused_is_told(page: Page, server: Server) -> None:
    """The switch stays off."""
    page.add_init_script(f"{NOTIFICATIONS} window.answer = 'denied'")
    open_page(page, server)
    with held(page):
        generate(page, "one")
        switch = page.get_by_role("switch", name="Notify me when done")
        switch.click()
        expect(page.get_by_text("does not allow notifications")).to_be_visible()
        expect(switch).not_to_be_checked()
