"""What goes at night: batches with their results, and files whose time is over."""

import json

import pytest

from flux2.batches.pruning import prune
from flux2.days import DAY
from tests.unit.fakes.batching import Batching, make_line
from tests.unit.fakes.database import Database
from tests.unit.fakes.sharing import Deployment

WEEK = 7 * DAY


async def make_batch(server, lines=2, **fields):
    """Make one, and have it over."""
    return await server.finish(await server.submit([make_line(n) for n in range(lines)], **fields))


def count(server):
    """How many batches, lines and files there are."""
    return [len(server.database.rows(table)) for table in ("batches", "lines", "files")]


def told(server):
    """What the log says of this."""
    lines = [json.loads(line) for line in server.logged]
    return [line for line in lines if line["event"].startswith("batches_")]


async def test_batch_goes_with_its_results():
    """To the second: its lines and its output. Its input has gone before."""
    server = Batching()
    await make_batch(server)
    await make_batch(server, output_expires_after={"anchor": "created_at", "seconds": 30 * DAY})
    ended = server.database.rows("batches")[0]["completed_at"]

    server.time = ended + WEEK
    await prune(server.services)
    assert count(server) == [2, 4, 2]
    server.time += 1
    await prune(server.services)

    assert count(server) == [1, 2, 1]
    assert [line["batches"] for line in told(server)] == [0, 1]
    assert told(server)[1]["lines"] == 2


async def test_batch_that_runs_stays():
    """However long ago it was made."""
    server = Batching()
    batch = await server.submit([make_line(0)], completion_window="30d")
    server.time += 29 * DAY
    await prune(server.services)
    assert (await server.get(f"/v1/batches/{batch['id']}")).status == 200
    assert count(server) == [1, 0, 1]


async def test_batch_whose_results_are_gone_soon_can_be_asked_for_again():
    """For a day the same Idempotency-Key gives the same one, or it would be paid twice."""
    server = Batching()
    hour = {"anchor": "created_at", "seconds": 3600}
    await make_batch(server, output_expires_after=hour)
    begun = server.time

    server.time = begun + DAY - 60
    await prune(server.services)
    assert count(server)[0] == 1
    server.time = begun + DAY + 60
    await prune(server.services)
    assert count(server)[0] == 0


async def test_file_that_was_uploaded_goes_when_it_expires():
    """Whether a batch was made of it or not."""
    server = Batching()
    assert (await server.upload(b"{}")).status == 200
    server.time += 31 * DAY
    await prune(server.services)
    assert count(server) == [0, 0, 1]
    server.time += 1
    await prune(server.services)
    assert count(server) == [0, 0, 0]


async def test_two_days_are_deleted_at_once():
    """The oldest ones that there are: what nobody did for weeks must not use up what D1 lets be
    written in a day."""
    server = Batching()
    for _ in range(6):
        await make_batch(server, lines=1)
        server.time += DAY
    server.time += 60 * DAY

    for left in (4, 2, 0, 0):
        await prune(server.services)
        assert count(server)[:2] == [left, left]
    assert [line["batches"] for line in told(server)] == [2, 2, 2, 0]


async def test_pruning_without_a_database_does_nothing():
    """There is nothing to prune."""
    server = Deployment()
    server.services.bindings.database = None
    await prune(server.services)
    assert server.logged == []


@pytest.mark.parametrize("error", [OSError("D1_ERROR"), TimeoutError("slow")])
async def test_pruning_that_fails_is_told_and_left_for_the_next_time(error):
    """Nobody waits for it."""
    server = Batching()
    await make_batch(server)
    server.time += 60 * DAY
    server.database.error = error
    await prune(server.services)
    server.database.error = None
    assert [line["event"] for line in told(server)] == ["batches_not_pruned"]
    assert count(server)[0] == 1


async def test_pruning_without_tables_is_told_with_its_reason():
    """As where a deployment has left the migrations out."""
    server = Deployment(database=Database(OSError("D1_ERROR: no such table: lines")))
    await prune(server.services)
    (line,) = told(server)
    assert line["reason"] == "tables_missing"
    assert "no such" not in "".join(server.logged)
