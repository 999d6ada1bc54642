"""What `make dev` tells the Worker: the variables of .dev.vars, or those of the demo."""

from collections.abc import Mapping

from dotenv import dotenv_values

from flux2.accounts import ACCOUNT_VARIABLE, Account
from flux2.settings import Settings
from tools import ROOT

DEMO_TOKEN, DEMO_ACCOUNT = "demo-token", "de300000000000000000000000000000"
DEMO_VARIABLE = "DEMO_PAINTER"
"""Tells the Worker that no FLUX.2 draws, so that /health and the page can say so."""


def read_dev_vars() -> dict[str, str]:
    """The variables of .dev.vars that have a value."""
    values = dotenv_values(ROOT / ".dev.vars", interpolate=False)
    return {name: value for name, value in values.items() if value and name != DEMO_VARIABLE}


def missing(variables: Mapping[str, str]) -> str:
    """What .dev.vars lacks for one of Cloudflare's accounts, in a sentence; empty if nothing."""
    accounts = Settings.read(variables, variables.get).accounts or [Account("", "")]
    if any(account.complete for account in accounts):
        return ""
    lacks = [
        name
        for account in accounts
        for name, value in ((account.token_name, account.token), (account.name, account.id))
        if not value
    ]
    return f".dev.vars has no {' and no '.join(lacks)} (see .dev.vars.example)."


def find_problems(variables: Mapping[str, str]) -> list[str]:
    """What is malformed, as /health tells it; empty if nothing."""
    return list(Settings.read(variables, variables.get).find_problems())


def for_demo(variables: Mapping[str, str], emulator_url: str) -> dict[str, str]:
    """The same, with the emulator's account in place of all others."""
    others = {
        name: value for name, value in variables.items() if not ACCOUNT_VARIABLE.fullmatch(name)
    }
    return others | {
        "CF_API_TOKEN": DEMO_TOKEN,
        "ACCOUNT": DEMO_ACCOUNT,
        "CF_API_BASE_URL": f"{emulator_url}/client/v4",
        DEMO_VARIABLE: "1",
    }
