"""A batch whose machine is stopped anywhere: between any two effects, and in the middle of each."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.unit.fakes.batching import KLEIN_PRICE, Batching, make_line
from tests.unit.fakes.bindings import Store
from tests.unit.fakes.database import Database
from tests.unit.fakes.engine import Engine

LINES = [make_line(0), make_line(1, n=3), make_line(2, size="1x1"), make_line(3)]
IMAGES = 5


class Killed(BaseException):
    """The machine has stopped: nothing of it does anything any more."""


class Machine:
    """Stops before, or behind, the effect of that number."""

    def __init__(self, last: int, *, is_done: bool) -> None:
        self.left, self.is_done, self.is_dead = last, is_done, False

    async def run(self, effect: Any, *args: Any, **rest: Any) -> Any:
        if self.is_dead:
            raise Killed
        self.left -= 1
        is_last = self.left == 0
        if is_last and not self.is_done:
            self.is_dead = True
            raise Killed
        result = await effect(*args, **rest)
        self.is_dead |= is_last
        if self.is_dead:
            raise Killed
        return result

    def wrap(self, thing: Any, *names: str) -> None:
        for name in names:
            setattr(thing, name, self._wrap(getattr(thing, name)))

    def _wrap(self, effect: Any) -> Any:
        async def act(*args: Any, **rest: Any) -> Any:
            return await self.run(effect, *args, **rest)

        return act


async def run_until_killed(
    last: int, *, is_done: bool, key: bool, **fields: Any
) -> tuple[Any, ...]:
    """Run a batch on a machine that stops, and then on one that does not."""
    database, store, engine = Database(), Store(), Engine()
    server = Batching(database=database, results=store, batches=engine)
    caller = await server.make_key(limit_neurons=100 * KLEIN_PRICE) if key else None
    secret = caller.key if caller else "the-master-key"
    made = await server.submit(LINES, secret, **fields)
    machine, ask = Machine(last, is_done=is_done), server.services.fetch
    machine.wrap(database, "find", "query", "execute", "transact")
    machine.wrap(store, "put_as_it_came", "get")
    object.__setattr__(server.services, "fetch", machine._wrap(ask))
    try:
        await engine.run(server)
    except Killed:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    was_killed = machine.is_dead
    for thing in (database, store):
        for name in ("find", "query", "execute", "transact", "put_as_it_came", "get"):
            thing.__dict__.pop(name, None)
    object.__setattr__(server.services, "fetch", ask)
    batch = await server.finish(made, secret)
    return server, batch, secret, was_killed


@pytest.mark.parametrize("key", [False, True], ids=["owner", "caller"])
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "behind"])
async def test_every_line_ends_once_and_nothing_is_paid_twice(is_done: bool, key: bool) -> None:
    """Wherever it was stopped: each line is made, failed, or interrupted; no image is asked for
    twice; what was kept is found again; the ledger has at least what was asked for."""
    was_killed, last, interrupted = True, 0, 0
    while was_killed:
        last += 1
        server, batch, secret, was_killed = await run_until_killed(last, is_done=is_done, key=key)
        asked = Counter((c.fields["prompt"], c.fields["seed"]) for c in server.cloudflare.calls)
        assert set(asked.values()) <= {1}
        assert batch["status"] == "completed"
        counts = batch["request_counts"]
        assert (counts["total"], counts["completed"] + counts["failed"]) == (4, 4)
        output = await server.read(batch["output_file_id"], secret)
        errors = await server.read(batch["error_file_id"], secret)
        assert (len(output), len(errors)) == (counts["completed"], counts["failed"])
        images = sum(len(line["response"]["body"]["data"]) for line in output)
        kept = sum(name.startswith("text/") for name in server.store.kept)
        assert images == kept  # nothing that came is lost
        codes = [line["response"]["body"]["error"]["code"] for line in errors]
        codes += [e["code"] for line in output for e in line["response"]["body"].get("errors", [])]
        assert set(codes) <= {"invalid_value", "interrupted"}
        lost = IMAGES - images
        interrupted += lost
        paid = sum(neurons for *_, neurons, _ in server.written())
        assert len(asked) * KLEIN_PRICE <= paid + 0.01 <= IMAGES * KLEIN_PRICE + 0.02
        assert round(batch["cost"]["neurons"], 6) == round(paid, 6)
        assert server.database.rows("reservations") == []
        assert sum(row["images"] for row in server.database.rows("requests")) == images
    assert last > 20
    assert interrupted


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "behind"])
async def test_interrupted_lines_are_asked_for_again_if_the_batch_says_so(is_done: bool) -> None:
    """Then every image comes, though some may be paid twice."""
    was_killed, last = True, 0
    while was_killed:
        last += 1
        server, batch, secret, was_killed = await run_until_killed(
            last, is_done=is_done, key=False, retry_interrupted=True
        )
        assert batch["request_counts"] == {"total": 4, "completed": 3, "failed": 1}
        output = await server.read(batch["output_file_id"], secret)
        assert sum(len(line["response"]["body"]["data"]) for line in output) == IMAGES


async def test_batch_that_the_engine_gave_up_goes_on() -> None:
    """Somebody asks about it when it has been silent for long, and another instance takes over."""
    server = Batching()
    made = await server.submit([make_line(number) for number in range(3)])
    (instance,) = server.engine.instances.values()
    instance.is_over = True  # it has failed
    await server.finish(made)
    assert server.cloudflare.calls == []

    server.time += 1000
    await server.get(f"/v1/batches/{made['id']}")
    batch = await server.finish(made)
    assert batch["status"] == "completed"
    assert batch["request_counts"]["completed"] == 3


async def test_more_lines_than_steps_go_on_in_the_next_instance() -> None:
    server = Batching()
    made = await server.submit([make_line(number) for number in range(600)])
    batch = await server.finish(made)
    assert batch["request_counts"]["completed"] == 600
    assert max(len(each.results) for each in server.engine.instances.values()) <= 25
    assert len(server.engine.steps) < 600 * 1.25
