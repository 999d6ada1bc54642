"""For everyone: both languages, a phone, a keyboard, a screen reader, light and dark."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import ledger, night
from tests.browser.conftest import strict_page
from tests.browser.studio import (
    PHONE,
    a_file,
    add_references,
    choose,
    dialog,
    generate,
    jobs,
    open_keys,
    open_page,
    picture,
    prompt,
    show,
)
from tests.conftest import Server
from tools import ROOT

WORDS = ROOT / "assets/js/words"
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours, and so find something else in the other theme."""
LOOK = """async ([tags, colours]) => {
  const { dataset } = document.documentElement;
  const shown = dataset.theme;
  const { violations } = await axe.run({ runOnly: tags });
  dataset.theme = shown === "dark" ? "light" : "dark";
  const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(fading.map(({ finished }) => finished));
  const other = await axe.run({ runOnly: { type: "rule", values: colours } });
  dataset.theme = shown;
  return [...violations, ...other.violations];
}"""


def violations(page: Page) -> list[str]:
    """In both themes."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(LOOK, [TAGS, COLOURS])
    return [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """Pixels that stick out to the right."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_any_state(page: Page, server: Server, phone: bool) -> None:
    """Empty, with JSON and its errors, at work, failed, with results, and in every dialog."""
    if phone:
        page.set_viewport_size(PHONE)
    page.goto("/")
    assert violations(page) == []
    page.get_by_role("button", name="Enter key").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    open_page(page, server)
    add_references(page, a_file("a.png", "teal"), a_file("b.png", "gold"))
    choose(page, "free")
    generate(page, "a cat emulate:flagged", size="1024x768")
    expect(jobs(page).get_by_role("alert")).to_be_visible()
    make_all(page)
    generate(page, "a dog emulate:stall")
    expect(jobs(page).get_by_role("progressbar")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Select", exact=True).click()
    page.locator(".picture").nth(0).click()
    page.locator(".picture").nth(1).click()
    assert violations(page) == []
    page.get_by_role("button", name="Compare").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Done").click()
    page.locator(".picture").nth(0).click()
    assert violations(page) == []
    dialog(page).get_by_role("button", name="Show as code").click()
    assert violations(page) == []
    page.keyboard.press("Escape")  # back to the result, and then to the gallery
    expect(dialog(page).get_by_role("button", name="Show as code")).to_be_visible()
    page.keyboard.press("+")
    page.keyboard.press("Delete")
    if not phone:
        dialog(page).get_by_text("Keys", exact=True).click()
    expect(dialog(page).get_by_text("1 image deleted.")).to_be_visible()
    assert_fits(page)
    dialog(page).get_by_role("button", name="Undo").click()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    show(page, "create")
    prompt(page).fill("a very long prompt " * 20)
    page.get_by_role("button", name="Earlier prompts").click()
    dialog(page).get_by_role("button", name="Save this prompt").click()
    dialog(page).get_by_role("button", name="Delete: kite 1").click()
    assert_fits(page)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    page.get_by_role("button", name="JSON", exact=True).click()
    prompt(page).fill(
        '{"scene": "x", "subjects": [{}], "color_palette": ["#fff", "teal"], "effects": ["a"]}'
    )
    assert violations(page) == []
    prompt(page).fill("{")
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_the_owner_s_dialog(page: Page, server: Server, phone: bool) -> None:
    """With a month of usage as a plot and as a table, in the form with its errors, when a key was
    just made, before it is deleted, and when the server fails; nothing sticks out."""
    if phone:
        page.set_viewport_size(PHONE)
    ledger.pretend(page, ledger.owner(3412), ledger.FRIENDS, ledger.a_month())
    open_page(page, server)
    open_keys(page)
    assert_fits(page)
    for name in ("30 days", "By key", "Table"):
        dialog(page).get_by_role("button", name=name).click()
    assert_fits(page)
    dialog(page).get_by_role("button", name="Delete: Mia").click()
    assert_fits(page)
    dialog(page).get_by_role("button", name="Make a key").click()
    dialog(page).get_by_label("Budget", exact=True).fill("0")
    dialog(page).get_by_role("button", name="Make a key").click()
    assert_fits(page)
    page.unroute("**/v1/keys")
    dialog(page).get_by_label("Name").fill("Lin")
    dialog(page).get_by_label("Budget", exact=True).fill("20")
    dialog(page).get_by_role("button", name="Make a key").click()
    expect(dialog(page).get_by_role("button", name="Copy the link")).to_be_visible()
    assert_fits(page)
    dialog(page).get_by_role("button", name="Done").click()
    error = {"error": {"code": "storage_unavailable", "message": "Try again."}}
    page.route("**/v1/keys/*", lambda route: route.fulfill(status=503, json=error))
    dialog(page).get_by_role("button", name="Disable: 阿哲").click()
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    assert_fits(page)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_where_batches_are(page: Page, server: Server, phone: bool) -> None:
    """The ways to make something, the list in every state and before one is cancelled, a template
    empty and full, wrong and not taken by the server; nothing sticks out."""
    if phone:
        page.set_viewport_size(PHONE)
    told = night.in_every_state()
    told.install(page.context)
    open_page(page, server)
    expect(page.locator("#open-batches")).to_be_attached()
    prompt(page).fill("a {animal} in {place}")
    page.get_by_role("button", name="Other ways to make it").click()
    expect(page.get_by_role("group", name="Other ways to make it")).to_be_visible()
    assert_fits(page)
    page.keyboard.press("Escape")
    show(page, "gallery")
    assert_fits(page)
    page.locator("#open-batches").click()
    dialog(page).get_by_role("button", name="Show errors").click()
    dialog(page).get_by_role("button", name="Cancel: Terraced hills").click()
    assert_fits(page)
    page.keyboard.press("Escape")
    show(page, "create")
    page.get_by_role("button", name="Variations from lists…").click()
    dialog(page).get_by_role("button", name="Make them").click()
    assert_fits(page)
    for name in ("animal", "place"):
        dialog(page).get_by_role("textbox", name=name).fill("a very long value\nb\nc")
    told.fault = "internal_error"
    dialog(page).get_by_role("button", name="Make 9").click()
    expect(dialog(page).get_by_role("button", name="Try again")).to_be_visible()
    assert_fits(page)


def test_axe_finds_nothing_in_a_friend_s_view(page: Page, server: Server) -> None:
    """With a budget, and without enough of it; on a phone nothing sticks out."""
    page.set_viewport_size(PHONE)
    account = ledger.limited("Mia", 10_000, 9_000, free_today=ledger.free_today(9_000))
    ledger.pretend(page, account, [], [])
    open_page(page, server)
    expect(page.locator(".budget")).to_contain_text("Not enough for an image like this")
    assert_fits(page)


def assert_fits(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than its place."""
    assert violations(page) == []
    assert overflow(page) == 0
    for box in page.locator("dialog").all():
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0


def make_all(page: Page) -> None:
    for number in (1, 2):
        generate(page, f"kite {number}")
        expect(picture(page, f"kite {number}")).to_be_visible()


@pytest.fixture
def chinese(chromium: Browser, server: Server) -> Iterator[Page]:
    """A browser that is set to Chinese as in Taiwan."""
    with strict_page(chromium, server, locale="zh-TW", viewport=PHONE) as page:
        yield page


def test_language_is_the_browser_s(chinese: Page, server: Server) -> None:
    """All the way, also for what goes wrong; on a phone nothing sticks out."""
    chinese.goto(f"/#key={server.key}")
    expect(chinese.locator("html")).to_have_attribute("lang", "zh-TW")
    expect(chinese.get_by_role("button", name="金鑰有效")).to_be_visible()
    expect(chinese.locator(".price")).to_contain_text("每日免費額度的 38%")
    prompt(chinese).fill("一隻貓 emulate:quota")
    chinese.get_by_role("button", name="產生圖片").click()
    expect(jobs(chinese).get_by_role("alert")).to_contain_text("今天的免費 neurons 已用完")
    chinese.get_by_role("button", name="移除").click()
    show(chinese, "create")
    prompt(chinese).fill("一隻貓")
    chinese.get_by_role("button", name="產生圖片").click()
    expect(picture(chinese, "一隻貓")).to_be_visible()
    assert violations(chinese) == []
    assert overflow(chinese) == 0


def test_owner_s_dialog_is_in_the_browser_s_language(chinese: Page, server: Server) -> None:
    """All the way, also after the other language was chosen in between."""
    ledger.pretend(chinese, ledger.owner(3412), ledger.FRIENDS, ledger.a_month())
    chinese.goto(f"/#key={server.key}")
    chinese.get_by_role("button", name="金鑰與用量").click()
    expect(dialog(chinese).get_by_role("heading", name="給別人的金鑰")).to_be_visible()
    expect(dialog(chinese)).to_contain_text("免費 10,000 neurons，已用 3,412")
    assert_fits(chinese)
    dialog(chinese).get_by_role("button", name="表格").click()
    dialog(chinese).get_by_role("button", name="換新：Mia").click()
    assert_fits(chinese)
    dialog(chinese).get_by_role("button", name="建立金鑰").click()
    dialog(chinese).get_by_role("button", name="建立金鑰").click()
    expect(dialog(chinese).get_by_text("請取一個名稱。")).to_be_visible()
    assert_fits(chinese)
    chinese.keyboard.press("Escape")
    expect(dialog(chinese).get_by_role("heading", name="給別人的金鑰")).to_be_visible()
    chinese.keyboard.press("Escape")
    expect(dialog(chinese)).to_be_hidden()
    chinese.get_by_role("button", name="English").click()
    open_keys(chinese)
    expect(dialog(chinese)).to_contain_text("3,412 of 10,000 free neurons")


def test_batches_are_in_the_browser_s_language(chinese: Page, server: Server) -> None:
    """All the way; also what stays on the page when the other language is chosen."""
    night.in_every_state().install(chinese.context)
    chinese.goto(f"/#key={server.key}")
    show(chinese, "gallery")
    strip = chinese.locator("#open-batches")
    expect(strip).to_contain_text("2 個背景工作進行中")
    strip.click()
    expect(dialog(chinese)).to_contain_text("等待中")
    expect(dialog(chinese)).to_contain_text("免費 neurons 或這把金鑰的額度已用完")
    dialog(chinese).get_by_role("button", name="顯示錯誤").click()
    dialog(chinese).get_by_role("button", name="取消：Terraced hills").click()
    assert_fits(chinese)
    chinese.keyboard.press("Escape")
    show(chinese, "create")
    prompt(chinese).fill("在{地點}的一隻{動物}")
    chinese.get_by_role("button", name="用清單變化提示詞…").click()
    dialog(chinese).get_by_role("textbox", name="地點").fill("臺北\n海邊")
    dialog(chinese).get_by_role("textbox", name="動物").fill("貓")
    expect(dialog(chinese)).to_contain_text("2 張圖片")
    assert_fits(chinese)
    chinese.keyboard.press("Escape")
    chinese.get_by_role("button", name="English").click()
    show(chinese, "gallery")
    expect(strip).to_contain_text("2 jobs in the background")


def test_language_can_be_switched_and_is_remembered(page: Page) -> None:
    """Whatever the browser says; what was typed stays."""
    page.goto("/")
    prompt(page).fill("a boat")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("button", name="產生圖片")).to_be_visible()
    expect(prompt(page)).to_have_value("a boat")
    page.reload()
    expect(page.get_by_role("button", name="產生圖片")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Generate")).to_be_visible()


def test_both_languages_have_the_same_words(page: Page) -> None:
    """With the same values in them; Chinese needs no singular."""
    page.goto("/favicon.svg")
    topics = [file.name.removesuffix("en.js") for file in WORDS.glob("*en.js")]
    english, chinese = page.evaluate(
        """topics => Promise.all(["en", "zh-tw"].map(async (name) => {
      const files = topics.map((topic) => import(`/js/words/${topic}${name}.js`));
      return Object.assign({}, ...(await Promise.all(files)).map(({ words }) => words));
    }))""",
        topics,
    )
    assert {name for name in english if not name.endswith(".one")} == set(chinese)
    for name, text in chinese.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english[name]))


def test_every_word_is_used() -> None:
    """Names that are put together at run time count by their beginning."""
    scripts = ROOT / "assets/js"
    words = "".join(path.read_text() for path in sorted((scripts / "words").glob("*en.js")))
    names = re.findall(r'^  "?([\w.-]+)"?: "', words, re.MULTILINE)
    code = "\n".join(
        path.read_text() for path in scripts.rglob("*.js") if path.parent.name != "words"
    )
    beginnings = set(re.findall(r"`([\w.]+\.)\$\{", code))
    unused = [
        name
        for name in names
        if f'"{name.removesuffix(".one").removesuffix(".other")}"' not in code
        and not name.startswith(tuple(beginnings))
        and name not in {"steps", "seed", "guidance", "model", "size", "width", "height"}
    ]
    assert unused == []


def test_theme_can_be_switched_and_is_remembered(page: Page) -> None:
    """Dark is where it begins."""
    page.goto("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(17, 18, 20)"
    page.get_by_role("button", name="Light colours").click()
    page.reload()
    expect(page.get_by_role("button", name="Dark colours")).to_be_visible()
    assert page.evaluate(ground) == "rgb(246, 245, 243)"


def test_phone_shows_all_without_horizontal_scrolling(page: Page, server: Server) -> None:
    """Everything is reachable at 390x844: empty, at work, with the widest image, looked at."""
    page.set_viewport_size(PHONE)
    open_page(page, server)
    assert overflow(page) == 0
    expect(page.get_by_role("button", name="Generate")).to_be_in_viewport()
    generate(page, f"a harbour {'with boats ' * 20}emulate:stall", size="1920x1080")
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_in_viewport()
    assert overflow(page) == 0
    cancel.click()
    make_one = "a harbour"
    generate(page, make_one, size="1920x1080")
    picture(page, make_one).click()
    expect(dialog(page).get_by_role("button", name="Download")).to_be_visible()
    assert dialog(page).evaluate("box => box.scrollWidth - box.clientWidth") == 0
    page.keyboard.press("Escape")
    show(page, "create")
    page.get_by_role("button", name="JSON", exact=True).click()
    assert overflow(page) == 0


def test_keyboard_is_enough(page: Page, server: Server) -> None:
    """From an empty page to a downloaded image without a mouse."""
    open_page(page, server)
    page.locator("body").focus()
    reached = tab_to(page, "#prompt")
    assert reached
    page.keyboard.type("a pine tree")
    page.keyboard.press("Control+Enter")
    expect(picture(page, "a pine tree")).to_be_visible()
    assert tab_to(page, ".latest .facts [aria-label='Download']")
    with page.expect_download():
        page.keyboard.press("Enter")


def tab_to(page: Page, selector: str) -> bool:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return True
    return False


def test_page_loads_a_few_files_of_its_own(page: Page, server: Server) -> None:
    """Quick also on a slow line; ZIP comes only when it is needed."""
    page.goto("/", wait_until="networkidle")
    entries = page.evaluate("""performance.getEntriesByType("resource")
      .map(({ name, decodedBodySize }) => [new URL(name).pathname, decodedBodySize])""")
    assert not any("fflate" in name for name, _ in entries)
    assert sum(size for name, size in entries if name.endswith((".js", ".css"))) < 200_000
    assert all(Path(name).suffix in {".js", ".css", ".svg", ""} for name, _ in entries)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_first_visit_follows_the_system(chromium: Browser, server: Server, scheme: str) -> None:
    """And what somebody has chosen stays."""
    with strict_page(chromium, server, color_scheme=scheme) as page:
        page.goto("/")
        root = page.locator(f"html[data-theme={scheme}]")
        expect(root).to_be_attached()
        other = {"light": "dark", "dark": "light"}[scheme]
        page.get_by_role("button", name=f"{other.title()} colours").click()
        page.reload()
        expect(page.locator(f"html[data-theme={other}]")).to_be_attached()
