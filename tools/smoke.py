"""`make smoke`: whether a deployment works, asked from outside; free, but for one image on request.

    URL=https://… [KEY=…] [PAID=1] python -m tools.smoke

The key is read from the environment or asked for, where other users of the machine do not see it;
it is sent to that address alone, and never printed.
"""

import getpass
import os
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from tools.smoke_checks import FREE, PAID, Check, Deployment, Wrong, beginning, document

PATIENCE = 180
"""Seconds for an answer: a first request may wait for a cold start, an image for a queue."""


def main() -> None:
    url = os.environ.get("URL", "").rstrip("/")
    if not urlsplit(url).netloc or not url.startswith(("https://", "http://")):
        sys.exit("smoke: make smoke URL=https://… [PAID=1]")
    key = os.environ.get("KEY", "").strip()
    if not key and sys.stdin.isatty():
        key = getpass.getpass("The key (API_MASTER_KEY; it is not shown): ").strip()
    if not key:
        sys.exit("smoke: the key is missing; export it as KEY")
    paid = os.environ.get("PAID", "").lower() not in ("", "0", "false")
    with httpx.Client(base_url=url, timeout=PATIENCE) as http:
        deployment = Deployment(http, key)
        if reason := outcome(expect_to_serve, deployment):
            sys.exit(f"smoke: {url}: {reason}")
        sys.exit(0 if run(deployment, {**FREE, **(PAID if paid else {})}) else 1)


def expect_to_serve(deployment: Deployment) -> None:
    """What would fail all checks alike is told once: nobody answers, or not this project, it lacks
    a secret, or it has another key."""
    try:
        answer = deployment.ask("GET", "/health", key="")
    except httpx.TransportError as exc:
        raise Wrong(f"it cannot be reached: {exc or type(exc).__name__}") from exc
    try:
        state = document(answer) if answer.is_success else {}
    except (Wrong, ValueError):
        state = {}
    if "mode" not in state:
        raise Wrong(f"there is no flux2-workers-ai: /health answers {said(answer)}")
    if state["mode"] == "Not Configured":
        problems = map(str, state.get("problems") or ["/health does not say why"])
        raise Wrong(f"it is not configured: {'; '.join(problems)}")
    answer = deployment.ask("GET", "/v1/models")
    if answer.status_code in (401, 429):
        raise Wrong(f"it does not take the key: {said(answer)}")


def said(answer: httpx.Response) -> str:
    return f"{answer.status_code}: {beginning(answer)}"


def run(deployment: Deployment, checks: Mapping[str, Check]) -> bool:
    """One line for each check, and one for all."""
    failed = 0
    for name, check in checks.items():
        reason = outcome(check, deployment)
        failed += bool(reason)
        print(f"FAILED  {name}: {reason}" if reason else f"ok      {name}", flush=True)
    print(f"smoke: {len(checks) - failed} of {len(checks)} checks passed")
    return not failed


def outcome(check: Check, deployment: Deployment) -> str:
    """Why it failed, in a line, without the key; empty if it did not."""
    try:
        check(deployment)
    except Wrong as wrong:
        reason = str(wrong)
    except Exception as exc:  # what a broken server sends can break anything
        reason = f"{type(exc).__name__}: {' '.join(str(exc)[:200].split())}"
    else:
        return ""
    return reason.replace(deployment.key, "(the key)")


if __name__ == "__main__":
    main()
