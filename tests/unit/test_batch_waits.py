"""What a batch waits for, with a clock that moves: the free allocation, a budget, or Cloudflare."""

import base64
from typing import Any

import pytest

from tests.unit.fakes.batching import KLEIN_PRICE, Batching, make_line
from tests.unit.fakes.cloudflare import Upstream, refusal
from tests.unit.fakes.pictures import PNG
from tests.unit.fakes.server import ACCOUNT, TOKEN

DATA_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
DAY = 86_400
BEGIN = 1_800_000_000
MIDNIGHT = BEGIN - BEGIN % DAY + DAY
SECOND = {"ACCOUNT_1": "b0b" + "0" * 29, "CF_API_TOKEN_1": "another-token"}


class Allocation:
    """Cloudflare, which gives each account so many neurons a day."""

    def __init__(self, neurons: float = 10_000) -> None:
        self.neurons = neurons
        self.used: dict[tuple[str, int], float] = {}
        self.made: list[str] = []
        self.lag = 0
        """Seconds by which its day begins late."""
        self.server: Any = None

    async def __call__(self, url: str, *, form: Any, **rest: Any) -> Upstream:
        account, day = url.split("/")[6], int((self.server.time - self.lag) // DAY)
        used = self.used.get((account, day), 0)
        if used + KLEIN_PRICE > self.neurons:
            return Upstream(refusal(3036, "you have used up your daily free allocation"), 429)
        self.used[account, day] = used + KLEIN_PRICE
        self.made.append(dict(form)["prompt"])
        return Upstream()


def serve(**rest: Any) -> tuple[Batching, Allocation]:
    allocation = Allocation()
    server = Batching(fetch=allocation, **rest)
    allocation.server = server
    return server, allocation


async def test_allocation_that_is_used_up_is_waited_for():
    """200 images of klein-4b are 95, 95 and 10: three days, each image asked for once, and what
    `resumes_at` says is when it goes on."""
    server, allocation = serve()
    told = []

    async def look(until: float) -> None:
        batch = (await server.get(f"/v1/batches/{made['id']}")).json
        told.append((batch["status"], batch["resumes_at"], batch["waits_for"], until))

    server.engine.on_wait = look
    lines = [make_line(number) for number in range(200)]
    made = await server.submit(lines, completion_window="72h")
    batch = await server.finish(made)

    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": 200, "completed": 200, "failed": 0}
    quota = "insufficient_quota"
    assert told == [
        ("in_progress", MIDNIGHT, quota, MIDNIGHT),
        ("in_progress", MIDNIGHT + DAY, quota, MIDNIGHT + DAY),
    ]
    assert sorted(allocation.made) == sorted(f"valley {number}" for number in range(200))
    assert [round(used / KLEIN_PRICE) for used in allocation.used.values()] == [95, 95, 10]
    assert batch["cost"]["neurons"] == 20_840
    assert round(sum(neurons for *_, neurons, _ in server.written()), 6) == 20_840


async def test_other_accounts_are_used_first():
    """Two accounts make 190 a day."""
    environment = {"CF_API_TOKEN": TOKEN, "ACCOUNT": ACCOUNT, "API_MASTER_KEY": "the-master-key"}
    server, _ = serve(environment=environment | SECOND)
    made = await server.submit([make_line(number) for number in range(200)])
    batch = await server.finish(made)
    assert batch["status"] == "completed"
    assert server.engine.waits == [MIDNIGHT]


async def test_window_that_ends_first_expires():
    """What was made is kept; the rest says why it was not begun."""
    server, _ = serve()
    made = await server.submit([make_line(number) for number in range(300)])
    batch = await server.finish(made)
    assert batch["status"] == "expired"
    assert batch["expired_at"] == batch["expires_at"] == BEGIN + DAY
    assert batch["request_counts"] == {"total": 300, "completed": 190, "failed": 110}
    assert len(await server.read(batch["output_file_id"])) == 190
    errors = await server.read(batch["error_file_id"])
    assert {line["error"]["code"] for line in errors} == {"batch_expired"}


async def test_budget_of_a_key_is_waited_for():
    """Ten images a day, of which each day makes its ten."""
    server, allocation = serve()
    mia = await server.make_key(limit_neurons=10 * KLEIN_PRICE, limit_reset="daily")
    made = await server.submit(
        [make_line(number) for number in range(25)], mia.key, completion_window="72h"
    )
    batch = await server.finish(made, mia.key)
    assert batch["status"] == "completed"
    assert server.engine.waits == [MIDNIGHT, MIDNIGHT + DAY]
    assert len(allocation.made) == 25
    assert await server.spent(mia.id) == batch["cost"]["neurons"] == 25 * KLEIN_PRICE
    assert server.database.rows("reservations") == []


async def test_budget_that_never_resets_is_no_reason_to_wait():
    server, _ = serve()
    mia = await server.make_key(limit_neurons=2 * KLEIN_PRICE)
    made = await server.submit([make_line(number) for number in range(5)], mia.key)
    batch = await server.finish(made, mia.key)
    assert batch["request_counts"] == {"total": 5, "completed": 2, "failed": 3}
    (error, *_) = await server.read(batch["error_file_id"], mia.key)
    assert error["response"]["status_code"] == 429
    assert error["response"]["body"]["error"]["code"] == "insufficient_quota"
    assert server.engine.waits == []


async def test_line_that_costs_more_than_the_whole_budget_is_not_waited_for():
    """No day brings enough for it, and the lines behind it would wait for nothing."""
    server, allocation = serve()
    mia = await server.make_key(limit_neurons=3 * KLEIN_PRICE, limit_reset="daily")
    lines = [make_line(0, n=4), make_line(1), make_line(2)]
    batch = await server.finish(await server.submit(lines, mia.key), mia.key)
    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": 3, "completed": 2, "failed": 1}
    (error,) = await server.read(batch["error_file_id"], mia.key)
    told = error["response"]["body"]["error"]
    assert told["code"] == "insufficient_quota"
    assert "never has more than 312.6" in told["message"]
    assert (len(allocation.made), server.engine.waits) == (2, [])


async def test_line_of_several_images_goes_on_where_it_stopped():
    """Of its four images two fit into a day; the others are made on the next one, none twice."""
    server, allocation = serve()
    allocation.neurons = 2 * KLEIN_PRICE
    made = await server.submit([make_line(0, n=4, seed=7)])
    batch = await server.finish(made)
    assert batch["status"] == "completed"
    (line,) = await server.read(batch["output_file_id"])
    body = line["response"]["body"]
    assert [image["seed"] for image in body["data"]] == [7, 8, 9, 10]
    assert body["cost"]["neurons"] == 4 * KLEIN_PRICE
    assert len(allocation.made) == 4
    assert [images for _, images, *_ in server.written()] == [2, 2]


async def test_busy_cloudflare_is_asked_again_later():
    """A failure that cost nothing is no end of a line."""
    busy = Upstream(refusal(3040), 429)
    server = Batching(*[busy] * 5, Upstream())
    batch = await server.finish(await server.submit([make_line(0)]))
    assert batch["request_counts"]["completed"] == 1
    assert server.engine.waits


async def test_failure_that_may_have_cost_ends_its_line():
    """It is not asked for again, and the ledger has it."""
    server = Batching(Upstream(refusal(3007), 504))
    batch = await server.finish(await server.submit([make_line(0)]))
    assert batch["request_counts"] == {"total": 1, "completed": 0, "failed": 1}
    assert len(server.cloudflare.calls) == 1
    assert batch["cost"]["neurons"] == KLEIN_PRICE
    assert server.written() == [("owner", 0, KLEIN_PRICE, "upstream_timeout")]


async def test_fault_of_a_line_is_not_waited_for():
    """A reference image that cannot be read, or a key that is gone, is the same later."""
    server, _ = serve()
    mia = await server.make_key()
    damaged = {"images": ["data:image/png;base64,AAAA"]}
    made = await server.submit([make_line(0, **damaged), make_line(1)], mia.key)
    await server.ask("DELETE", f"/v1/keys/{mia.id}")
    await server.engine.run(server)
    batch = (await server.get(f"/v1/batches/{made['id']}")).json
    assert batch["status"] == "completed"
    assert server.engine.waits == []
    errors = await server.read(batch["error_file_id"])
    codes = [line["response"]["body"]["error"]["code"] for line in errors]
    assert codes == ["invalid_image", "invalid_api_key"]


async def test_storage_that_takes_nothing_more_is_waited_for():
    """The image that it did not take is lost; the next ones are not made before it takes them."""
    server, allocation = serve()
    keep = server.store.put_as_it_came
    until = MIDNIGHT

    async def refuse(*args: Any) -> int:
        if server.time < until:
            raise OSError("KV put() limit exceeded for the day.")
        return await keep(*args)

    server.store.put_as_it_came = refuse
    batch = await server.finish(await server.submit([make_line(number) for number in range(20)]))
    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": 20, "completed": 16, "failed": 4}
    assert server.engine.waits == [MIDNIGHT]
    assert len(allocation.made) == 20
    (error, *_) = await server.read(batch["error_file_id"])
    assert error["response"]["body"]["error"]["code"] == "storage_unavailable"


async def test_images_of_a_line_are_kept_that_cannot_go_on():
    """Two of four came before midnight; then the input that the others need is gone."""
    server, allocation = serve()
    allocation.neurons = 2 * (KLEIN_PRICE + 5.37)
    edits = "/v1/images/edits"
    line = make_line(0, n=4, images=[DATA_URL]) | {"url": edits}
    made = await server.submit([line], endpoint=edits)

    async def delete(until: float) -> None:
        await server.ask("DELETE", f"/v1/files/{made['input_file_id']}")

    server.engine.on_wait = delete
    batch = await server.finish(made)
    assert batch["request_counts"] == {"total": 1, "completed": 1, "failed": 0}
    (told,) = await server.read(batch["output_file_id"])
    body = told["response"]["body"]
    assert (len(body["data"]), len(body["errors"])) == (2, 2)


async def test_batch_that_is_cancelled_while_a_line_finds_nothing_left_is_over():
    """It does not wait for the next day to be cancelled."""
    server, allocation = serve()
    allocation.neurons = KLEIN_PRICE
    made = await server.submit([make_line(0), make_line(1)])
    ask = allocation.__call__

    async def cancel_and_ask(url: str, **rest: Any) -> Upstream:
        await server.ask("POST", f"/v1/batches/{made['id']}/cancel")
        return await ask(url, **rest)

    object.__setattr__(server.services, "fetch", cancel_and_ask)
    batch = await server.finish(made)
    assert (batch["status"], batch["resumes_at"]) == ("cancelled", None)
    assert server.engine.waits == []


@pytest.mark.parametrize("is_busy_first", [False, True])
async def test_longest_of_several_waits_is_told(is_busy_first: bool) -> None:
    """One line finds Cloudflare busy, another one nothing left for today."""
    busy, used_up = Upstream(refusal(3040), 429), Upstream(refusal(3036), 429)
    answers = [busy, busy, busy, used_up] if is_busy_first else [used_up, busy, busy, busy]
    server = Batching(*answers, Upstream())
    made = await server.submit([make_line(0), make_line(1)])
    told = []

    async def look(until: float) -> None:
        batch = (await server.get(f"/v1/batches/{made['id']}")).json
        told.append((batch["resumes_at"], until))

    server.engine.on_wait = look
    batch = await server.finish(made)
    assert batch["request_counts"]["completed"] == 2
    assert all(resumes_at == int(until) for resumes_at, until in told)
    assert MIDNIGHT in [until for _, until in told]


async def test_input_that_cannot_be_read_now_is_read_later():
    server, _ = serve()
    edits = "/v1/images/edits"
    made = await server.submit([make_line(0, images=[DATA_URL]) | {"url": edits}], endpoint=edits)
    get, failures = server.store.get, [OSError("not now")]

    async def fail_once(name: str) -> Any:
        batch = (await server.get(f"/v1/batches/{made['id']}")).json
        if batch["status"] == "in_progress" and failures:
            raise failures.pop()
        return await get(name)

    server.store.get = fail_once
    batch = await server.finish(made)
    assert batch["request_counts"]["completed"] == 1
    assert len(server.engine.waits) == 1


async def test_day_that_begins_late_is_not_lost():
    """Clocks differ: what Cloudflare calls used up right behind midnight was yesterday's."""
    server, allocation = serve()
    allocation.lag = 60
    made = await server.submit([make_line(number) for number in range(100)])
    batch = await server.finish(made)
    assert batch["request_counts"]["completed"] == 100
    assert server.engine.waits == [MIDNIGHT, MIDNIGHT + 600]
