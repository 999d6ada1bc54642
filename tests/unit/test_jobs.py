"""Images that are asked for now and come later."""

import base64
import json
from typing import Any

import pytest

from tests.unit.fakes.batching import KLEIN, KLEIN_PRICE, Batching
from tests.unit.fakes.bindings import Resizer
from tests.unit.fakes.cloudflare import Upstream, refusal
from tests.unit.fakes.pictures import JPEG, PNG
from tests.unit.fakes.server import GENERATIONS, KEY, Answer, check_error
from tests.unit.fakes.uploads import BOUNDARY, Request, write_form

ASYNC = {"prefer": "respond-async, wait=5", "authorization": f"Bearer {KEY}"}
EDITS = "/v1/images/edits"


async def post(server: Batching, body: Any, path: str = GENERATIONS, **headers: str) -> Answer:
    told = {**ASYNC, **{name.replace("_", "-"): value for name, value in headers.items()}}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await server.send(Request("POST", path, told, data))


async def test_image_comes_later():
    """202 with its place at once, and there the same document as ever."""
    server = Batching()
    taken = await post(server, {"prompt": "a valley", **KLEIN, "n": 2, "seed": 5})
    assert taken.status == 202
    assert taken.headers["preference-applied"] == "respond-async"
    place = taken.headers["location"]
    assert place == f"{GENERATIONS}/{taken.json['id']}"
    assert taken.json["status"] == "queued"
    assert (await server.get(place)).json == taken.json

    await server.engine.run(server)
    done = (await server.get(place)).json

    assert (done["id"], done["status"]) == (taken.json["id"], "completed")
    assert [image["seed"] for image in done["data"]] == [5, 6]
    assert base64.b64decode(done["data"][0]["b64_json"]) == JPEG
    assert done["cost"]["neurons"] == 2 * KLEIN_PRICE
    assert (await server.get("/v1/batches")).json["data"] == []
    assert server.engine.steps == ["check 0", "make 0.0", "end"]


async def test_model_that_a_key_may_not_use_is_refused_at_once():
    """As it is where somebody waits."""
    server = Batching()
    mia = await server.make_key(models=["flux-2-klein-4b"])
    key = f"Bearer {mia.key}"
    answer = await post(server, {"prompt": "a valley"}, authorization=key)
    check_error(answer, 403, "permission_denied", "may not use flux-2-dev", param="model")
    assert (await post(server, {"prompt": "a valley", **KLEIN}, authorization=key)).status == 202
    assert len(server.database.rows("batches")) == 1


async def test_image_for_later_is_no_place_in_the_list_of_batches():
    server = Batching()
    taken = await post(server, {"prompt": "a valley", **KLEIN})
    answer = await server.ask("GET", f"/v1/batches?after={taken.json['id']}")
    check_error(answer, 400, "invalid_value", "the id of a batch", param="after")


async def test_links_alone_if_they_were_asked_for():
    server = Batching()
    taken = await post(server, {"prompt": "a valley", "response_format": "url"})
    await server.engine.run(server)
    (image,) = (await server.get(taken.headers["location"])).json["data"]
    assert "b64_json" not in image
    name = image["url"].removeprefix("https://images.example.com")
    assert (await server.get(name, key=None)).status == 200


async def test_failure_is_told():
    server = Batching(Upstream(refusal(3030, "prompt was flagged"), 400))
    taken = await post(server, {"prompt": "a valley"})
    await server.engine.run(server)
    told = (await server.get(taken.headers["location"])).json
    assert (told["status"], told["error"]["code"]) == ("failed", "content_policy_violation")


async def test_it_waits_for_the_next_day():
    quota = Upstream(refusal(3036), 429)
    server = Batching(quota, Upstream())
    taken = await post(server, {"prompt": "a valley"})

    async def look(until: float) -> None:
        told.update((await server.get(taken.headers["location"])).json)

    told: dict[str, Any] = {}
    server.engine.on_wait = look
    await server.engine.run(server)
    assert told["status"] == "waiting"
    assert told["resumes_at"] % 86_400 == 0
    assert (await server.get(taken.headers["location"])).json["status"] == "completed"


async def test_bad_request_is_refused_at_once():
    """Nothing is queued that could not be made."""
    server = Batching()
    check_error(await post(server, {"prompt": ""}), 400, "invalid_value", param="prompt")
    check_error(
        await post(server, {"prompt": "a", "stream": True}), 400, "invalid_value", param="stream"
    )
    check_error(
        await post(server, {"prompt": "a"}, EDITS), 400, "missing_required_parameter", param="image"
    )
    assert server.engine.instances == {}


@pytest.mark.parametrize("large", [False, True])
async def test_reference_images_of_a_form_are_kept(large: bool):
    """Shrunk before they are, and sent as they were given."""
    resizer = Resizer()
    server = Batching(resize=resizer)
    form = write_form([("prompt", "a valley"), ("image", PNG), ("image", JPEG)])
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    taken = await post(server, form, EDITS, content_type=content_type)
    assert taken.status == 202, taken.text
    await server.engine.run(server)
    (call,) = server.cloudflare.calls
    assert [image[2] for image in call.images] == [PNG, JPEG]
    assert (await server.get(taken.headers["location"])).json["status"] == "completed"


async def test_cancelled_job_is_not_made():
    server = Batching()
    taken = await post(server, {"prompt": "a valley"})
    place = taken.headers["location"]
    cancelled = await server.ask("DELETE", place)
    assert (cancelled.status, cancelled.json["status"]) == (200, "cancelling")
    await server.engine.run(server)
    assert (await server.get(place)).json["status"] == "cancelled"
    assert server.cloudflare.calls == []
    check_error(await server.ask("DELETE", place), 400, "invalid_request", "over already")


async def test_same_key_and_body_are_the_same_job():
    """For a day; another body is refused, another caller is somebody else."""
    server = Batching()
    body = {"prompt": "a valley"}
    first = await post(server, body, idempotency_key="one")
    again = await post(server, body, idempotency_key="one")
    other = await post(server, body, idempotency_key="two")
    assert first.json["id"] == again.json["id"] != other.json["id"]
    refused = await post(server, {"prompt": "a hill"}, idempotency_key="one")
    check_error(refused, 400, "invalid_value", "another request", param="Idempotency-Key")
    mia = await server.make_key()
    hers = await post(
        server, {"prompt": "a hill"}, idempotency_key="one", authorization=f"Bearer {mia.key}"
    )
    assert hers.status == 202
    server.time += 86_401
    assert (await post(server, {"prompt": "a hill"}, idempotency_key="one")).status == 202


async def test_same_form_is_the_same_job_whatever_its_boundary():
    server = Batching()
    ids = set()
    for boundary in ("x", "yy"):
        form = write_form([("prompt", "a valley"), ("image", PNG)], boundary)
        taken = await post(
            server,
            form,
            EDITS,
            content_type=f"multipart/form-data; boundary={boundary}",
            idempotency_key="form",
        )
        ids.add(taken.json["id"])
    assert len(ids) == 1


async def test_nobody_sees_the_job_of_another():
    server = Batching()
    mia, ben = await server.make_key(), await server.make_key()
    taken = await post(server, {"prompt": "a valley"}, authorization=f"Bearer {mia.key}")
    place = taken.headers["location"]
    for method in ("GET", "DELETE"):
        check_error(await ben.ask(method, place), 404, "not_found")
    assert (await mia.ask("GET", place)).status == 200


async def test_missing_binding_is_named():
    for name in ("results", "batches", "database"):
        server = Batching()
        setattr(server.services.bindings, name, None)
        check_error(await post(server, {"prompt": "a valley"}), 400, "binding_missing")


async def test_engine_that_cannot_be_asked_leaves_nothing():
    server = Batching()
    server.engine.error = OSError("no")
    answer = await post(server, {"prompt": "a valley"}, idempotency_key="one")
    check_error(answer, 503, "storage_unavailable")
    assert server.database.rows("batches") == server.database.rows("lines") == []
    server.engine.error = None
    assert (await post(server, {"prompt": "a valley"}, idempotency_key="one")).status == 202


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("GET", "/results"), ("POST", "/cancel")])
async def test_image_for_later_is_no_batch(method, end):
    """Whatever it is inside: the paths of batches know nothing of it."""
    server = Batching()
    taken = await post(server, {"prompt": "a valley"})
    answer = await server.ask(method, f"/v1/batches/{taken.json['id']}{end}")
    check_error(answer, 404, "not_found", "There is no such batch")


async def test_image_for_later_leaves_no_files():
    """Its answer is where it was asked for, and nowhere else."""
    server = Batching()
    await post(server, {"prompt": "a valley"})
    await server.engine.run(server)
    assert (await server.get("/v1/files")).json["data"] == []


@pytest.mark.parametrize(
    "change", ["UPDATE keys SET disabled = 1", "UPDATE keys SET hash = 'x'", "DELETE FROM keys"]
)
async def test_key_that_was_ended_elsewhere_asks_for_nothing_more(change):
    """At once, though this isolate has seen it a moment ago: nothing is begun that runs later."""
    server = Batching()
    friend = await server.make_key()
    bearer = {"authorization": f"Bearer {friend.key}"}
    assert (await post(server, {"prompt": "a valley"}, **bearer)).status == 202
    server.database.connection.execute(change)
    answer = await post(server, {"prompt": "a valley"}, **bearer)
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_api_key")
    assert len(server.database.rows("batches")) == 1


async def test_repeated_request_is_told_what_has_become_of_it():
    """Its images are where it says."""
    server = Batching()
    body = {"prompt": "a valley", **KLEIN}
    taken = await post(server, body, idempotency_key="one")
    queued = await post(server, body, idempotency_key="one")
    assert (queued.status, queued.json["status"]) == (202, "queued")
    await server.engine.run(server)
    done = await post(server, body, idempotency_key="one")
    assert (done.status, done.json["status"]) == (202, "completed")
    assert done.json["id"] == taken.json["id"]
