"""OpenAI's own client for Python sends batches, and is told when they are over."""

import base64
import io
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai.types import Batch

from dev.processes import stopped_at_the_end
from tests.conftest import Server, variables_for, wait_until
from tests.mortal import mortal
from tests.receiver import Receiver, receiver
from tests.runtimes import start

GENERATIONS: Any = "/v1/images/generations"
SMALL = {"size": "256x256", "model": "flux-2-klein-4b"}
HOOK = "hooks.example.com"


@pytest.fixture(scope="module")
def hook() -> Iterator[Receiver]:
    with receiver() as received:
        yield received


@pytest.fixture(scope="module")
def serving(server: Server, hook: Receiver) -> Iterator[Server]:
    """A Worker whose webhooks come here."""
    log = io.StringIO()
    variables = {**variables_for(server.emulator_url), "KEY_LIMITER": None}
    process = start({"port": 0, "vars": variables}, log, hosts={HOOK: hook.url})
    with stopped_at_the_end(process):
        port = process.wait_until_ready()
        yield Server(f"http://127.0.0.1:{port}", server.emulator_url, log, process.pid)


@pytest.fixture
def client(serving: Server) -> Iterator[openai.OpenAI]:
    serving.forget_calls()
    with openai.OpenAI(base_url=f"{serving.url}/v1", api_key=serving.key, max_retries=0) as made:
        yield made


def make_line(name: str, **body: Any) -> str:
    fields = {"prompt": f"batch {name}", **SMALL, **body}
    return json.dumps({"custom_id": name, "method": "POST", "url": GENERATIONS, "body": fields})


def upload(client: openai.OpenAI, lines: Sequence[str]) -> str:
    content = "\n".join(lines).encode()
    return client.files.create(file=("lines.jsonl", content), purpose="batch").id


def submit(client: openai.OpenAI, lines: Sequence[str], **more: Any) -> Batch:
    return client.batches.create(
        input_file_id=upload(client, lines),
        endpoint=GENERATIONS,
        completion_window="24h",
        **more,
    )


def poll(client: openai.OpenAI, batch: Batch) -> Batch:
    deadline = time.monotonic() + 120
    while batch.status in ("validating", "in_progress", "finalizing", "cancelling"):
        assert time.monotonic() < deadline, batch
        time.sleep(0.1)
        batch = client.batches.retrieve(batch.id)
    return batch


def read(client: openai.OpenAI, file_id: str | None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in client.files.content(file_id or "").text.splitlines()]


def test_two_hundred_lines_are_made(client: openai.OpenAI, serving: Server, hook: Receiver) -> None:
    """Uploaded, made, read; a delivery that OpenAI's client unwraps tells of the end."""
    endpoint = client.webhooks.create(
        name="here", url=f"https://{HOOK}/flux2", event_types=["batch.completed"]
    )
    names = [f"line-{number}" for number in range(200)]
    batch = poll(client, submit(client, [make_line(name) for name in names], metadata={"a": "b"}))

    assert (batch.status, batch.metadata) == ("completed", {"a": "b"})
    assert batch.request_counts is not None
    assert batch.request_counts.to_dict() == {"total": 200, "completed": 200, "failed": 0}
    output = read(client, batch.output_file_id)
    assert [line["custom_id"] for line in output] == names
    (image,) = output[7]["response"]["body"]["data"]
    assert base64.b64decode(image["b64_json"]).startswith(b"\xff\xd8")
    prompts = [call["fields"]["prompt"] for call in serving.calls()]
    assert sorted(prompts) == sorted(f"batch {name}" for name in names)
    assert len({call["fields"]["seed"] for call in serving.calls()}) > 150

    wait_until(lambda: bool(hook.deliveries))
    ((body, headers),) = hook.deliveries
    event = client.webhooks.unwrap(body, headers, secret=endpoint.signing_secret)
    assert (event.type, event.data.id) == ("batch.completed", batch.id)


def test_bad_line_among_good_ones(client: openai.OpenAI) -> None:
    """It goes to the error file, and the others run."""
    lines = [make_line("good"), make_line("bad", size="1x1"), "{no json", make_line("fine")]
    batch = poll(client, submit(client, lines))
    assert batch.status == "completed"
    assert [line["custom_id"] for line in read(client, batch.output_file_id)] == ["good", "fine"]
    errors = {line["custom_id"]: line["response"] for line in read(client, batch.error_file_id)}
    assert errors["bad"]["status_code"] == 400
    assert errors["bad"]["body"]["error"]["param"] == "size"
    assert errors[None]["body"]["error"]["code"] == "invalid_json"


def test_file_that_is_no_jsonl(client: openai.OpenAI, serving: Server) -> None:
    batch = poll(client, submit(client, ["this is", "no JSON"]))
    assert batch.status == "failed"
    assert batch.errors is not None
    assert [(error.code, error.line) for error in batch.errors.data or ()] == [
        ("invalid_json", 1),
        ("invalid_json", 2),
    ]
    assert serving.calls() == []


def test_cancelled_batch_keeps_what_was_made(client: openai.OpenAI, serving: Server) -> None:
    """What runs may come, nothing more is begun."""
    lines = [make_line(f"slow-{number}", prompt="slow emulate:delay=0.2") for number in range(40)]
    batch = submit(client, lines)
    wait_until(lambda: len(serving.calls()) > 4)
    assert client.batches.cancel(batch.id).status == "cancelling"
    batch = poll(client, batch)
    assert batch.status == "cancelled"
    counts = batch.request_counts
    assert counts is not None
    assert 0 < counts.completed < 40
    assert counts.completed + counts.failed == counts.total
    assert len(serving.calls()) == counts.completed
    assert len(read(client, batch.output_file_id)) == counts.completed
    assert {line["error"]["code"] for line in read(client, batch.error_file_id)} == {
        "batch_cancelled"
    }


def test_expired_batch_keeps_what_was_made(server: Server, tmp_path: Path) -> None:
    """Its window ends while nothing runs: no line is begun any more, and what came can be read."""

    def reach(url: httpx.URL) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{url}/v1", api_key=server.key, max_retries=0)

    server.forget_calls()
    lines = [make_line(f"late-{number}", prompt="late emulate:delay=0.2") for number in range(40)]
    with mortal(server, tmp_path) as worker:
        with reach(worker.client.base_url) as client:
            batch = submit(client, lines)
            wait_until(lambda: len(server.calls()) > 8)
        worker.kill()
        begun = len(server.calls())
        end_window(tmp_path)
        worker.start()
        with reach(worker.client.base_url) as client:
            batch = poll(client, batch)
            output = read(client, batch.output_file_id)
            errors = read(client, batch.error_file_id)

    assert batch.status == "expired"
    assert batch.expired_at is not None
    assert len(server.calls()) == begun
    codes = Counter((line["error"] or line["response"]["body"]["error"])["code"] for line in errors)
    assert codes["batch_expired"] == len(lines) - len(output) - codes["interrupted"]
    assert 0 < len(output) <= begun <= len(output) + codes["interrupted"]
    assert base64.b64decode(output[0]["response"]["body"]["data"][0]["b64_json"])


def end_window(state: Path) -> None:
    """Of all batches, as if a day went by in which nothing ran."""
    for path in state.rglob("*.sqlite"):
        with closing(sqlite3.connect(path)) as database, database:
            if database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'batches'").fetchone():
                database.execute("UPDATE batches SET expires_at = created_at + 1")


def test_files_and_batches_are_listed_and_deleted(client: openai.OpenAI) -> None:
    file_id = upload(client, [make_line("one")])
    assert client.files.retrieve(file_id).status == "processed"
    assert file_id in [file.id for file in client.files.list(purpose="batch")]
    batch = poll(
        client,
        client.batches.create(input_file_id=file_id, endpoint=GENERATIONS, completion_window="24h"),
    )
    assert next(iter(client.batches.list())).id == batch.id
    assert len([*client.batches.list(limit=1)]) == len([*client.batches.list()])
    assert client.files.delete(file_id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file_id)
    with pytest.raises(openai.BadRequestError):
        client.batches.create(input_file_id=file_id, endpoint=GENERATIONS, completion_window="24h")
