"""The protocol's own conformance tests, in every version that they and the Worker know."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.clients.keyed_proxy import keyed_proxy
from tests.conftest import Server
from tools import ROOT
from tools.node import NODE

PROGRAM = ROOT / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
VERSIONS = ("2025-06-18", "2025-11-25", "2026-07-28")

EXCUSED: Mapping[str, Sequence[str]] = {
    "it calls a tool of an example server, which has one for each feature": (
        "elicitation-sep1034-defaults",
        "elicitation-sep1330-enums",
        "json-schema-2020-12",
        "tools-call-audio",
        "tools-call-elicitation",
        "tools-call-embedded-resource",
        "tools-call-error",
        "tools-call-image",
        "tools-call-mixed-content",
        "tools-call-sampling",
        "tools-call-simple-text",
        "tools-call-with-progress",
        "server-stateless/sep-2575-http-server-no-independent-requests-on-stream",
        "server-stateless/sep-2575-missing-capability-http-400",
        "server-stateless/sep-2575-server-no-log-without-loglevel",
        "server-stateless/sep-2575-server-rejects-undeclared-capability",
    ),
    "it calls such a tool that asks its client something; none of ours does": (
        "input-required-result-basic-elicitation",
        "input-required-result-basic-list-roots",
        "input-required-result-basic-sampling",
        "input-required-result-capability-check",
        "input-required-result-ignore-extra-params",
        "input-required-result-missing-input-response",
        "input-required-result-multi-round",
        "input-required-result-multiple-input-requests",
        "input-required-result-non-tool-request",
        "input-required-result-request-state",
        "input-required-result-result-type",
        "input-required-result-tampered-state",
    ),
    "there are no prompts, and none are declared": (
        "caching/sep-2549-prompts-list-caching-hints",
        "prompts-get-embedded-resource",
        "prompts-get-simple",
        "prompts-get-with-args",
        "prompts-get-with-image",
        "prompts-list",
    ),
    "there are no resources, and none are declared": (
        "caching/sep-2549-resources-list-caching-hints",
        "caching/sep-2549-resources-templates-list-caching-hints",
        "resources-list",
        "resources-read-binary",
        "resources-read-text",
        "resources-subscribe",
        "resources-templates-read",
        "resources-unsubscribe",
        "sep-2164-resource-not-found",
    ),
    "nothing is completed, and it is not declared": ("completion-complete",),
    "nothing is logged to a client, and it is not declared": (
        "logging-set-level",
        "tools-call-with-logging",
    ),
    "no argument is repeated in a header": ("http-custom-header-server-validation",),
    "there are no sessions": (
        "server-sse-multiple-streams/server-sse-multiple-streams-session",
        "server-sse-polling/server-sse-polling-session",
    ),
    "it is for servers without a key, by its own words": (
        "dns-rebinding-protection/localhost-host-rebinding-rejected",
    ),
}
"""Reason -> scenarios, or single checks of one, that do not apply."""
EXCUSES = {name for names in EXCUSED.values() for name in names}


@pytest.fixture(scope="session")
def checks(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What was checked, as `scenario/check`, and the worst that came out in any version."""
    found: dict[str, str] = {}
    with keyed_proxy(server.url, server.key) as url:
        for version in VERSIONS:
            folder = tmp_path_factory.mktemp(version)
            for name, status in run(url, version, folder):
                found[name] = status if found.get(name) != "FAILURE" else "FAILURE"
    return found


def run(url: str, version: str, folder: Path) -> Iterator[tuple[str, str]]:
    subprocess.run(
        [
            *(NODE, PROGRAM, "server", "--url", f"{url}/mcp", "--suite", "all"),
            *("--spec-version", version, "--output-dir", folder),
        ],
        stdout=subprocess.DEVNULL,
        check=False,  # it ends with 1 where anything has failed
        cwd=ROOT,
        timeout=120,
    )
    for path in folder.glob("*/checks.json"):
        scenario = re.sub(r"^server-|-\d{4}-\d\d-\d\dT[-\d]+Z$", "", path.parent.name)
        for check in json.loads(path.read_text()):
            status = "FAILURE" if check["status"] == "WARNING" else check["status"]
            yield f"{scenario}/{check['id']}", status


def is_excused(name: str) -> bool:
    return bool({name, name.partition("/")[0]} & EXCUSES)


def test_nothing_fails_but_what_does_not_apply(checks: Mapping[str, str]) -> None:
    """Failures and warnings alike."""
    failed = [name for name, status in checks.items() if status == "FAILURE"]
    assert [name for name in failed if not is_excused(name)] == []


def test_every_excuse_is_needed(checks: Mapping[str, str]) -> None:
    """What applies one day is no longer excused."""
    failed = {name for name, status in checks.items() if status == "FAILURE"}
    assert EXCUSES - failed - {name.partition("/")[0] for name in failed} == set()


@pytest.mark.parametrize(
    "scenario",
    ["server-initialize", "ping", "tools-list", "server-stateless", "http-header-validation"],
)
def test_what_applies_was_checked(checks: Mapping[str, str], scenario: str) -> None:
    """Or the tests above would prove nothing."""
    passed = [name for name, status in checks.items() if status == "SUCCESS"]
    assert any(name.startswith(f"{scenario}/") for name in passed)
