"""Budgets: what is put aside, what is given back, and when they begin anew."""

import asyncio

import pytest

from flux2.ports import ClientLeft, LeftEarly, NotConnected
from tests.unit.fakes import Upstream, check_error, refusal
from tests.unit.fakes.sharing import PRICE, Deployment

DAY = 86_400


async def test_budget_holds_when_many_ask_at_once():
    """64 at once on a budget for 10: ten images, and 54 times the time of the reset."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=10 * PRICE, limit_reset="daily")

    answers = await asyncio.gather(*(friend.draw() for _ in range(64)))

    made = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status == 429]
    assert (len(made), len(refused), len(server.cloudflare.calls)) == (10, 54, 10)
    for answer in refused:
        check_error(answer, 429, "insufficient_quota", "2027-01-16 at 00:00 UTC")
        assert answer.headers["x-should-retry"] == "false"
    assert await server.spent(friend.id) == 10 * PRICE
    assert server.written() == [(friend.id, 1, PRICE, "ok")] * 10


async def test_images_of_one_request_are_put_aside_together():
    """A request for more than is left makes none of them, and says what is left."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=3 * PRICE)

    answer = await friend.draw(n=4)

    check_error(answer, 429, "insufficient_quota", "15,000 neurons", "11,250 left", "not reset")
    assert server.cloudflare.calls == []
    assert (await friend.draw(n=3)).status == 200
    assert await server.spent(friend.id) == 3 * PRICE


async def test_request_for_more_than_the_whole_budget_is_told_so():
    """No reset brings it: who was told to wait for one would wait again."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=3 * PRICE, limit_reset="daily")

    answer = await friend.draw(n=4)

    check_error(answer, 429, "insufficient_quota", "more than 11,250", "ask for less")
    assert "resets" not in answer.json["error"]["message"]
    assert server.cloudflare.calls == []


FREE = [
    (Upstream(refusal(3036), 429), "insufficient_quota"),
    (Upstream(refusal(10013), 429), "rate_limit_exceeded"),
    (Upstream(refusal(7003), 404), "upstream_authentication_error"),
    (Upstream(refusal(5006), 400), "upstream_error"),
    (Upstream(refusal(3006), 413), "request_too_large"),
    (NotConnected("it refuses connections"), "upstream_error"),
    (LeftEarly(), "client_closed_request"),
]
PERHAPS_PAID = [
    (Upstream(refusal(3030, "Your output has been flagged."), 400), "content_policy_violation"),
    (Upstream(refusal(3007), 408), "upstream_timeout"),
    (Upstream(refusal(9999), 500), "upstream_error"),
    (Upstream(b"<html>", 302), "upstream_error"),
    (Upstream(b'{"success":true,"result":{}}'), "upstream_error"),
    (TimeoutError(), "upstream_timeout"),
    (ClientLeft(), "client_closed_request"),
]


@pytest.mark.parametrize(("failure", "code"), FREE)
async def test_what_certainly_cost_nothing_is_given_back(failure, code):
    server = Deployment(failure)
    friend = await server.make_key(limit_neurons=2 * PRICE)

    answer = await friend.draw()

    assert answer.json["error"]["code"] == code
    assert await server.spent(friend.id) == 0
    assert server.written() == [(friend.id, 0, 0, code)]


@pytest.mark.parametrize(("failure", "code"), PERHAPS_PAID)
async def test_what_may_have_cost_is_kept(failure, code):
    server = Deployment(failure)
    friend = await server.make_key(limit_neurons=PRICE)

    answer = await friend.draw()

    assert answer.json["error"]["code"] == code
    assert await server.spent(friend.id) == PRICE
    assert [row[2] for row in server.written()] == [PRICE]
