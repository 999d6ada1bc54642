"""Batches, from their lines to their output."""

import base64
import json

import pytest

from tests.unit.fakes.batching import KLEIN_PRICE, Batching, make_line
from tests.unit.fakes.pictures import JPEG, PNG
from tests.unit.fakes.server import GENERATIONS, KEY, check_error
from tests.unit.fakes.uploads import Request


async def test_lines_of_a_file_are_made():
    """Uploaded, made, and read: each image as base64 and as a link."""
    server = Batching()
    content = "\n".join(json.dumps(make_line(number)) for number in range(3)).encode()
    file = (await server.upload(content)).json
    assert (file["bytes"], file["filename"], file["purpose"]) == (len(content), "a.jsonl", "batch")
    made = await server.ask(
        "POST",
        "/v1/batches",
        {"input_file_id": file["id"], "endpoint": GENERATIONS, "completion_window": "24h"},
    )
    assert (made.status, made.json["status"]) == (200, "validating")

    batch = await server.finish(made.json)

    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": 3, "completed": 3, "failed": 0}
    assert batch["cost"]["neurons"] == 3 * KLEIN_PRICE
    assert batch["error_file_id"] is None
    output = await server.read(batch["output_file_id"])
    assert [line["custom_id"] for line in output] == ["line-0", "line-1", "line-2"]
    for line in output:
        (image,) = line["response"]["body"]["data"]
        assert base64.b64decode(image["b64_json"]) == JPEG
        name = image["url"].removeprefix("https://images.example.com")
        assert (await server.get(name, key=None)).status == 200
    told = (await server.get(f"/v1/files/{batch['output_file_id']}")).json
    text = (await server.get(f"/v1/files/{batch['output_file_id']}/content")).text
    assert told["bytes"] == len(text.encode())
    assert [images for _, images, _, _ in server.written()] == [1, 1, 1]


async def test_line_that_breaks_a_rule_goes_to_the_error_file():
    """With its error; the others run, and nothing is paid for it."""
    server = Batching()
    lines = [make_line(0), make_line(1, size="9x9"), make_line(0), {"custom_id": "x"}, make_line(4)]
    batch = await server.finish(await server.submit(lines))

    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": 5, "completed": 2, "failed": 3}
    errors = {
        line["custom_id"]: line["response"]["body"]["error"]
        for line in await server.read(batch["error_file_id"])
    }
    assert errors["line-1"]["param"] == "size"
    assert errors[None]["param"] == "custom_id"
    assert errors["x"]["param"] == "body"
    assert len(server.cloudflare.calls) == 2


async def test_name_of_a_line_is_no_image():
    """It would be told again, and a data URL stays outside Python."""
    server = Batching()
    lines = [make_line(0), {**make_line(1), "custom_id": "data:image/png;base64,AAAA"}]
    batch = await server.finish(await server.submit(lines))
    assert batch["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
    (line,) = await server.read(batch["error_file_id"])
    error = line["response"]["body"]["error"]
    assert (line["custom_id"], error["param"]) == (None, "custom_id")
    assert error["message"].startswith("Line 2: custom_id takes no image")


async def test_text_that_looks_like_the_place_of_an_image_stays_as_it_is():
    server = Batching()
    odd = 'x \0image:0 "\0image:0" y'
    image = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    lines = [make_line(0, prompt=odd), make_line(1, images=[image])]
    batch = await server.finish(await server.submit(lines))
    assert batch["request_counts"] == {"total": 2, "completed": 2, "failed": 0}
    prompts = [dict(call.fields)["prompt"] for call in server.cloudflare.calls]
    assert odd in prompts


async def test_number_that_json_cannot_write_is_named_where_it_was_sent():
    server = Batching()
    body = {"endpoint": GENERATIONS, "requests": [make_line(0), make_line(1, prompt={"a": 0.5})]}
    text = json.dumps(body).replace("0.5", "1e400").encode()
    answer = await server.send(
        Request("POST", "/v1/batches", {"authorization": f"Bearer {KEY}"}, text)
    )
    check_error(answer, 400, "invalid_value", "requests[1]", "too large", param="requests")
    assert (await server.get("/v1/files")).json["data"] == []


@pytest.mark.parametrize("content", [b"\xff\xd8 this is no JSON", b"", b"\n\n", b"[1]\n2\n"])
async def test_file_that_is_no_jsonl_fails(content):
    """As a whole, with what is wrong of each line; nothing is asked for."""
    server = Batching()
    file = (await server.upload(content)).json
    made = await server.ask(
        "POST", "/v1/batches", {"input_file_id": file["id"], "endpoint": GENERATIONS}
    )
    batch = await server.finish(made.json)
    assert batch["status"] == "failed"
    assert batch["failed_at"]
    for error in batch["errors"]["data"]:
        assert error["code"] in ("invalid_json", "empty_file")
    assert server.cloudflare.calls == []


async def test_no_more_than_four_at_once():
    server = Batching()
    batch = await server.finish(await server.submit([make_line(n) for n in range(12)]))
    assert batch["request_counts"]["completed"] == 12
    assert server.cloudflare.most_open == 4


async def test_odd_lines_are_read():
    """Behind a mark of Unicode, with blank lines, long ones, and names that are not given."""
    server = Batching()
    long = [make_line(number, prompt="圖" * 30_000, user="x" * 100_000) for number in range(30)]
    plain = {"custom_id": "null", "method": None, "url": None, "body": long[0]["body"]}
    lines = [json.dumps(line, ensure_ascii=False) for line in (*long, plain)]
    content = "\ufeff" + "\n\n  \r\n".join(lines) + "\n" * 9_000_000 + "{}"
    file = (await server.upload(content.encode())).json
    made = await server.ask(
        "POST", "/v1/batches", {"input_file_id": file["id"], "endpoint": GENERATIONS}
    )
    batch = await server.finish(made.json)
    assert batch["request_counts"] == {"total": 32, "completed": 31, "failed": 1}
    longest = max(len(row["body"] or "") for row in server.database.rows("lines"))
    assert longest < 31_000
    (error,) = await server.read(batch["error_file_id"])
    assert error["response"]["body"]["error"]["message"].startswith("Line 32: custom_id")


async def test_image_that_is_gone_is_told_and_the_others_are_read():
    server = Batching()
    batch = await server.finish(await server.submit([make_line(number) for number in range(3)]))
    name = next(name for name in server.store.kept if name.startswith("text/"))
    del server.store.kept[name]
    lines = await server.read(batch["output_file_id"])
    assert len(lines) == 3
    (gone,) = [line for line in lines if line["error"]]
    assert (gone["error"]["code"], gone["response"]) == ("image_not_found", None)
