"""The workflows of GitHub Actions: what can be known of them without GitHub."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import ROOT

FOLDER = ROOT / ".github/workflows"
WORKFLOWS = sorted(FOLDER.iterdir())
ON = True
"""What YAML 1.1 makes of the key `on`."""


def read(path: Path) -> dict[Any, Any]:
    return yaml.safe_load(path.read_text())


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def test_both_workflows_are_there() -> None:
    """And nothing else that would run."""
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "smoke.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_may_only_read(path: Path) -> None:
    """Neither its token nor git's copy of it can change anything, and no job runs for hours."""
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 60
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_commands_are_the_projects_own(path: Path) -> None:
    """Each can be run by hand; what somebody typed reaches none of them as text."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    known = {".ci/run", *(f"make {target}" for target in targets)}
    commands = {step["run"] for step in steps(path) if "run" in step}
    assert commands
    assert commands <= known


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_githubs_own(path: Path) -> None:
    """Of one major version each; others' code sees neither the source nor the key."""
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])


def test_ci_runs_on_push_and_pull_request_with_every_python() -> None:
    """From the oldest that pyproject.toml names on; what .ci/run does is done."""
    workflow = read(FOLDER / "ci.yml")
    assert workflow[ON] == {"push": {"branches": ["main"]}, "pull_request": None}
    versions = workflow["jobs"]["check"]["strategy"]["matrix"]["python"]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={versions[0]}"
    assert ".ci/run" in {step.get("run") for step in steps(FOLDER / "ci.yml")}


def test_ci_tests_in_workerd_too() -> None:
    """GitHub's machines have the internet, from which workerd fetches its Python."""
    job = read(FOLDER / "ci.yml")["jobs"]["workerd"]
    assert {"run": "make test", "env": {"RUNTIME": "workerd"}} in job["steps"]


def test_smoke_runs_by_hand_with_the_key_from_the_secret() -> None:
    """And free, unless somebody ticks the box."""
    inputs = read(FOLDER / "smoke.yml")[ON]["workflow_dispatch"]["inputs"]
    assert set(inputs) == {"url", "paid"}
    assert inputs["paid"] == {
        "description": "Also make one image (256x256, flux-2-klein-4b)",
        "type": "boolean",
        "default": False,
    }
    (smoke,) = [step for step in steps(FOLDER / "smoke.yml") if "run" in step]
    assert smoke == {
        "run": "make smoke",
        "env": {
            "URL": "${{ inputs.url }}",
            "PAID": "${{ inputs.paid }}",
            "KEY": "${{ secrets.FLUX2_API_KEY }}",
        },
    }
