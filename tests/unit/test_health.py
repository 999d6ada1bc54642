"""`/health`: what a deployment still lacks."""

import pytest

from flux2 import __version__
from tests.unit.fakes import ENVIRONMENT, Server

PREFIX = "@cf/black-forest-labs/"


async def test_health_of_a_configured_deployment():
    """The contract's document, without a key."""
    answer = await Server().get("/health", key=None)

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == {
        "status": "ok",
        "version": __version__,
        "mode": "REST API",
        "model": "@cf/black-forest-labs/flux-2-dev",
        "account_configured": True,
        "token_configured": True,
        "api_key_configured": True,
        "accounts": 1,
        "problems": [],
    }


async def test_health_of_the_demo_says_so():
    """`make dev` without credentials draws with a painter; nobody should take that for FLUX.2."""
    answer = await Server(environment=ENVIRONMENT | {"DEMO_PAINTER": "1"}).get("/health", key=None)

    assert answer.json["mode"] == "Demo"


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("API_MASTER_KEY", "", "is required"),
        ("CF_API_TOKEN", "to ken", "no spaces"),
        ("ACCOUNT", "my account", "32 hexadecimal digits"),
        ("API_MASTER_KEY", "clé secrète", "printable ASCII"),
        ("ACCOUNT_3", "b" * 32, "CF_API_TOKEN_3 environment variable is required"),
        ("CF_API_BASE_URL", "cloudflare", "https://"),
        ("UPSTREAM_TIMEOUT", "soon", "a number of seconds"),
        ("CACHE_TTL", "5", "at least 60"),
        ("CACHE_TTL", "600", "RESULTS, which is not bound"),
    ],
)
async def test_health_names_what_is_missing_or_malformed(name, value, rule):
    """Before the first image fails for it: the variable and its rule, never its value."""
    environment = ENVIRONMENT | {name: value}

    answer = await Server(environment=environment).get("/health", key=None)

    assert answer.json["mode"] == "Not Configured"
    (problem,) = [each for each in answer.json["problems"] if rule in each]
    assert name in problem or name == "ACCOUNT_3"
    assert len(value) < 3 or value not in answer.text


async def test_health_names_all_problems_at_once():
    """Who sets a deployment up mends them in one go."""
    answer = await Server(environment={"CACHE_TTL": "soon"}).get("/health", key=None)

    names = [problem.split()[0] for problem in answer.json["problems"]]
    assert names == ["API_MASTER_KEY", "CF_API_TOKEN", "ACCOUNT", "CACHE_TTL", "CACHE_TTL"]


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ("ACCOUNT", "account_configured"),
        ("CF_API_TOKEN", "token_configured"),
        ("API_MASTER_KEY", "api_key_configured"),
    ],
)
async def test_health_says_what_is_missing(missing, field):
    """One secret missing is enough for `Not Configured`; the others stay true."""
    environment = {k: v for k, v in ENVIRONMENT.items() if k != missing}

    answer = await Server(environment=environment).get("/health", key=None)

    assert (answer.status, answer.json["mode"]) == (200, "Not Configured")
    flags = {name: value for name, value in answer.json.items() if name.endswith("_configured")}
    assert [name for name, value in flags.items() if value is not True] == [field]
    assert flags[field] is False
