"""The page's modules: which may import which, and what their tests say."""

import json
import re
import subprocess
from collections.abc import Iterator

import pytest

from dev.processes import NODE, ROOT
from flux2.errors import ApiError
from tools.page import ASSETS, imports

SCRIPTS = ASSETS / "js"
MODULES = sorted(path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.rglob("*.js"))

# A module imports only from levels before its own.
LEVELS = [
    # model/ and words/: plain JavaScript, the same everywhere.
    ["model/wire"],
    ["model/state"],
    ["model/catalog", "model/errors", "model/find", "model/json", "model/rows", "model/running",
     "model/table",
     "words/batches-en", "words/batches-zh-tw", "words/dialogs-en", "words/dialogs-zh-tw",
     "words/en", "words/errors-en", "words/errors-zh-tw", "words/gallery-en",
     "words/gallery-zh-tw", "words/jobs-en", "words/jobs-zh-tw", "words/json-en",
     "words/json-zh-tw", "words/keys-en",
     "words/keys-zh-tw", "words/prompts-en", "words/prompts-zh-tw", "words/viewer-en",
     "words/viewer-zh-tw", "words/zh-tw"],
    ["model/budget", "model/events", "model/health", "model/json-prompt", "model/looking",
     "model/names", "model/packets", "model/price", "model/prompts", "model/selection",
     "model/zoom", "words/language"],
    ["model/draft", "model/json-edits", "model/keys", "model/outlook", "model/request",
     "model/usage", "words/distance"],
    ["model/batches", "model/code", "model/gallery", "model/queue", "model/template"],
    ["model/elsewhere", "model/store", "model/work"],
    ["model/xmp"],
    # browser/: what it keeps, fetches, draws and saves.
    ["browser/attention", "browser/back", "browser/data-urls", "browser/database",
     "browser/device", "browser/link", "browser/memory", "browser/notifications",
     "browser/pages", "browser/random",
     "browser/room", "browser/sheet", "browser/urls"],
    ["browser/api", "browser/kept-draft", "browser/kept-jobs", "browser/kept-results",
     "browser/pictures", "browser/taken", "browser/undoable", "browser/worker"],
    ["browser/archive", "browser/batches", "browser/kept-images", "browser/keys", "browser/linked",
     "browser/outside"],
    # actions/: what changes the store.
    ["actions/appearance", "actions/dialogs", "actions/find", "actions/notice",
     "actions/selection", "actions/snippets"],
    ["actions/health", "actions/keeping", "actions/references"],
    ["actions/results"],
    ["actions/arriving"],
    ["actions/archive", "actions/collect", "actions/draft", "actions/elsewhere"],
    ["actions/account", "actions/file-settings", "actions/notify", "actions/prompts",
     "actions/stars", "actions/waits"],
    ["actions/batches", "actions/code", "actions/json", "actions/keys", "actions/queue"],
    ["actions/generate", "actions/panel", "actions/send", "actions/viewer"],
    ["actions/background", "actions/looking", "actions/vary"],
    ["actions/key"],
    ["actions/all"],
    # views/: what shows the store, and hears what a person does.
    ["views/more-icons"],
    ["views/icons"],
    ["views/drawing", "views/dropping", "views/gestures", "views/later",
     "views/zooming"],
    ["views/input", "views/parts", "views/viewer-keys"],
    ["views/storage"],
    ["views/failed-lines", "views/failure", "views/finder", "views/forecast",
     "views/header", "views/invitation",
     "views/json-editor", "views/json-form", "views/key-form", "views/key-list", "views/new-key",
     "views/references", "views/result", "views/settings", "views/tile", "views/unsent",
     "views/usage", "views/variables", "views/ways"],
    ["views/wall"],
    ["views/background", "views/batches", "views/gallery", "views/jobs", "views/json-prompt",
     "views/prompts", "views/vary"],
    ["views/prompt", "views/work"],
    ["views/code", "views/comparison", "views/composer", "views/key", "views/keys",
     "views/setup", "views/viewer"],
    ["views/dialogs"],
    ["views/page"],
    ["views/screen"],
    ["app"],
]  # fmt: skip
LEVEL = {f"{name}.js": number for number, names in enumerate(LEVELS) for name in names}

PURE = ("model/", "words/")

WITHOUT_WORDS = {
    "client_closed_request",  # nobody is there to read them
    # What the page does not do; the API's own words are shown if it does all the same.
    "invalid_request",
    "invalid_json",
    "invalid_form",
    "missing_required_parameter",
    "invalid_value",
    "invalid_image",
    "unsupported_parameter",
    "unsupported_media_type",
    "not_found",
    "model_not_found",
    "permission_denied",  # the page offers only what a key may
    "binding_missing",  # the owner's dialog has words of its own
    # Of a line of a batch: the dialog of batches has the words.
    "batch_cancelled",
    "batch_expired",
    "interrupted",
    "method_not_allowed",
}
"""Errors of the API that the page explains in the API's own words."""

OWN_WORDS = {
    "unreachable", "broken_off", "odd",  # what the API cannot say
    "interrupted", "waited",  # what became of a job
    "request_too_large.references",
    "budget", "budget.until",  # insufficient_quota, where it is the key's own
    "other", "said", "request", "retryAfter",  # what goes with any error
    "arrived.one", "arrived.other",
}  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_module_of_the_page_imports_from_below(name: str) -> None:
    """So data flows one way, and the folders show it. A new module is put into the list above."""
    for below in imports(f"js/{name}", later=True):
        if below.startswith("js/"):
            imported = below.removeprefix("js/")
            assert LEVEL[imported] < LEVEL[name], f"{name} imports {imported}"
        else:
            assert not name.startswith(PURE), f"{name} imports {below}"


def test_every_level_has_modules() -> None:
    """What is gone is taken out of the list above."""
    assert set(LEVEL) == set(MODULES)


def test_model_does_what_its_tests_say() -> None:
    """They run in Node, without a browser: see tests/page."""
    tests = sorted((ROOT / "tests/page").glob("*.test.mjs"))
    done = subprocess.run(
        [NODE, "--test", *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(tests) > 1


def descendants(kind: type[ApiError]) -> Iterator[type[ApiError]]:
    for below in kind.__subclasses__():
        yield below
        yield from descendants(below)


def test_page_has_words_for_the_errors_of_the_api() -> None:
    """A new error gets words in both languages, or a place among those that need none."""
    words = (SCRIPTS / "words/errors-en.js").read_text()
    known = set(re.findall(r'^  "error\.([\w.]+)": ', words, re.MULTILINE))
    codes = {kind.code for kind in descendants(ApiError)}
    assert known - OWN_WORDS == codes - WITHOUT_WORDS
    assert codes >= WITHOUT_WORDS


def test_page_expects_only_errors_that_there_are() -> None:
    """A code that stops the queue, or leads to a dialog, is one of the API's or of the page's."""
    script = """
      import { ENDED, HELP, STOPPING } from "./assets/js/model/errors.js";
      console.log(JSON.stringify([...STOPPING, ...ENDED, ...Object.keys(HELP)]));
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", script],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    codes = {kind.code for kind in descendants(ApiError)}
    assert set(json.loads(done.stdout)) - codes <= OWN_WORDS | {"cancelled"}
