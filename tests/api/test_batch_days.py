"""A batch that takes days, with clocks that the test moves: of the Worker, and of Cloudflare."""

import io
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dev.processes import emulator, runtime, stopped_at_the_end
from tests.conftest import ACCOUNT, KEY, TOKEN, variables_for

DAY = 86_400
BEGIN = 1_800_000_000
MIDNIGHT = BEGIN - BEGIN % DAY + DAY
PRICE = 104.2
A_DAY = 10_000
LINES = 200
PATIENCE = 240


@pytest.mark.embedded("the clock of workerd is the machine's")
def test_two_hundred_images_take_three_days() -> None:
    """95 images of klein-4b at 1024x1024 fit into a day's free allocation, and so 95, 95 and 10
    come, each asked for once; `resumes_at` is the moment at which more can."""
    log = io.StringIO()
    cloudflare = emulator({ACCOUNT: TOKEN}, log, allocation=A_DAY)
    with stopped_at_the_end(cloudflare):
        emulator_url = cloudflare.wait_until_ready()
        variables = {**variables_for(emulator_url), "KEY_LIMITER": None}
        worker = runtime([{"port": 0, "vars": variables}], log, clock=BEGIN)
        with stopped_at_the_end(worker):
            url = f"http://127.0.0.1:{worker.wait_until_ready()}"
            with httpx.Client(headers={"authorization": f"Bearer {KEY}"}, timeout=60) as client:
                _check(client, url, emulator_url)


def _check(client: httpx.Client, url: str, emulator_url: str) -> None:
    def move(now: int) -> None:
        for place in (f"{emulator_url}/_emulator/clock", f"{url}/cdn-cgi/clock"):
            client.put(place, json={"now": now}).raise_for_status()

    def look() -> Any:
        response = client.get(f"{url}/v1/batches/{batch_id}")
        assert response.status_code == 200, response.text
        return response.json()

    move(BEGIN)
    model = {"model": "flux-2-klein-4b", "size": "1024x1024"}
    lines = [
        {"custom_id": f"{number}", "body": {"prompt": f"night {number}", **model}}
        for number in range(LINES)
    ]
    body = {
        "endpoint": "/v1/images/generations",
        "requests": lines,
        "completion_window": "72h",
    }
    batch_id = client.post(f"{url}/v1/batches", json=body).raise_for_status().json()["id"]

    nights = []
    for midnight in (MIDNIGHT, MIDNIGHT + DAY):
        batch = _await(look, lambda batch: batch["resumes_at"])
        nights.append((batch["resumes_at"], batch["waits_for"]))
        move(midnight - 1)
        assert look()["resumes_at"] == midnight
        move(midnight)
    batch = _await(look, lambda batch: batch["status"] == "completed")

    assert nights == [(MIDNIGHT, "insufficient_quota"), (MIDNIGHT + DAY, "insufficient_quota")]
    assert batch["request_counts"] == {"total": LINES, "completed": LINES, "failed": 0}
    assert batch["cost"]["neurons"] == LINES * PRICE
    calls = client.get(f"{emulator_url}/_emulator/calls").json()
    made = [call for call in calls if call["neurons"]]
    prompts = Counter(call["fields"]["prompt"] for call in made)
    assert prompts == Counter(line["body"]["prompt"] for line in lines)
    days = Counter(int(call["at"] // DAY) - BEGIN // DAY for call in made)
    assert days == {0: 95, 1: 95, 2: 10}


def _await(look: Callable[[], Any], is_so: Callable[[Any], object]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not is_so(batch := look()):
        assert time.monotonic() < deadline, batch
    return batch
