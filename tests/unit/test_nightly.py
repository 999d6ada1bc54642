"""What is done once a day, when nobody asks for it."""

import json

import pytest

from flux2 import nightly
from flux2.days import DAY
from tests.unit.fakes.batching import Batching, make_line


def told(server):
    return [json.loads(line)["event"] for line in server.logged]


async def test_night_prunes_what_is_old():
    """Rows of requests, batches, files, and images."""
    server = Batching()
    await server.finish(await server.submit([make_line(0)]))
    server.time += 100 * DAY
    await nightly.run(server.services)
    assert told(server)[-3:] == ["usage_pruned", "batches_pruned", "images_pruned"]
    for table in ("requests", "batches", "lines"):
        assert server.database.rows(table) == []


async def test_night_wakes_a_batch_that_the_engine_has_lost():
    """Another instance goes on with it."""
    server = Batching()
    batch = await server.submit([make_line(0)])
    server.engine.instances.clear()
    server.time += 3600
    await nightly.run(server.services)
    assert (await server.finish(batch))["status"] == "completed"


@pytest.mark.parametrize("place", range(len(nightly.WORK)))
async def test_what_fails_does_not_take_the_rest_with_it(place, monkeypatch):
    """A bug is told with its place, and the others are done."""
    done = []

    def make(number):
        async def act(services):
            done.append(number)
            if number == place:
                raise KeyError("a secret")

        return act

    monkeypatch.setattr(nightly, "WORK", [make(number) for number in range(len(nightly.WORK))])
    server = Batching()
    await nightly.run(server.services)
    assert done == [*range(len(nightly.WORK))]
    assert told(server) == ["bug"]
    assert "a secret" not in "".join(server.logged)
