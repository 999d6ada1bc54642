"""Every variable of the environment: its name, its default and its cast."""

import pytest

from flux2.settings import DEFAULT_API_BASE_URL, Settings
from tests.unit.fakes import ACCOUNT, ENVIRONMENT, GENERATIONS, KEY, Server, Store, check_error

OTHER = "0b" * 16


def _without(*names: str, **more: str) -> dict[str, str]:
    return {k: v for k, v in ENVIRONMENT.items() if k not in names} | more


@pytest.mark.parametrize("name", ["CF_API_TOKEN", "ACCOUNT", "API_MASTER_KEY"])
async def test_missing_variable_is_named(name):
    """A deployment that lacks a secret says which; nothing is asked of Cloudflare."""
    server = Server(environment=_without(name))

    answer = await server.generate()

    check_error(answer, 500, "configuration_error")
    assert answer.json["error"]["message"] == f"{name} environment variable is required"
    assert answer.headers["x-should-retry"] == "false"
    assert server.cloudflare.calls == []


async def test_missing_variable_comes_before_the_body_is_looked_at():
    """The owner learns of a missing secret whatever a caller sent."""
    server = Server(environment=_without("CF_API_TOKEN"))

    answer = await server.post(b"{bad")

    check_error(answer, 500, "configuration_error", "CF_API_TOKEN")


@pytest.mark.parametrize(
    ("environment", "account"),
    [
        (_without(), ACCOUNT),
        (_without("ACCOUNT", CF_ACCOUNT_ID=OTHER), OTHER),
        (_without(CF_ACCOUNT_ID=OTHER), ACCOUNT),
        (_without(ACCOUNT="  ", CF_ACCOUNT_ID=f" {OTHER}\n"), OTHER),
    ],
    ids=["ACCOUNT", "alias", "both", "blank and alias"],
)
async def test_account_has_two_names(environment, account):
    """`ACCOUNT` wins over `CF_ACCOUNT_ID`; blank is not set; white space is not part of it."""
    server = Server(environment=environment)

    assert (await server.generate()).status == 200

    (call,) = server.cloudflare.calls
    assert f"/accounts/{account}/ai/run/" in call.url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CF_API_TOKEN", "two\nlines"),
        ("CF_API_TOKEN", "ключ"),
        ("CF_API_TOKEN", "a token"),
        ("ACCOUNT", "a/../b"),
        ("ACCOUNT", "an id"),
        ("ACCOUNT", "0" * 31),
        ("ACCOUNT", "g" * 32),
        ("CF_API_BASE_URL", "not a url"),
        ("CF_API_BASE_URL", "ftp://host"),
        ("CF_API_BASE_URL", "http://host:99999"),
        ("API_MASTER_KEY", "clé secrète"),
        ("CF_API_BASE_URL", "https://user:password@host"),
    ],
)
async def test_impossible_value_is_named_and_not_shown(name, value):
    """It would fail on the way, and look like a broken connection."""
    server = Server(environment=_without(**{name: value}))

    answer = await server.generate()

    check_error(answer, 500, "configuration_error", name)
    assert value not in answer.text
    assert server.cloudflare.calls == []


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"ACCOUNT_3": "a"}, "CF_API_TOKEN_3"),
        ({"CF_API_TOKEN_3": "t"}, "ACCOUNT_3"),
        ({"CF_ACCOUNT_ID_10": "a"}, "CF_API_TOKEN_10"),
    ],
)
async def test_half_of_a_numbered_pair_is_named(more, missing):
    """An account that nobody will ever ask would be lost in silence."""
    answer = await Server(environment=_without(**more)).generate()
    health = await Server(environment=_without(**more)).get("/health")

    check_error(answer, 500, "configuration_error", missing)
    assert (health.json["mode"], health.json["accounts"]) == ("Not Configured", 1)


async def test_numbered_pairs_count_and_need_no_plain_one():
    """In their order; names that only look like theirs are nobody's."""
    pairs = {f"CF_API_TOKEN_{n}": f"token-{n}" for n in (10, 2)}
    pairs |= {f"ACCOUNT_{n}": f"{n:032x}" for n in (10, 2)}
    others = {"ACCOUNT_0": "x", "ACCOUNT_11": "x", "ACCOUNT_1x": "x", "ACCOUNT_": "x"}
    server = Server(environment=_without("ACCOUNT", "CF_API_TOKEN", **pairs, **others))

    answer = await server.generate()
    health = await server.get("/health")

    assert answer.json["data"][0]["account"] == "ACCOUNT_2"
    assert (health.json["mode"], health.json["accounts"]) == ("REST API", 2)


@pytest.mark.parametrize(
    ("given", "base"),
    [
        (None, DEFAULT_API_BASE_URL),
        ("", DEFAULT_API_BASE_URL),
        ("http://127.0.0.1:9000/client/v4/", "http://127.0.0.1:9000/client/v4"),
    ],
)
async def test_upstream_base_url_is_configurable(given, base):
    """The emulator and the tests point it elsewhere, with or without a slash at its end."""
    server = Server(environment=_without(**({} if given is None else {"CF_API_BASE_URL": given})))

    assert (await server.generate()).status == 200

    (call,) = server.cloudflare.calls
    assert call.url == f"{base}/accounts/{ACCOUNT}/ai/run/@cf/black-forest-labs/flux-2-dev"


def test_default_base_url_is_cloudflares():
    """The contract's default."""
    assert Settings().api_base_url == "https://api.cloudflare.com/client/v4"


@pytest.mark.parametrize(("text", "seconds"), [("", 120), ("7.5", 7.5), (" 600 ", 600)])
async def test_timeout_reaches_the_call(text, seconds):
    """UPSTREAM_TIMEOUT is the number of seconds that Cloudflare may make no progress."""
    server = Server(environment=_without(UPSTREAM_TIMEOUT=text))

    assert (await server.generate()).status == 200

    assert server.cloudflare.calls[0].timeout == seconds


@pytest.mark.parametrize("text", ["soon", "0", "-1", "601", "nan", "inf"])
async def test_bad_timeout_is_a_configuration_error(text):
    """A setting that makes no sense is named instead of being replaced in silence."""
    server = Server(environment=_without(UPSTREAM_TIMEOUT=text))

    answer = await server.generate()

    check_error(answer, 500, "configuration_error", "UPSTREAM_TIMEOUT", "600")
    assert server.cloudflare.calls == []


async def test_models_need_no_account():
    """Only the key stands between a caller and the list of models."""
    server = Server(environment={"API_MASTER_KEY": KEY})

    assert (await server.get("/v1/models")).status == 200
    check_error(
        await server.post(b"{}", path=GENERATIONS), 500, "configuration_error", "CF_API_TOKEN"
    )


@pytest.mark.parametrize("slash", ["", "/"])
async def test_public_url_is_what_links_begin_with(slash):
    """Where a proxy stands in front, the address that was asked may be anybody's invention."""
    server = Server(environment=_without(PUBLIC_URL=f"https://x.example/a{slash}"), results=Store())

    (item,) = (await server.generate(response_format="url")).json["data"]

    assert item["url"].startswith("https://x.example/a/v1/images/files/")


async def test_bad_public_url_is_a_configuration_error():
    """Named before anything is paid for."""
    server = Server(environment=_without(PUBLIC_URL="images.example.com"))

    answer = await server.generate()

    check_error(answer, 500, "configuration_error", "PUBLIC_URL must be a URL")
    assert server.cloudflare.calls == []
    assert "PUBLIC_URL must be a URL" in (await server.get("/health")).text
