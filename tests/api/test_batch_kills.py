"""A batch whose runtime is killed again and again, at every stage of it, and started anew."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Server
from tests.mortal import mortal

GENERATIONS = "/v1/images/generations"
SMALL = {"size": "256x256", "model": "flux-2-klein-4b"}
PRICE = 26.05
LINES, KILLS = 80, 20
PATIENCE = 240
"""Seconds for all of it to come to its end, restarts included."""


def await_so(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline


@pytest.mark.parametrize("seed", [1])
def test_every_line_ends_exactly_once(server: Server, tmp_path: Path, seed: int) -> None:
    """As made, failed or interrupted; none is asked for twice, what was kept is not lost, and the
    ledger is the emulator's bill, but for runs that never reached it."""
    drawn = random.Random(seed)
    name = f"mortal {drawn.random()}"
    lines = [
        {"custom_id": f"{number}", "body": {"prompt": f"{name} {number}", **SMALL}}
        for number in range(LINES - 1)
    ] + [{"custom_id": "bad", "body": {"prompt": "", **SMALL}}]
    body = {"endpoint": GENERATIONS, "requests": lines, "completion_window": "72h"}

    def count_calls() -> int:
        return sum(call["fields"].get("prompt", "").startswith(name) for call in server.calls())

    server.forget_calls()
    with mortal(server, tmp_path / "state") as worker:
        made = worker.client.post("/v1/batches", json=body, headers={"idempotency-key": name})
        batch_id = made.json()["id"]

        def is_over() -> bool:
            return worker.get(f"/v1/batches/{batch_id}")["status"] == "completed"

        for _ in range(KILLS):
            wanted = count_calls() + drawn.randrange(5)
            await_so(lambda wanted=wanted: count_calls() >= wanted or is_over())  # type: ignore[misc]
            worker.kill()
            worker.start()
            again = worker.client.post("/v1/batches", json=body, headers={"idempotency-key": name})
            assert again.json()["id"] == batch_id
        await_so(is_over)

        batch = worker.get(f"/v1/batches/{batch_id}")
        results = worker.get(f"/v1/batches/{batch_id}/results", limit=100)["data"]
        output = worker.client.get(f"/v1/files/{batch['output_file_id']}/content").text
        usage = worker.get("/v1/organization/usage/images", start_time=batch["created_at"])
        links = [
            # Each process has another port.
            worker.client.get(urlsplit(line["response"]["data"][0]["url"]).path)
            for line in results
            if line["status"] == "completed"
        ]

    assert sorted(line["custom_id"] for line in results) == sorted(
        line["custom_id"] for line in lines
    )
    errors = Counter(line["error"]["code"] for line in results if line["error"])
    assert set(errors) <= {"invalid_value", "interrupted"}
    completed = LINES - errors.total()
    assert batch["request_counts"] == {
        "total": LINES,
        "completed": completed,
        "failed": errors.total(),
    }
    assert len(output.splitlines()) == completed
    assert all(link.status_code == 200 for link in links)
    asked = Counter(
        call["fields"]["prompt"] for call in server.calls() if call["fields"].get("prompt")
    )
    assert set(asked.values()) == {1}
    paid = round(batch["cost"]["neurons"] / PRICE)
    assert paid == completed + errors["interrupted"]
    never_reached = paid - len(asked)
    assert 0 <= never_reached <= errors["interrupted"]
    (result,) = [result for bucket in usage["data"] for result in bucket["results"]]
    assert result["images"] == completed
