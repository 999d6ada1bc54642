"""Rows of requests that are too old are deleted; sums are kept."""

import json

import pytest

from flux2.usage.pruning import prune
from tests.unit.fakes import Database, Server
from tests.unit.test_usage import DAY, MIDNIGHT, TODAY, add_day, add_request

OLDEST = MIDNIGHT - 90 * DAY


def kept(database: Database) -> list[int]:
    return [row["at"] for row in database.rows("requests")]


def told(server: Server) -> list[tuple[str, int]]:
    lines = [json.loads(line) for line in server.logged]
    return [(line["event"], line.get("rows")) for line in lines]


async def test_rows_of_more_than_90_days_ago_are_deleted():
    """To the second; the sums of their days stay."""
    database = Database()
    for at in (OLDEST - DAY, OLDEST - 1, OLDEST, MIDNIGHT):
        add_request(database, at)
    add_day(database, TODAY - 91)
    server = Server(database=database)

    await prune(server.services)

    assert kept(database) == [OLDEST, MIDNIGHT]
    assert len(database.rows("days")) == 1
    assert told(server) == [("usage_pruned", 2)]


async def test_two_days_are_deleted_at_once():
    """The oldest ones that there are: what nobody did for weeks must not use up what D1 lets be
    written in a day."""
    database = Database()
    for day in range(30):
        add_request(database, OLDEST - (30 - day) * DAY + 77)
    server = Server(database=database)

    for left in range(28, -1, -2):
        await prune(server.services)
        assert len(kept(database)) == left
    await prune(server.services)

    assert told(server) == [("usage_pruned", 2)] * 15 + [("usage_pruned", 0)]


async def test_nothing_is_deleted_where_nothing_is_old():
    """Or where nothing is."""
    database = Database()
    server = Server(database=database)

    await prune(server.services)
    add_request(database, OLDEST)
    await prune(server.services)

    assert kept(database) == [OLDEST]
    assert told(server) == [("usage_pruned", 0)] * 2


async def test_pruning_without_a_database_does_nothing():
    """There is nothing to prune."""
    server = Server()

    await prune(server.services)

    assert server.logged == []


@pytest.mark.parametrize("error", [OSError("D1_ERROR"), TimeoutError("slow")])
async def test_pruning_that_fails_is_told_and_left_for_the_next_time(error):
    """Nobody waits for it."""
    database = Database()
    add_request(database, 0)
    server = Server(database=database)
    database.error = error

    await prune(server.services)

    database.error = None
    assert told(server) == [("usage_not_pruned", None)]
    assert kept(database) == [0]


async def test_pruning_without_tables_is_told_with_its_reason():
    """As where a deployment has left the migrations out."""
    server = Server(database=Database(OSError("D1_ERROR: no such table: requests")))

    await prune(server.services)

    (line,) = map(json.loads, server.logged)
    assert line["reason"] == "tables_missing"
    assert "requests" not in "".join(server.logged)
