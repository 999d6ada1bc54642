"""Who may ask: the key that callers present."""

import pytest

from flux2.access.auth import is_owners
from tests.unit.fakes import ENVIRONMENT, KEY, Request, Server, check_error

MODELS = "/v1/models"


def _asking(authorization: str | None) -> Request:
    headers = {} if authorization is None else {"authorization": authorization}
    return Request("GET", MODELS, headers)


@pytest.mark.parametrize(
    "authorization",
    [f"Bearer {KEY}", f"bearer {KEY}", f"BEARER  {KEY} "],
    ids=["usual", "lower case", "white space"],
)
async def test_right_key_opens(authorization):
    """The scheme's case and white space around the key do not matter (RFC 9110, 11.1)."""
    answer = await Server().send(_asking(authorization))

    assert answer.status == 200


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer  ", KEY, f"Basic {KEY}"])
async def test_missing_key_is_refused(authorization):
    """Without a bearer key the answer is 401, and says how to send one."""
    answer = await Server().send(_asking(authorization))

    check_error(answer, 401, "invalid_api_key", "Authorization: Bearer")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_key_in_another_header_is_not_looked_for():
    """As Azure's clients send it: one place, so that a proxy knows what to leave out of its log."""
    answer = await Server().send(Request("GET", MODELS, {"api-key": KEY}))

    check_error(answer, 401, "invalid_api_key", "Authorization: Bearer")


@pytest.mark.parametrize(
    "key", ["1", KEY[:-1], KEY + "x", KEY.upper(), f"{KEY} {KEY}", "ключ", "\xff"]
)
async def test_wrong_key_is_refused(key):
    """Only the whole key opens; the answer names the variable and not its value."""
    answer = await Server().send(_asking(f"Bearer {key}"))

    check_error(answer, 401, "invalid_api_key", "Incorrect API key", "API_MASTER_KEY")
    assert "x-should-retry" not in answer.headers


@pytest.mark.parametrize("path", [MODELS, "/v1/images/generations", "/v1/nothing"])
async def test_wrong_key_is_refused_everywhere_below_v1(path):
    """Without the key nobody learns which paths exist."""
    answer = await Server().get(path, key="wrong")

    check_error(answer, 401, "invalid_api_key")


@pytest.mark.parametrize("key", [None, "", "1", KEY])
@pytest.mark.parametrize("missing", ["", "  ", None])
async def test_unset_key_closes_everything(key, missing):
    """There is no default and no open value: without API_MASTER_KEY every caller gets 500."""
    environment = {k: v for k, v in ENVIRONMENT.items() if k != "API_MASTER_KEY"}
    if missing is not None:
        environment["API_MASTER_KEY"] = missing

    answer = await Server(environment=environment).get(MODELS, key=key)

    check_error(answer, 500, "configuration_error")
    message = answer.json["error"]["message"]
    assert message == "API_MASTER_KEY environment variable is required"
    assert answer.headers["x-should-retry"] == "false"


def test_key_is_compared_in_constant_time(monkeypatch):
    """The comparison is hmac.compare_digest over the whole of both keys."""
    compared = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return False

    monkeypatch.setattr("flux2.access.auth.compare_digest", compare)

    assert not is_owners("one", "another")
    assert compared == [(b"one", b"another")]
