"""What `make deploy-check` refuses, and which uv deploys."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pywrangler.utils import MIN_UV_VERSION

from tools import ROOT, deploy, migrations, workflows
from tools.deploy_check import LIMIT_MIB, SECRETS, bindings, in_build, listing, problems

ENTRY = "src/entry.py"
FILES = (".dev.vars.example", "package.json", "wrangler.toml", ENTRY)
FIRST = "migrations/0001_keys_and_usage.sql"
BUILT = """
┌──────────────────┬────────┬─
│ Name             │ Type   │ Size        │
├──────────────────┼────────┼─
│ flux2/app.py     │ python │ 4.95 KiB    │
├──────────────────┼────────┼─
│ Vendored Modules │        │ 7256.04 KiB │
└──────────────────┴────────┴─
✨ Read 71 files from the assets directory /somewhere/assets
Total Upload: {kib:.2f} KiB / gzip: 2014.30 KiB
env.RESULTS        KV Namespace
env.KEY_LIMITER (600 requests/60s)
"""


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], list[str]]:
    """What is wrong when in one of the files one text stands for another."""

    def edit(name: str, before: str, after: str) -> list[str]:
        (tmp_path / "src").mkdir()
        for file in FILES:
            shutil.copy(ROOT / file, tmp_path / file)
        for folder in ("assets", "migrations"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        text = (tmp_path / name).read_text()
        assert before in text
        (tmp_path / name).write_text(text.replace(before, after))
        return list(problems(tmp_path))

    return edit


def test_project_is_ready_for_the_deploy_button() -> None:
    """All that the button reads is there, and agrees."""
    assert list(problems(ROOT)) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "problem"),
    [
        (".dev.vars.example", "ACCOUNT=\n", "", ".dev.vars.example does not list ACCOUNT"),
        ("assets/style.css", ":root {", ":root  {", "assets/files.js does not list the page"),
        (".dev.vars.example", "ACCOUNT=\n", "ACCOUNT=\nX=\n", ".dev.vars.example lists X"),
        (".dev.vars.example", "_KEY=\n", "_KEY=change-me\n", "has a value for API_MASTER_KEY"),
        ("package.json", "python3 -m tools.deploy", "wrangler deploy", "the script deploy is"),
        ("package.json", '"ACCOUNT": {', '"OTHER": {', "no description of ACCOUNT"),
        ("package.json", '"RESULTS": {', '"OTHER": {', "no description of RESULTS"),
        ("package.json", '"IMAGES": {', '"PICTURES": {', "describes PICTURES, which is not bound"),
        ("wrangler.toml", '"RESULTS"', '"RESULTS"\nid = "0f"', "RESULTS has id"),
        ("wrangler.toml", 'binding = "DB"', 'binding = "D1"', "does not bind DB"),
        ("wrangler.toml", 'migrations_dir = "migrations"', "", "migrations_dir of DB is not"),
        (
            "wrangler.toml",
            'name = "flux',
            'name = "x"\ndatabase_id = "0f"\n#',
            "DB has database_id",
        ),
        (FIRST, "TABLE keys (", "TABLE keys", "keys_and_usage.sql cannot be applied"),
        (
            FIRST,
            "-- The keys of",
            "-- Callers' keys, of",
            "has a quote or a semicolon in a comment",
        ),
        ("wrangler.toml", 'ss_name = "B', 'ss_name = "P', "class PatchWorkflow, which is not"),
        ("wrangler.toml", '"BATCHES"', '"OTHER"', "no description of OTHER"),
        (ENTRY, "Workflow(Workflow", "Work(Workflow", "BatchWork, which wrangler.toml does"),
        (ENTRY, "Workflow(Workflow", "Workflow(Worker", "BatchWorkflow, which is not in src"),
        ("wrangler.toml", "[images]", "[vars]\nMODE = 1\n[images]", "has the variable MODE"),
        ("wrangler.toml", "[images]", "# API_MASTER_KEY\n[images]", "mentions API_MASTER_KEY"),
        ("wrangler.toml", "[images]", "[ai]\nbinding = 'AI'\n[images]", "no description of AI"),
    ],
)
def test_what_the_button_would_stumble_over_is_told_in_a_line(
    edited: Callable[[str, str, str], list[str]], name: str, before: str, after: str, problem: str
) -> None:
    """Each with its file."""
    found = edited(name, before, after)
    assert any(problem in line for line in found), found
    assert all("\n" not in line for line in found)


@pytest.mark.parametrize("name", ["0001_again.sql", "0099_later.sql", "0002.sql", "0002_x.txt"])
def test_migrations_are_numbered_without_gaps(tmp_path: Path, name: str) -> None:
    """They are applied in the order of their names; and two branches may have written one each."""
    config = {"d1_databases": [{"binding": "DB", "migrations_dir": "migrations"}]}
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    number = len([*(tmp_path / "migrations").iterdir()]) + 1
    (tmp_path / f"migrations/{number:04}_one_more.sql").write_text("CREATE TABLE more (x);")
    assert list(migrations.problems(tmp_path, config)) == []
    (tmp_path / "migrations" / name).write_text("")
    assert any("is not called" in line for line in migrations.problems(tmp_path, config))


def test_upload_is_judged_by_size_and_bindings() -> None:
    """A binding that wrangler has left out is one that the Worker would not have."""
    bound = ["RESULTS", "KEY_LIMITER"]
    most = LIMIT_MIB * 1024
    assert list(in_build(BUILT.format(kib=most), bound)) == []
    (too_large,) = in_build(BUILT.format(kib=most + 11), bound)
    assert too_large == "64.01 MiB, above the limit of 64 MiB"
    assert list(in_build(BUILT.format(kib=1), ["KEY"])) == ["wrangler does not bind KEY"]


def test_upload_is_listed_module_by_module(tmp_path: Path) -> None:
    """What comes from elsewhere as one, and the page as a number of files."""
    main = tmp_path / "entry.py"
    main.write_text("#" * 1024)
    assert list(listing(BUILT.format(kib=1), main)) == [
        "entry.py             1.00 KiB",
        "flux2/app.py         4.95 KiB",
        "Vendored Modules  7256.04 KiB",
        "71 files of the page",
    ]


def test_workflows_are_listed_with_their_classes() -> None:
    """Wrangler says nothing of the class."""
    config = {"workflows": [{"binding": "A", "name": "b", "class_name": "C"}]}
    assert list(workflows.listing(config)) == ["b, a workflow of the class C"]
    assert list(workflows.listing({})) == []


def test_bindings_are_those_that_the_button_shows() -> None:
    """One table or several, whatever their name is called; the page's files are none."""
    config = {
        "assets": {"binding": "ASSETS"},
        "images": {"binding": "A"},
        "ratelimits": [{"name": "B"}, {"name": "C"}],
        "kv_namespaces": [{"binding": "D"}],
        "workflows": [{"binding": "E", "name": "x", "class_name": "X"}],
    }
    assert sorted(bindings(config)) == ["A", "B", "C", "D", "E"]


def test_secrets_are_described_with_permission_and_place() -> None:
    """Whoever presses the button has never seen this project."""
    package = json.loads((ROOT / "package.json").read_text())
    described = package["cloudflare"]["bindings"]
    assert "Workers AI: Read and Edit" in described["CF_API_TOKEN"]["description"]
    for name in SECRETS[:2]:
        assert "https://dash.cloudflare.com/" in described[name]["description"]


def machine_with_uv(folder: Path, says: str) -> str:
    """A search path on which uv says that."""
    program = folder / "uv"
    program.write_text(f"#!{sys.executable}\nprint({says!r})\n")
    program.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("says", ["uv 0.13.4 (abc 2026)", "uv 0.14.0", "uv 1.0.0"])
def test_machines_own_uv_deploys(tmp_path: Path, says: str) -> None:
    """If it is one that pywrangler takes."""
    path = machine_with_uv(tmp_path, says)
    assert deploy.find_uv(path) == tmp_path / "uv"


@pytest.mark.parametrize("says", [None, "uv 0.13.3", "uv 0.9.30", "something else"])
def test_uv_comes_from_pypi_where_there_is_none_of_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None
) -> None:
    """Cloudflare's build image has Python, but no uv."""
    prepared: list[object] = []
    monkeypatch.setattr(deploy, "prepare", lambda *names: prepared.extend(names))
    path = machine_with_uv(tmp_path, says) if says else os.devnull
    assert deploy.find_uv(path) == deploy.TOOLS / "bin/uv"
    assert prepared == ["uv"]


def test_oldest_uv_is_pywranglers() -> None:
    """So that the one does not refuse what the other has found."""
    assert deploy.OLDEST_UV == MIN_UV_VERSION
