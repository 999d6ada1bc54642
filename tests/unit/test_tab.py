"""What a request spends while it runs: what is remembered of its key, retries, and what is written
when it is over."""

import asyncio
import json

import pytest

from flux2.app import ROUTES, Access
from flux2.bindings import TooSlow
from flux2.ports import ClientLeft
from tests.unit.fakes import Database, Store, Upstream, check_error, events, refusal
from tests.unit.fakes.sharing import LOST, PRICE, Deployment


async def test_known_caller_is_asked_about_in_one_statement():
    """The look-up of the key and the reservation are one; the owner's request asks for nothing."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=10 * PRICE)
    await friend.draw()
    server.database.statements.clear()

    await friend.draw()
    before = [each.split()[0:2] for each in server.database.statements]
    server.database.statements.clear()
    await server.generate()

    assert before[0] == ["INSERT", "INTO"]  # the reservation; all else is written behind the answer
    assert [words[0] for words in before[1:]] == ["INSERT", "INSERT", "DELETE", "INSERT"]
    assert [each.split()[:3] for each in server.database.statements] == [
        ["INSERT", "INTO", "requests"],
        ["INSERT", "INTO", "days"],
    ]


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"disabled": True}, 401, "disabled"),
        ({"expires_at": 1_800_000_010}, 401, "expired"),
        ({"models": ["flux-2-klein-4b"]}, 403, "It may use: flux-2-klein-4b."),
    ],
    ids=lambda value: str(value),
)
async def test_what_another_isolate_changed_counts_at_once(change, status, says):
    """Though this one remembers the key, nothing is made with what it may do no more."""
    server = Deployment()
    friend = await server.make_key()
    assert (await friend.draw()).status == 200
    known = dict(server.services.known_keys)
    await server.ask("PATCH", f"/v1/keys/{friend.id}", change)
    server.services.known_keys.update(known)
    server.time += 20

    answer = await friend.draw()

    assert (answer.status, says in answer.json["error"]["message"]) == (status, True)
    assert len(server.cloudflare.calls) == 1
    assert await server.spent(friend.id) == PRICE


async def test_memory_of_keys_has_a_limit(monkeypatch):
    """And it is only a memory."""
    monkeypatch.setattr("flux2.access.keys._MOST_REMEMBERED", 2)
    server = Deployment()
    friends = [await server.make_key() for _ in range(3)]

    answers = [await friend.draw() for friend in friends]

    assert [answer.status for answer in answers] == [200] * 3
    assert len(server.services.known_keys) == 1


async def test_rate_of_a_key():
    """`rpm` requests in a minute of the clock; then it says how long to wait."""
    server = Deployment()
    server.time = 1_800_000_030.0
    friend = await server.make_key(rpm=2)
    answers = [await friend.draw(n=n) for n in (3, 1, 1)]
    server.time += 30
    later = await friend.draw()

    assert [answer.status for answer in (*answers, later)] == [200, 200, 429, 200]
    check_error(answers[2], 429, "rate_limit_exceeded", "2 times a minute")
    assert answers[2].headers["retry-after"] == "30"
    assert await server.spent(friend.id) == 5 * PRICE


async def test_rate_of_one_is_told_as_people_say_it():
    server = Deployment()
    friend = await server.make_key(rpm=1)
    await friend.draw()

    check_error(await friend.draw(), 429, "rate_limit_exceeded", "for images once a minute.")


async def test_second_attempt_of_what_may_have_cost_is_put_aside_too():
    """Both calls are paid for; the key says so, and so does the ledger."""
    server = Deployment(LOST, Upstream())
    friend = await server.make_key(limit_neurons=2 * PRICE, rpm=1)

    answer = await friend.draw()

    assert answer.status == 200
    assert await server.spent(friend.id) == 2 * PRICE
    assert server.written() == [(friend.id, 1, 2 * PRICE, "ok")]


async def test_second_attempt_needs_the_budget():
    """If there is none left for it, the first failure is told."""
    server = Deployment(LOST, Upstream())
    friend = await server.make_key(limit_neurons=1.5 * PRICE)

    answer = await friend.draw()

    check_error(answer, 502, "upstream_error", "3001")
    assert len(server.cloudflare.calls) == 1
    assert await server.spent(friend.id) == PRICE


async def test_owner_pays_for_each_attempt_in_the_ledger():
    """There is no budget to ask, but the sum is right."""
    server = Deployment(LOST, Upstream())

    await server.generate()

    assert server.written() == [("owner", 1, 2 * PRICE, "ok")]


async def test_some_images_of_a_request_come():
    """Those that certainly cost nothing are given back; the ledger has the first error."""
    server = Deployment(Upstream(), Upstream(refusal(3036), 429), Upstream())
    friend = await server.make_key(limit_neurons=3 * PRICE)

    answer = await friend.draw(n=3)

    assert (answer.status, len(answer.json["data"])) == (200, 2)
    assert await server.spent(friend.id) == 2 * PRICE
    assert server.written() == [(friend.id, 2, 2 * PRICE, "insufficient_quota")]


async def test_reference_that_is_none_is_given_back():
    """It is looked at behind the reservation, since shrinking it is work."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=100 * PRICE)

    answer = await friend.draw(images=["data:image/png;base64,AAAA"])

    check_error(answer, 400, "invalid_image", param="images")
    assert await server.spent(friend.id) == 0
    assert [row[3] for row in server.written()] == ["invalid_image"]


async def test_images_that_were_not_begun_cost_nothing():
    """The client leaves while four of ten are on their way."""
    server = Deployment(ClientLeft())
    friend = await server.make_key(limit_neurons=10 * PRICE)

    answer = await friend.draw(n=2, stream=True)

    assert answer.json["error"]["code"] == "client_closed_request"
    assert await server.spent(friend.id) == 2 * PRICE


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "a valley"}]}),
        ("/v1/images/generations", {"prompt": "a valley", "stream": True}),
    ],
)
async def test_other_doors_and_streams_are_settled(path, body):
    """In the same way."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=PRICE)

    first, second = [await friend.ask("POST", path, body) for _ in range(2)]

    assert (first.status, second.status) == (200, 429)
    assert await server.spent(friend.id) == PRICE
    assert server.written() == [(friend.id, 1, PRICE, "ok")]


CACHED = {"CF_API_TOKEN": "t", "ACCOUNT": f"{7:032}", "API_MASTER_KEY": "the-master-key"}


@pytest.mark.parametrize(("shared", "calls"), [("", 2), ("false", 2), ("True", 1)])
async def test_kept_image_of_another_caller_is_the_owner_s_to_share(shared, calls):
    """Only with SHARED_CACHE; what was kept costs nothing."""
    environment = {**CACHED, "CACHE_TTL": "60", "SHARED_CACHE": shared}
    server = Deployment(results=Store(), environment=environment)
    friend, other = await server.make_key(), await server.make_key()

    answers = [await each.draw(seed=1) for each in (friend, friend, other)]

    hits = [answer.headers["x-cache"] for answer in answers]
    assert hits == ["MISS", "HIT", "HIT" if calls == 1 else "MISS"]
    assert len(server.cloudflare.calls) == calls
    assert await server.spent(friend.id) == PRICE
    assert await server.spent(other.id) == (calls - 1) * PRICE


async def test_wrong_value_of_the_shared_cache_is_told():
    """By its name, as those of all variables are."""
    server = Deployment(environment={**CACHED, "SHARED_CACHE": "yes"})
    health = (await server.get("/health")).json

    assert health["problems"] == ["SHARED_CACHE must be true or false"]


async def test_requests_are_counted_for_each_caller():
    """One does not use up what another one may ask for."""
    counted: list[str] = []

    def limit(key: str):
        counted.append(key)

        async def read() -> bool:
            return counted.count(key) < 2

        return read

    server = Deployment(limit_key=limit)
    friend, other = await server.make_key(), await server.make_key()
    answers = [await each.draw() for each in (friend, friend, other)]

    assert [answer.status for answer in answers] == [200, 429, 200]
    assert set(counted) == {friend.id, other.id}


def answering_once() -> Deployment:
    """The second image never comes."""

    async def answer_once(*arguments, **named):
        if server.cloudflare.calls:
            await asyncio.get_running_loop().create_future()
        return await server.cloudflare(*arguments, **named)

    server = Deployment(fetch=answer_once)
    return server


async def test_stream_that_somebody_leaves_is_no_success():
    """The ledger says so; what was begun is paid for."""
    server = answering_once()
    response = await server.open(stream=True, n=2)
    await anext(response.body)
    await response.body.aclose()
    await server.settle()

    assert server.written() == [("owner", 1, 2 * PRICE, "client_closed_request")]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ConnectionError("reset"), "upstream_error"),
        (TimeoutError(), "upstream_timeout"),
        (ClientLeft(), "client_closed_request"),
        (RuntimeError("a bug"), "internal_error"),
    ],
    ids=["lost", "late", "left", "a bug"],
)
async def test_image_that_breaks_off_is_none_but_is_paid(failure, code, stream):
    """Whoever pours it throws the reason; the ledger and the log agree."""
    server = Deployment()
    response = await server.open(stream=stream)
    await anext(response.body)
    with pytest.raises(type(failure)):
        await response.body.athrow(failure)
    await server.settle()

    assert server.written() == [("owner", 0, PRICE, code)]
    line = json.loads(server.logged[-1])
    assert (line["event"], line["images"], line["neurons"]) == ("request", 0, PRICE)


async def test_image_that_had_left_stays_one_when_somebody_leaves_behind_it():
    """It is a sign of life that cannot be written any more."""
    server = answering_once()
    response = await server.open(stream=True, n=2)
    await anext(response.body)
    assert all(isinstance(part, str) for part in await anext(response.body))
    with pytest.raises(ClientLeft):
        await response.body.athrow(ClientLeft())
    await server.settle()

    assert server.written() == [("owner", 1, 2 * PRICE, "client_closed_request")]


async def test_log_tells_what_a_failure_may_have_cost():
    """As the ledger does."""
    server = Deployment(LOST, LOST)
    assert (await server.generate()).status == 502
    line = json.loads(server.logged[-1])
    (row,) = server.database.rows("requests")
    assert line["neurons"] == row["micros"] / 1e6 > 0


# The database


class Slow:
    """Nobody waits for it; what it does in the end is told by a future."""

    def __init__(self, database: Database, what: str) -> None:
        self.late: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._find, self._what = database.find, what
        database.find = self.find  # type: ignore[method-assign]

    async def find(self, column, sql, *values):
        if self._what not in sql:
            return await self._find(column, sql, *values)
        self.late.set_result(await self._find(column, sql, *values))
        raise TooSlow(self.late)


async def test_reservation_that_comes_too_late_is_undone():
    """The caller hears 503, and pays nothing."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=PRICE)
    Slow(server.database, "INTO reservations")

    answer = await friend.draw()

    check_error(answer, 503, "storage_unavailable")
    assert answer.headers["retry-after"] == "5"
    assert server.cloudflare.calls == []
    assert await server.spent(friend.id) == 0


async def test_reservation_whose_answer_is_lost_is_undone_once_that_can_be():
    """Nobody knows whether it was made; the caller hears 503, and pays nothing."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=2 * PRICE)
    await friend.draw()
    find, execute = server.database.find, server.database.execute
    failures = []

    async def lose_the_answer(column, sql, *values):
        await find(column, sql, *values)
        raise OSError("D1_ERROR: Network connection lost.")

    async def lose_it_once(*statements):
        await execute(*statements)
        failures.append(statements)
        if len(failures) == 1:
            raise OSError("D1_ERROR: Network connection lost.")

    server.database.find = lose_the_answer  # type: ignore[method-assign]
    server.database.execute = lose_it_once  # type: ignore[method-assign]
    check_error(await friend.draw(), 503, "storage_unavailable")
    server.database.find = find  # type: ignore[method-assign]

    assert len(failures) == 2
    assert await server.spent(friend.id) == PRICE
    assert (await friend.draw()).status == 200


async def test_reservation_that_never_was_is_not_undone():
    """It was refused, only late."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=PRICE / 2)
    Slow(server.database, "INTO reservations")

    check_error(await friend.draw(), 503, "storage_unavailable")
    assert server.database.rows("reservations") == []


async def test_reservation_that_cannot_be_undone_is_told():
    """In the log, by the key's id."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=PRICE)
    Slow(server.database, "INTO reservations")

    async def fail(*_: object) -> None:
        raise OSError

    server.database.execute = fail  # type: ignore[method-assign]
    await friend.draw()

    assert "reservation_not_undone" in events(server)
    assert friend.id in "".join(server.logged)


async def test_failing_database_lets_only_the_owner_in():
    """Callers hear 503; what the owner spends is in the log if nowhere else."""
    server = Deployment()
    friend = await server.make_key()
    await friend.draw()
    server.database.error = OSError("D1_ERROR: no")
    server.cloudflare.calls.clear()

    refused, made = await friend.draw(), await server.generate()

    check_error(refused, 503, "storage_unavailable", "Try again.")
    assert made.status == 200
    assert len(server.cloudflare.calls) == 1
    assert server.slept == [1, 4, 1, 4]  # for what may have been reserved, and for the row
    lost = next(line for line in map(json.loads, server.logged) if "micros" in line)
    assert (lost["event"], lost["key_id"], lost["micros"]) == (
        "usage_not_written",
        "owner",
        PRICE * 1_000_000,
    )


async def test_row_is_written_once_though_it_seemed_to_fail():
    """The second attempt finds the row of the first one."""
    server = Deployment()
    execute = server.database.execute
    attempts = []

    async def lose_the_answer(*statements):
        attempts.append(statements)
        await execute(*statements)
        raise TooSlow(asyncio.get_running_loop().create_future())

    server.database.execute = lose_the_answer  # type: ignore[method-assign]
    await server.generate()
    assert len(attempts) == 2
    assert server.written() == [("owner", 1, PRICE, "ok")]
    assert "usage_not_written" not in events(server)


async def test_row_is_written_by_a_later_attempt():
    """If the first one failed."""
    server = Deployment()
    execute = server.database.execute
    attempts = []

    async def fail_once(*statements):
        attempts.append(statements)
        if len(attempts) == 1:
            raise OSError("D1_ERROR: busy")
        await execute(*statements)

    server.database.execute = fail_once  # type: ignore[method-assign]
    await server.generate()

    assert server.written() == [("owner", 1, PRICE, "ok")]


async def test_budget_that_is_freed_meanwhile_is_asked_for_again():
    """Between the refusal and the look at its reason another request may have given something
    back."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=PRICE)
    find, refused = server.database.find, []

    async def refuse(column, sql, *values):
        if "INTO reservations" in sql and len(refused) < refuse.times:
            refused.append(sql)
            return None
        return await find(column, sql, *values)

    server.database.find = refuse  # type: ignore[method-assign]
    refuse.times = 1
    assert (await friend.draw()).status == 200
    other = await server.make_key()
    refused.clear()
    refuse.times = 9
    answer = await other.draw()

    check_error(answer, 429, "rate_limit_exceeded", "Try again.")
    assert answer.headers["retry-after"] == "1"


async def test_nothing_secret_is_kept():
    """Neither a key, but as its hash, nor a prompt; not in the log either."""
    server = Deployment()
    friend = await server.make_key(name="Mia")
    await friend.draw(prompt="a planted prompt")
    told = "\n".join([*server.database.connection.iterdump(), *server.logged])

    assert friend.id in told
    for secret in (friend.key, friend.key.removeprefix("sk-flux2-"), "planted"):
        assert secret not in told


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.access is Access.OWNER], ids=lambda r: r.name
)
async def test_owner_s_paths_tell_a_caller_nothing(route):
    """The same answer, after the same statements, whether there is such a thing."""
    server = Deployment()
    friend, other = await server.make_key(), await server.make_key()
    answers, statements = [], []
    for key_id in (other.id, friend.id, f"key_{0:024}"):
        server.database.statements.clear()
        answers.append(await friend.ask(route.method, route.path.replace("*", key_id), {}))
        statements.append(list(server.database.statements))

    for answer in answers:
        check_error(answer, 403, "permission_denied", "owner")
        assert answer.text == answers[0].text
    assert statements[0] == statements[1] == statements[2]
