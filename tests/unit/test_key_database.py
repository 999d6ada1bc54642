"""The database behind keys: how often it is asked, and what happens where it is slow, fails, or is
not there."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from flux2.bindings import TooSlow
from tests.unit.fakes import (
    ENVIRONMENT,
    KEY,
    Database,
    Server,
    Store,
    Upstream,
    check_error,
    events,
    refusal,
)
from tests.unit.fakes.agents import Agent, check_failed
from tests.unit.fakes.sharing import PRICE, Deployment

CALLERS_KEY = f"sk-flux2-{'x' * 43}"
CHAT = {"model": "flux-2-dev", "messages": [{"role": "user", "content": "a valley"}]}
DOORS = [
    ("GET", "/v1/models", None),
    ("GET", "/v1/key", None),
    ("POST", "/v1/images/generations", {"prompt": "a valley"}),
    ("POST", "/v1/chat/completions", CHAT),
    ("GET", "/v1/nothing", None),
]


class SlowDatabase(Database):
    """Gives up waiting for the statements that begin with `slow`; `late` is what becomes of one:
    `it is done`, or what it answers without having done anything."""

    slow = "\nINSERT INTO reservations"
    late: Any = None

    async def find(self, column: str, sql: str, *values: Any) -> str | None:
        if self.late is None or not sql.startswith(self.slow):
            return await super().find(column, sql, *values)
        raise TooSlow(self._answer_late(column, sql, *values))

    def _answer_late(self, column: str, sql: str, *values: Any) -> Awaitable[Any]:
        async def answer() -> Any:
            for _ in range(3):
                await asyncio.sleep(0)
            if self.late == "it is done":
                return await Database.find(self, column, sql, *values)
            if isinstance(self.late, Exception):
                raise self.late
            return self.late

        return answer()


def check_unavailable(answer: Any) -> None:
    check_error(answer, 503, "storage_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "x-should-retry" not in answer.headers


async def test_request_of_a_known_caller_is_one_statement_before_cloudflare_is_asked():
    """The same that reserves; the first request looks the key up besides, before its body is
    read. The row comes after the answer, with all that it changes, at once."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=10 * PRICE, rpm=60)
    asked: list[int] = []
    fetch = server.cloudflare

    async def counting(*args: Any, **more: Any) -> Any:
        asked.append(len(server.database.statements))
        return await fetch(*args, **more)

    counted = Deployment(database=server.database, fetch=counting)
    for _ in range(3):
        server.database.statements.clear()
        answer = await counted.ask("POST", "/v1/images/generations", {"prompt": "x"}, friend.key)
        assert answer.status == 200

    assert asked == [2, 1, 1]
    assert len(server.database.statements) == 1 + 4


async def test_request_of_the_owner_asks_the_database_for_nothing():
    """Not even where it has to wait for the images; the row comes afterwards."""
    server = Deployment()
    asked: list[int] = []
    fetch = server.cloudflare

    async def counting(*args: Any, **more: Any) -> Any:
        asked.append(len(server.database.statements))
        return await fetch(*args, **more)

    counted = Deployment(database=server.database, fetch=counting)
    for body in ({"prompt": "x"}, {"prompt": "x", "n": 2}, {"prompt": "x", "stream": True}):
        server.database.statements.clear()
        assert (await counted.ask("POST", "/v1/images/generations", body)).status == 200
        assert len(server.database.statements) == 2

    assert set(asked) == {0}
    assert (await counted.ask("GET", "/v1/models")).status == 200
    assert len(server.database.statements) == 2


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
async def test_callers_wait_for_a_database_that_fails(method, path, body):
    """With the seconds to wait, at every door; nothing is asked of Cloudflare. The log tells the
    kind of the failure, not what it says, which might quote a row."""
    server = Deployment()
    friend = await server.make_key()
    server.database.error = OSError("D1_ERROR: quoting")

    check_unavailable(await friend.ask(method, path, body))

    assert server.cloudflare.calls == []
    assert events(server).count("database_unavailable") == 1
    assert "quoting" not in "".join(server.logged)


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
async def test_callers_are_told_what_to_do_where_no_database_is_bound(method, path, body):
    """It will not be there in a moment, so OpenAI's clients do not ask again by themselves."""
    server = Server()
    deployment = Deployment(database=None)
    deployment.services.bindings.database = None  # type: ignore[misc]

    answer = await deployment.ask(method, path, body, key=CALLERS_KEY)

    check_error(answer, 503, "storage_unavailable", "no database", "binds DB")
    assert answer.headers["x-should-retry"] == "false"
    assert int(answer.headers["retry-after"]) > 0
    assert deployment.cloudflare.calls == server.cloudflare.calls == []
    assert events(deployment).count("database_missing") == 1


async def test_remembered_caller_waits_as_well():
    """What an isolate knows of a key is no reason to make an image."""
    server = Deployment()
    friend = await server.make_key()
    assert (await friend.draw()).status == 200
    server.database.error = OSError("D1_ERROR")

    check_unavailable(await friend.draw())

    assert len(server.cloudflare.calls) == 1


@pytest.mark.parametrize("error", [OSError("D1_ERROR"), TooSlow(None)])  # type: ignore[arg-type]
async def test_owner_does_not_notice_a_database_that_fails(error):
    """Images come at every door; what was not written is told in the log, once each."""
    server = Deployment()
    server.database.error = error

    assert (await server.generate()).status == 200
    assert (await server.generate(stream=True)).status == 200
    assert (await server.ask("POST", "/v1/chat/completions", CHAT)).status == 200
    assert (await server.ask("GET", "/v1/models")).status == 200
    check_unavailable(await server.ask("GET", "/v1/key"))
    check_unavailable(await server.ask("GET", "/v1/keys"))
    check_unavailable(await server.ask("POST", "/v1/keys", {"name": "Mia"}))

    assert events(server).count("usage_not_written") == 3


async def test_owner_without_a_database_is_told_what_is_missing():
    """Where it is needed, and nowhere else; nothing is logged as lost."""
    server = Server()
    paths = [
        ("GET", "/v1/key"),
        ("GET", "/v1/keys"),
        ("POST", "/v1/keys"),
        ("GET", "/v1/keys/key_1"),
        ("PATCH", "/v1/keys/key_1"),
        ("DELETE", "/v1/keys/key_1"),
        ("POST", "/v1/keys/key_1/rotate"),
    ]
    deployment = Deployment()
    deployment.services.bindings.database = None  # type: ignore[misc]

    for method, path in paths:
        answer = await deployment.ask(method, path, {"name": "Mia"})
        check_error(answer, 400, "binding_missing", "DB", "wrangler.toml")
    assert (await server.generate()).status == 200
    assert (await server.generate(n=2, stream=True)).status == 200
    assert set(events(server)) == {"request"}


async def test_agent_is_told_that_the_database_fails():
    """As the result of its tool, or of the door where the key is not known yet."""
    server = Deployment()
    friend = await server.make_key()
    agent = Agent(server)
    authorization = f"Bearer {friend.key}"
    call = {"name": "generate_image", "arguments": {"prompt": "a valley"}}
    assert (await agent.ask("tools/call", call, authorization=authorization)).status == 200
    server.database.error = OSError("D1_ERROR")

    check_failed(
        await agent.ask("tools/call", call, authorization=authorization), "cannot be asked"
    )
    server.services.known_keys.clear()
    answer = await agent.ask("tools/call", call, authorization=authorization)

    assert (answer.status, answer.json["error"]["data"]["code"]) == (503, "storage_unavailable")
    assert len(server.cloudflare.calls) == 1


async def test_reservation_that_nobody_waited_for_is_undone():
    """It was made after all, when the caller had been told to come back."""
    database = SlowDatabase()
    server = Deployment(database=database)
    friend = await server.make_key(limit_neurons=PRICE)
    database.late = "it is done"

    check_unavailable(await friend.draw())

    database.late = None
    assert await server.spent(friend.id) == 0
    assert server.cloudflare.calls == []
    assert (await friend.draw()).status == 200


@pytest.mark.parametrize("nothing", [False, object()], ids=["false", "a null of the runtime's"])
async def test_reservation_that_was_refused_late_gives_nothing_back(nothing):
    """Only a key's id says that there was one: JavaScript's null is an object of its own here, and
    a budget that gets back what it never gave holds no more."""
    database = SlowDatabase()
    server = Deployment(database=database)
    friend = await server.make_key(limit_neurons=PRICE)
    assert (await friend.draw()).status == 200
    database.late = nothing

    check_unavailable(await friend.draw())

    database.late = None
    assert await server.spent(friend.id) == PRICE
    check_error(await friend.draw(), 429, "insufficient_quota")


async def test_reservation_that_cannot_be_undone_is_told_in_the_log():
    """It is not known then whether there is one; the budget is rather too small than too large."""
    database = SlowDatabase()
    server = Deployment(database=database)
    friend = await server.make_key()
    database.late = OSError("quoting")

    async def fail(*_: Any) -> None:
        raise OSError("quoting")

    database.execute = fail  # type: ignore[method-assign]
    check_unavailable(await friend.draw())

    assert "reservation_not_undone" in events(server)
    assert "quoting" not in "".join(server.logged)


async def test_retry_is_not_made_where_the_database_is_slow():
    """The caller hears of the failure, and what was reserved late is given back."""
    database = SlowDatabase()
    server = Deployment(Upstream(refusal(3001), 500), database=database)
    friend = await server.make_key(limit_neurons=5 * PRICE)
    fetch = server.cloudflare

    async def fail(*args: Any, **more: Any) -> Any:
        database.late = "it is done"
        return await fetch(*args, **more)

    failing = Deployment(database=database, fetch=fail)
    answer = await failing.ask("POST", "/v1/images/generations", {"prompt": "x"}, friend.key)

    check_error(answer, 502, "upstream_error", "3001")
    assert len(fetch.calls) == 1
    database.late = None
    assert await server.spent(friend.id) == PRICE


async def test_cached_image_needs_no_database_for_the_owner():
    """As any other one."""
    environment = ENVIRONMENT | {"CACHE_TTL": "600"}
    server = Deployment(results=Store(), environment=environment)
    server.database.error = OSError("D1_ERROR")

    answers = [await server.generate(seed=7) for _ in range(2)]

    assert [answer.headers["x-cache"] for answer in answers] == ["MISS", "HIT"]
    assert KEY not in "".join(server.logged)
