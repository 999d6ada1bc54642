"""What helps those who contribute: forms for issues, checks before a commit, Dependabot."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))
KINDS = {"markdown", "textarea", "input", "dropdown"}


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def words_of(form: dict[str, Any]) -> str:
    """All that somebody who fills it in reads."""
    return " ".join(
        str(text) for field in form["body"] for text in field["attributes"].values()
    ).replace("\n", " ")


def test_both_forms_are_there() -> None:
    """And no issue without one, so that what helps is asked for."""
    assert [path.name for path in FORMS] == ["bug.yml", "feature.yml"]
    assert read(".github/ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": False}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_form_is_one_that_github_shows(path: Any) -> None:
    """Its fields are of known kinds, each with a label and an id of its own."""
    form = yaml.safe_load(path.read_text())
    assert {"name", "description", "labels", "body"} == set(form)
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in form["body"]} <= KINDS
    assert all(field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields)
    assert any(field.get("validations") == {"required": True} for field in fields)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_form_wants_no_key(path: Any) -> None:
    """Issues are public: it says so, and no field is for a secret."""
    form = yaml.safe_load(path.read_text())
    assert re.search("leave keys, tokens and account ids out", words_of(form), re.IGNORECASE)
    labels = [field["attributes"].get("label", "") for field in form["body"]]
    assert not any(re.search("key|token|account", label, re.IGNORECASE) for label in labels)


def test_bug_form_asks_for_what_explains_a_bug() -> None:
    """The request id leads to the log, /health to the settings; holes are reported elsewhere."""
    form = read(".github/ISSUE_TEMPLATE/bug.yml")
    assert {"request_id", "health"} <= {field.get("id") for field in form["body"]}
    for words in ("x-request-id", "/health", "Report a vulnerability"):
        assert words in words_of(form)


def test_checklist_of_a_pull_request_names_what_is_there() -> None:
    """Each `make` in it is a target, each file exists."""
    text = (ROOT / ".github/pull_request_template.md").read_text()
    targets = re.findall(r"`make ([a-z-]+)`", text)
    assert {"lint", "test"} <= set(targets)
    assert set(targets) <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert all((ROOT / name).exists() for name in re.findall(r"[A-Z]+\.md", text))


def test_commit_is_checked_as_by_make_lint() -> None:
    """The same commands, nothing that would have to be downloaded."""
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    hooks = repository["hooks"]
    assert all((hook["language"], hook["pass_filenames"]) == ("system", False) for hook in hooks)
    (recipe,) = re.findall(r"^lint:\n((?:\t.+\n)+)", MAKEFILE, re.MULTILINE)
    commands = re.findall(r"^\t@\$\(VENV\)/(.+)$", recipe, re.MULTILINE)
    assert commands
    assert [hook["entry"] for hook in hooks] == [f".venv/bin/{command}" for command in commands]


def _find_folders_with_locks() -> Iterator[str]:
    """As Dependabot names them: `/`, `/bench/litellm`."""
    command = ["git", "ls-files", "uv.lock", "*/uv.lock"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return (str(Path("/", name).parent) for name in listed.stdout.split())


def test_dependabot_looks_after_every_lock_and_the_actions() -> None:
    """In one pull request for each, not in a hundred."""
    document = read(".github/dependabot.yml")
    assert document["version"] == 2
    updates = {update["package-ecosystem"]: update for update in document["updates"]}
    assert set(updates) == {"uv", "npm", "github-actions"}
    assert {*updates["uv"]["directories"]} == {*_find_folders_with_locks()}
    assert updates["npm"]["directory"] == updates["github-actions"]["directory"] == "/"
    for update in updates.values():
        assert update["schedule"] == {"interval": "monthly"}
        assert [group["patterns"] for group in update["groups"].values()] == [["*"]]
