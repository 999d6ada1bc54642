"""When budgets begin anew: at 00:00 UTC, without a job that resets them."""

from datetime import UTC, datetime

import pytest

from tests.unit.fakes import Upstream, check_error
from tests.unit.fakes.sharing import LOST, PRICE, Deployment


def at(time: str) -> float:
    """The Unix time of `2027-01-15 23:59:59.9`, in UTC."""
    return datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp()


PERIODS = [
    ("daily", "2027-01-15 00:00", "2027-01-15 23:59:59.999", "2027-01-16 00:00"),
    ("daily", "2026-12-31 08:00", "2026-12-31 23:59:59", "2027-01-01 00:00"),
    ("weekly", "2027-01-11 00:00", "2027-01-17 23:59:59.999", "2027-01-18 00:00"),
    ("weekly", "2026-12-28 09:00", "2027-01-03 23:59:59", "2027-01-04 00:00"),
    ("monthly", "2027-01-01 00:00", "2027-01-31 23:59:59.999", "2027-02-01 00:00"),
    ("monthly", "2028-02-01 00:00", "2028-02-29 23:59:59", "2028-03-01 00:00"),
    ("monthly", "2026-12-01 00:00", "2026-12-31 23:59:59", "2027-01-01 00:00"),
]


@pytest.mark.parametrize(("reset", "first", "last", "anew"), PERIODS)
async def test_budget_begins_anew_with_its_period(reset, first, last, anew):
    """What was spent in its first moment still counts in its last one, and not behind it; the
    refusal and the key tell when that is."""
    server = Deployment()
    server.time = at(first)
    friend = await server.make_key(limit_neurons=PRICE, limit_reset=reset)
    assert (await friend.draw()).status == 200

    server.time = at(last)
    refused = await friend.draw()
    own = (await friend.ask("GET", "/v1/key")).json
    server.time = at(anew)
    again = await friend.draw()
    later = (await friend.ask("GET", "/v1/key")).json

    check_error(refused, 429, "insufficient_quota", f"resets on {anew[:10]} at 00:00 UTC")
    assert own["resets_at"] == at(anew)
    assert (own["spent"]["neurons"], own["remaining"]["neurons"]) == (PRICE, 0)
    assert again.status == 200
    assert later["resets_at"] > at(anew)
    assert later["spent"]["neurons"] == PRICE
    assert later["spent_in_all"]["neurons"] == 2 * PRICE


async def test_lifetime_budget_never_begins_anew():
    """Not after a year either; the answer says whom to ask."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=PRICE)
    await friend.draw()

    server.time += 366 * 86_400
    refused = await friend.draw()

    check_error(refused, 429, "insufficient_quota", "does not reset", "owner")
    assert refused.headers["x-should-retry"] == "false"
    own = (await friend.ask("GET", "/v1/key")).json
    assert (own["resets_at"], own["remaining"]["neurons"], own["spent_today"]["neurons"]) == (
        None,
        0,
        0,
    )


async def test_budget_of_a_week_counts_its_days_together():
    """And tells those of today apart."""
    server = Deployment()
    server.time = at("2027-01-11 12:00")
    friend = await server.make_key(limit_neurons=3 * PRICE, limit_reset="weekly")
    for _ in range(3):
        assert (await friend.draw()).status == 200
        server.time += 86_400
    server.time -= 86_400

    own = (await friend.ask("GET", "/v1/key")).json

    check_error(await friend.draw(), 429, "insufficient_quota", "2027-01-18")
    assert (own["spent"]["neurons"], own["spent_today"]["neurons"]) == (3 * PRICE, PRICE)


async def test_changed_reset_counts_what_its_own_period_saw():
    """Nothing is forgotten when a daily budget becomes a monthly one, or one for good."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=2 * PRICE, limit_reset="daily")
    await friend.draw()
    server.time += 86_400
    await friend.draw()
    path = f"/v1/keys/{friend.id}"

    spent = {}
    for reset in ("daily", "weekly", "monthly", None):
        answer = await server.ask("PATCH", path, {"limit_reset": reset})
        spent[reset] = answer.json["spent"]["neurons"] / PRICE

    assert spent == {"daily": 1, "weekly": 2, "monthly": 2, None: 2}
    check_error(await friend.draw(), 429, "insufficient_quota", "does not reset")
    await server.ask("PATCH", path, {"limit_reset": "daily"})
    assert (await friend.draw()).status == 200


async def test_changed_limit_holds_from_the_next_request_on():
    """Lower than what was spent, nothing is left; higher, or gone, images come again."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=2 * PRICE)
    await friend.draw()
    path = f"/v1/keys/{friend.id}"

    lower = await server.ask("PATCH", path, {"limit_neurons": PRICE / 2})

    assert lower.json["remaining"]["neurons"] == 0
    check_error(await friend.draw(), 429, "insufficient_quota", "has 0 left")
    await server.ask("PATCH", path, {"limit_neurons": 2 * PRICE})
    assert (await friend.draw()).status == 200
    await server.ask("PATCH", path, {"limit_neurons": None})
    assert [(await friend.draw()).status for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("calls_lost", [0, 1])
async def test_image_belongs_to_the_day_on_which_it_was_asked_for(calls_lost):
    """Also what is settled after midnight, and what a repetition costs then: one day, the same in
    both tables, and nothing of the next day's budget."""
    server = Deployment(*[LOST] * calls_lost, Upstream(), Upstream())
    friend = await server.make_key(limit_neurons=3 * PRICE, limit_reset="daily")
    server.time = at("2027-01-15 23:59:59")

    async def fetch(*_, **__):
        server.time = at("2027-01-16 00:00:30")
        return await server.cloudflare(*_, **__)

    slow = Deployment(database=server.database, now=lambda: server.time, fetch=fetch)
    answer = await slow.ask(
        "POST", "/v1/images/generations", {"prompt": "x", "n": 2}, key=friend.key
    )

    assert answer.status == 200
    day = int(at("2027-01-15 00:00")) // 86_400
    (spending,) = server.database.rows("spending")
    (written,) = server.database.rows("days")
    assert (spending["day"], written["day"]) == (day, day)
    assert spending["micros"] == written["micros"] == (2 + calls_lost) * PRICE * 1e6
    own = (await friend.ask("GET", "/v1/key")).json
    assert own["remaining"]["neurons"] == 3 * PRICE


async def test_refusal_tells_what_is_only_put_aside():
    """Whoever is told of an empty budget may have all of it again in a moment."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=PRICE)
    told = []

    async def fetch(*_, **__):
        told.append(await friend.draw())
        return await server.cloudflare(*_, **__)

    busy = Deployment(database=server.database, fetch=fetch)
    await busy.ask("POST", "/v1/images/generations", {"prompt": "x"}, key=friend.key)

    check_error(told[0], 429, "insufficient_quota", "has 0 left", "still running: 3,750.")
    check_error(await friend.draw(), 429, "insufficient_quota", "has 0 left. It does not reset")
