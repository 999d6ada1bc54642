"""What may be said of a batch and of a file, and who may see them."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from flux2 import app
from flux2.batches import creating
from tests.unit.fakes.batching import Batching, make_line
from tests.unit.fakes.bindings import Resizer, Store
from tests.unit.fakes.pictures import JPEG, PNG
from tests.unit.fakes.server import GENERATIONS, KEY, check_error
from tests.unit.fakes.uploads import BOUNDARY, Request, pour, write_form

BATCHES = "/v1/batches"
GOOD = {"endpoint": GENERATIONS, "requests": [make_line(0)]}
DATA_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


class SlowStore(Store):
    """One that takes its time, as Workers KV does."""

    async def put_parts(self, name: str, parts: Any, seconds: int) -> None:
        await super().put_parts(name, parts, seconds)
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("changed", "code", "param"),
    [
        ({"endpoint": None}, "missing_required_parameter", "endpoint"),
        ({"endpoint": "/v1/chat/completions"}, "invalid_value", "endpoint"),
        ({"requests": None}, "missing_required_parameter", "input_file_id"),
        ({"requests": []}, "invalid_value", "requests"),
        ({"requests": ["x"]}, "invalid_value", "requests"),
        ({"input_file_id": "file-1"}, "missing_required_parameter", "input_file_id"),
        ({"requests": None, "input_file_id": "file-1"}, "invalid_value", "input_file_id"),
        ({"completion_window": "1h"}, "invalid_value", "completion_window"),
        ({"metadata": {"a": 1}}, "invalid_value", "metadata"),
        ({"metadata": {"a": "x" * 513}}, "invalid_value", "metadata"),
        ({"metadata": {f"{n}": "" for n in range(17)}}, "invalid_value", "metadata"),
        ({"metadata": {"a": DATA_URL}}, "invalid_value", "metadata"),
        ({"output_expires_after": {"anchor": "created_at"}}, "invalid_value", None),
        ({"retry_interrupted": "yes"}, "invalid_value", "retry_interrupted"),
        ({"retry_interupted": True}, "unsupported_parameter", "retry_interupted"),
    ],
    ids=str,
)
async def test_bad_batch_is_refused(changed: dict[str, Any], code: str, param: str | None) -> None:
    server = Batching()
    fields = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    answer = await server.ask("POST", BATCHES, fields)
    assert (answer.status, answer.json["error"]["code"]) == (400, code), answer.text
    assert param in (None, answer.json["error"]["param"])
    assert server.engine.instances == {}


async def test_bad_upload_is_refused():
    server = Batching()
    check_error(await server.upload(b"{}", purpose="vision"), 400, "invalid_value", param="purpose")
    check_error(await server.ask("POST", "/v1/files", {}), 415, "unsupported_media_type")
    large = b"x" * 24_000_001
    check_error(await server.upload(large), 413, "request_too_large", param="file")


@pytest.mark.parametrize(
    ("more", "param"),
    [
        (("file", b"{}"), "file"),
        (("purpose", "batch"), "purpose"),
        (("expires_after[seconds]", "3600"), "expires_after[seconds]"),
        (("expires_after", '{"anchor": "created_at", "seconds": 3600}'), "expires_after"),
        (("expires_after.seconds", "3600"), "expires_after.seconds"),
    ],
    ids=str,
)
async def test_what_an_upload_says_twice_or_otherwise_is_not_dropped(more: Any, param: str) -> None:
    server = Batching()
    expiry = [("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "7200")]
    form = [("purpose", "batch"), ("file", b"{}"), *expiry]
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    headers = {"authorization": f"Bearer {KEY}", "content-type": kind}
    good, bad = (write_form(each) for each in (form, [*form, more]))
    assert (await server.send(Request("POST", "/v1/files", headers, good))).status == 200
    answer = await server.send(Request("POST", "/v1/files", headers, bad))
    check_error(answer, 400, "invalid_value", param=param)


async def test_nobody_sees_what_is_another_s():
    """Not even whether it exists; the owner may look at what it can name."""
    server = Batching()
    mia, ben = await server.make_key(), await server.make_key()
    file = (await server.upload(json.dumps(make_line(0)).encode(), mia.key)).json
    batch = await server.finish(await server.submit([make_line(0)], mia.key), mia.key)
    paths = [
        f"/v1/files/{file['id']}",
        f"/v1/files/{file['id']}/content",
        f"/v1/files/{batch['output_file_id']}/content",
        f"{BATCHES}/{batch['id']}",
        f"{BATCHES}/{batch['id']}/results",
    ]
    for path in paths:
        check_error(await ben.ask("GET", path), 404, "not_found")
        assert (await mia.ask("GET", path)).status == 200
        assert (await server.ask("GET", path)).status == 200
    check_error(await ben.ask("POST", f"{BATCHES}/{batch['id']}/cancel"), 404, "not_found")
    check_error(await ben.ask("DELETE", f"/v1/files/{file['id']}"), 404, "not_found")
    for path in ("/v1/files", BATCHES):
        assert (await ben.ask("GET", path)).json["data"] == []
        refused = await ben.ask("GET", f"{path}?after={batch['id']}")
        check_error(refused, 400, "invalid_value", param="after")
    taken = await ben.ask("POST", BATCHES, {"endpoint": GENERATIONS, "input_file_id": file["id"]})
    check_error(taken, 400, "invalid_value", "no such file", param="input_file_id")
    assert await server.spent(ben.id) == 0


async def test_batches_are_listed_the_newest_first():
    server = Batching()
    ids = []
    for number in range(3):
        server.time += 1
        ids.append((await server.submit([make_line(number)]))["id"])
    first = (await server.ask("GET", f"{BATCHES}?limit=2")).json
    assert [each["id"] for each in first["data"]] == [ids[2], ids[1]]
    assert first["has_more"]
    rest = (await server.ask("GET", f"{BATCHES}?after={first['last_id']}")).json
    assert [each["id"] for each in rest["data"]] == [ids[0]]


async def test_cancelled_batch_begins_nothing_more():
    server = Batching()
    made = await server.submit([make_line(number) for number in range(3)])
    cancelled = await server.ask("POST", f"{BATCHES}/{made['id']}/cancel")
    assert cancelled.json["status"] == "cancelling"
    batch = await server.finish(made)
    assert batch["status"] == "cancelled"
    assert server.cloudflare.calls == []
    again = await server.ask("POST", f"{BATCHES}/{made['id']}/cancel")
    check_error(again, 400, "invalid_request", "over already")


async def test_results_come_in_the_order_in_which_they_ended():
    """Page by page, and later ones behind the last; links alone."""
    server = Batching()
    made = await server.submit([make_line(0), make_line(1, n=99), make_line(2)])
    path = f"{BATCHES}/{made['id']}/results"
    empty = (await server.ask("GET", path)).json
    assert (empty["data"], empty["next"], empty["has_more"]) == ([], None, False)
    await server.finish(made)
    seen, cursor = [], ""
    for has_more in (True, True, False):
        page = (await server.ask("GET", f"{path}?limit=1{cursor}")).json
        assert page["has_more"] is has_more
        seen += page["data"]
        cursor = f"&after={page['next']}"
    assert {(line["number"], line["status"]) for line in seen} == {
        (0, "completed"),
        (1, "failed"),
        (2, "completed"),
    }
    for line in seen:
        if line["status"] == "completed":
            (image,) = line["response"]["data"]
            assert "b64_json" not in image
            assert line["request"]["prompt"] == f"valley {line['number']}"
    assert (await server.ask("GET", f"{path}?after={page['next']}")).json["data"] == []


@pytest.mark.parametrize("inline", [False, True])
async def test_reference_images_stand_in_lines(inline: bool) -> None:
    """As data URLs, which are cut out of the input when their line is run."""
    server = Batching(resize=Resizer())
    line = make_line(0, images=[{"image_url": DATA_URL}, DATA_URL]) | {"url": "/v1/images/edits"}
    lines, endpoint = [make_line(1) | {"url": "/v1/images/edits"}, line], "/v1/images/edits"
    if inline:
        made = await server.submit(lines, endpoint=endpoint)
    else:
        file = (await server.upload("\r\n".join(map(json.dumps, lines)).encode())).json
        fields = {"endpoint": endpoint, "input_file_id": file["id"]}
        made = (await server.ask("POST", BATCHES, fields)).json
    batch = await server.finish(made)
    assert batch["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
    (call,) = server.cloudflare.calls
    assert [image[2] for image in call.images] == [PNG, PNG]


async def test_output_is_read_image_by_image():
    """However long it is, no more than one image is held."""
    server = Batching()
    batch = await server.finish(await server.submit([make_line(number) for number in range(30)]))
    gets: list[str] = []
    get = server.store.get

    async def watch(name: str) -> Any:
        gets.append(name)
        return await get(name)

    server.store.get = watch
    path = f"/v1/files/{batch['output_file_id']}/content"
    request = Request("GET", path, {"authorization": f"Bearer {KEY}"})
    response = await app.handle(request, server.services)
    assert isinstance(response.body, AsyncGenerator)
    poured = 0
    async for group in response.body:
        poured += sum(base64.b64encode(JPEG) in pour(part) for part in group)
        assert len(gets) == poured
    assert poured == 30


async def test_same_key_and_body_are_the_same_batch():
    server = Batching()
    headers = {"authorization": f"Bearer {KEY}", "idempotency-key": "one"}
    ids = set()
    for _ in range(2):
        request = Request("POST", BATCHES, headers, json.dumps(GOOD).encode())
        ids.add((await server.send(request)).json["id"])
    assert len(ids) == 1
    other = json.dumps({**GOOD, "completion_window": "72h"}).encode()
    answer = await server.send(Request("POST", BATCHES, headers, other))
    check_error(answer, 400, "invalid_value", param="Idempotency-Key")


async def test_same_key_several_times_at_once_leaves_one_batch_and_one_file():
    """All of them have kept their lines before the first one is a batch."""
    server = Batching(results=SlowStore())
    headers = {"authorization": f"Bearer {KEY}", "idempotency-key": "one"}
    request = Request("POST", BATCHES, headers, json.dumps(GOOD).encode())
    answers = await asyncio.gather(*(server.send(request) for _ in range(4)))
    assert len({answer.json["id"] for answer in answers}) == 1
    (file,) = (await server.get("/v1/files")).json["data"]
    assert file["id"] == answers[0].json["input_file_id"]
    assert [*server.store.kept] == [f"input/{file['id']}"]


async def test_input_that_was_deleted_fails_its_batch():
    server = Batching()
    made = await server.submit([make_line(0)])
    await server.ask("DELETE", f"/v1/files/{made['input_file_id']}")
    batch = await server.finish(made)
    assert batch["status"] == "failed"
    assert [error["code"] for error in batch["errors"]["data"]] == ["input_not_found"]


async def test_key_may_have_so_many_batches_at_once_and_the_owner_more() -> None:
    server = Batching()
    mia = await server.make_key()
    for number in range(creating.MOST_OPEN):
        await server.submit([make_line(number)], mia.key)
    refused = await mia.ask("POST", BATCHES, GOOD)
    check_error(refused, 429, "rate_limit_exceeded", "100 batches")
    await server.submit([make_line(0)])
    await server.engine.run(server)
    await server.submit([make_line(0)], mia.key)


async def test_key_may_keep_so_many_bytes() -> None:
    """Together; what was deleted does not count."""
    server = Batching()
    mia = await server.make_key()
    large = b"x" * 20_000_000
    ids = [(await server.upload(large, mia.key)).json["id"] for _ in range(5)]
    check_error(await server.upload(b"more", mia.key), 413, "request_too_large", "100 MB together")
    await mia.ask("DELETE", f"/v1/files/{ids[0]}")
    assert (await server.upload(b"more", mia.key)).status == 200
