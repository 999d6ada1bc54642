"""Keys with budgets, through the runtime: many at once, with failures, with those who leave, and
with a database that does not answer."""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.api.test_attempts import leaving
from tests.api.test_faults import REFUSALS
from tests.api.test_generations import PATH
from tests.conftest import Server, wait_until

PRICE = 26.05
"""Neurons of an image of SMALL: one tile of klein-4b."""
SMALL = {"size": "256x256", "model": "flux-2-klein-4b"}
AT_ONCE = 64
_NUMBERS = itertools.count()


def make_key(server: Server, **fields: object) -> Server:
    """The server as somebody sees it to whom the owner gave a key."""
    with server.client() as owner:
        made = owner.post("/v1/keys", json={"name": f"friend {next(_NUMBERS)}", **fields})
    assert made.status_code == 200, made.text
    return replace(server, key=made.json()["key"])


def own_key(server: Server) -> Mapping[str, Any]:
    with server.client() as client:
        response = client.get("/v1/key")
    assert response.status_code == 200, response.text
    key: Mapping[str, Any] = response.json()
    return key


def spent(server: Server) -> float:
    return float(own_key(server)["spent_in_all"]["neurons"])


def ask_at_once(server: Server, prompts: Sequence[str]) -> Sequence[httpx.Response]:
    with server.client() as client, ThreadPoolExecutor(len(prompts)) as pool:
        return list(
            pool.map(lambda prompt: client.post(PATH, json=SMALL | {"prompt": prompt}), prompts)
        )


def neurons(server: Server) -> float:
    """What the emulator counted for images, delivered or not, since its calls were forgotten."""
    return round(sum(call["neurons"] for call in server.calls()), 2)


def wait_until_settled(server: Server, expected: float) -> None:
    """The ledger is written behind the answer."""
    wait_until(lambda: spent(server) == pytest.approx(expected))


def test_budget_holds_when_many_ask_at_once(server: Server) -> None:
    """64 on a budget for 10: ten images, 54 times the time of the reset, and an exact sum."""
    friend = make_key(server, limit_neurons=10 * PRICE, limit_reset="daily")
    server.forget_calls()

    answers = ask_at_once(friend, [f"many {next(_NUMBERS)}" for _ in range(AT_ONCE)])

    assert Counter(answer.status_code for answer in answers) == {200: 10, 429: AT_ONCE - 10}
    for answer in answers:
        if answer.status_code == 429:
            error = answer.json()["error"]
            assert (error["code"], "at 00:00 UTC" in error["message"]) == (
                "insufficient_quota",
                True,
            )
            assert answer.headers["x-should-retry"] == "false"
    assert len(server.calls()) == 10
    assert neurons(server) == spent(friend) == 260.5


def test_budget_holds_with_failures_of_every_kind(server: Server) -> None:
    """What certainly cost nothing comes back, what may have cost stays; no more is ever made than
    the budget allows, and afterwards just what is left of it."""
    limit = 20
    friend = make_key(server, limit_neurons=limit * PRICE)
    server.forget_calls()
    faults = itertools.cycle(REFUSALS)
    prompts = [
        f"mixed {next(_NUMBERS)} emulate:{next(faults)}" if number % 2 else "mixed"
        for number in range(AT_ONCE)
    ]

    answers = ask_at_once(friend, prompts)

    made = sum(answer.status_code == 200 for answer in answers)
    assert 0 < made <= limit
    wait_until(lambda: _is_settled(friend))
    used = round(spent(friend) / PRICE)
    assert neurons(server) / PRICE - 0.01 <= used <= limit
    left = ask_at_once(friend, [f"rest {next(_NUMBERS)}" for _ in range(AT_ONCE)])
    assert sum(answer.status_code == 200 for answer in left) == limit - used
    wait_until_settled(friend, limit * PRICE)


def _is_settled(friend: Server) -> bool:
    """Whether what was put aside is what the ledger says."""
    key = own_key(friend)
    results = read_results(friend, "costs", start_time=key["created_at"], group_by="api_key_id")
    written = [result["amount"]["value"] for result in results if result["api_key_id"] == key["id"]]
    return sum(written) == pytest.approx(key["spent_in_all"]["usd"], abs=1e-9)


def test_who_leaves_pays_for_what_was_begun(server: Server) -> None:
    """Of ten images four are begun at once: those may have cost; the rest of the budget is there
    again."""
    friend = make_key(server, limit_neurons=10 * PRICE)
    server.forget_calls()

    with leaving(friend, SMALL | {"prompt": "leaving emulate:stall", "n": 10}):
        wait_until(lambda: len(server.calls()) >= 4)

    wait_until_settled(friend, 4 * PRICE)
    assert len(server.calls()) == 4
    answers = ask_at_once(friend, [f"after {next(_NUMBERS)}" for _ in range(10)])
    assert Counter(answer.status_code for answer in answers) == {200: 6, 429: 4}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", ["break_middle", "short"])
def test_image_that_broke_off_is_paid_and_none(server: Server, fault: str, stream: bool) -> None:
    """It was begun, and whoever looks at the usage does not take it for one that came."""
    friend = make_key(server, limit_neurons=10 * PRICE)
    prompt = f"broken {next(_NUMBERS)} emulate:big=3000000 emulate:{fault}"
    with friend.client() as client, pytest.raises(httpx.RemoteProtocolError):
        client.post(PATH, json=SMALL | {"prompt": prompt, "stream": stream})

    wait_until(lambda: usage_of(friend))
    (used,) = usage_of(friend)
    assert (used["num_model_requests"], used["images"]) == (1, 0)
    assert spent(friend) == PRICE


def usage_of(friend: Server) -> Sequence[Mapping[str, Any]]:
    key = own_key(friend)
    return read_results(friend, "usage/images", start_time=key["created_at"], api_key_ids=key["id"])


def read_results(server: Server, what: str, **params: Any) -> Sequence[Mapping[str, Any]]:
    """Of all buckets of the owner's page."""
    with replace(server, key=Server.key).client() as owner:
        page = owner.get(f"/v1/organization/{what}", params=params).json()
    return [result for bucket in page["data"] for result in bucket["results"]]


def test_stream_and_its_end_are_settled(server: Server) -> None:
    """As an answer in one piece is."""
    friend = make_key(server, limit_neurons=4 * PRICE)
    prompt = f"stream {next(_NUMBERS)} emulate:quota@2"
    with friend.client() as client:
        body = SMALL | {"prompt": prompt, "n": 3, "seed": 1, "stream": True}
        text = client.post(PATH, json=body).text
    assert text.count("image_generation.completed") == 2 * 2
    wait_until_settled(friend, 2 * PRICE)


@pytest.mark.parametrize("name", ["DB fails", "DB hangs", "no DB"])
def test_without_a_database_only_the_owner_is_served(
    servers: Mapping[str, Server], name: str
) -> None:
    """Nobody gets anything for nothing, and the owner does not notice."""
    server = servers[name]
    friend = replace(server, key=f"sk-flux2-{'x' * 43}")
    server.forget_calls()
    with server.client() as owner, friend.client() as client:
        made = owner.post(PATH, json=SMALL | {"prompt": "the owner's"})
        refused = client.post(PATH, json=SMALL | {"prompt": "a friend's"})

    assert made.status_code == 200
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "storage_unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert [call["fields"]["prompt"] for call in server.calls()] == ["the owner's"]


def test_key_is_kept_nowhere_but_as_a_hash(server: Server) -> None:
    """Not in the log, not in what the owner is told later."""
    friend = make_key(server)
    with friend.client() as client, server.client() as owner:
        client.post(PATH, json=SMALL | {"prompt": "planted"})
        listed = owner.get("/v1/keys").text
        own = client.get("/v1/key").text
    for text in (listed, own, server.log.getvalue()):
        assert friend.key not in text
        assert friend.key[-20:] not in text


def test_rate_of_a_key_is_counted(server: Server) -> None:
    """`rpm` requests a minute, however many ask at once."""
    friend = make_key(server, rpm=2)
    answers = ask_at_once(friend, [f"rate {next(_NUMBERS)}" for _ in range(8)])
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[200] in (2, 3, 4)  # a minute may end meanwhile
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_key_that_was_changed_is_another_at_once(server: Server) -> None:
    """Also in an isolate that has just seen it."""
    friend = make_key(server)
    with server.client() as owner, friend.client() as client:
        path = f"/v1/keys/{own_key(friend)['id']}"
        before = client.post(PATH, json=SMALL | {"prompt": "before"})
        owner.patch(path, json={"disabled": True})
        disabled = client.post(PATH, json=SMALL | {"prompt": "disabled"})
        owner.patch(path, json={"disabled": False, "models": ["flux-2-dev"]})
        other_model = client.post(PATH, json=SMALL | {"prompt": "another model"})
        models = client.get("/v1/models").json()["data"]
        rotated = owner.post(f"{path}/rotate").json()
        old = client.get("/v1/models")
        new = client.get("/v1/models", headers={"authorization": f"Bearer {rotated['key']}"})
        deleted = owner.delete(path)
        gone = client.get("/v1/models", headers={"authorization": f"Bearer {rotated['key']}"})
    assert [r.status_code for r in (before, disabled, other_model)] == [200, 401, 403]
    assert models[0]["id"] == "@cf/black-forest-labs/flux-2-dev"
    assert [r.status_code for r in (old, new, deleted, gone)] == [401, 200, 200, 401]
    assert json.loads(deleted.text)["deleted"] is True


def test_changes_at_once_leave_no_reset_without_a_limit(server: Server) -> None:
    """Each would be right alone: the one that comes second is refused, and changes nothing."""
    friend = make_key(server, limit_neurons=1000)
    changes = [{"limit_neurons": None}, {"limit_reset": "daily"}] * 4
    with server.client() as owner, ThreadPoolExecutor(len(changes)) as pool:
        path = f"/v1/keys/{own_key(friend)['id']}"
        answers = list(pool.map(lambda change: owner.patch(path, json=change), changes))
        key = owner.get(path).json()

    is_limited = key["limit_neurons"] is not None
    assert (is_limited, key["limit_reset"]) in [(True, "daily"), (False, None)]
    assert [answer.status_code for answer in answers] == [
        400 if is_limited else 200,
        200 if is_limited else 400,
    ] * 4
    refused = next(answer.json()["error"] for answer in answers if answer.status_code == 400)
    assert (refused["code"], refused["param"]) == ("invalid_value", "limit_reset")


@pytest.mark.embedded("plain workerd has no path for a cron; tests/workerd asks wrangler's")
def test_cron_deletes_old_rows(server: Server) -> None:
    """As Cloudflare calls it once a day."""
    start = len(server.log.getvalue())
    assert httpx.get(f"{server.url}/cdn-cgi/handler/scheduled").status_code == 200
    for event in ("usage_pruned", "batches_pruned"):
        wait_until(lambda event=event: f'"event":"{event}"' in server.log.getvalue()[start:])
