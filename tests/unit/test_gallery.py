"""Images that are kept for whoever asked for them, where `KEEP_IMAGES` says so."""

import json
from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from flux2.days import DAY
from flux2.gallery import prune
from flux2.settings import Settings
from tests.unit.fakes import JPEG, Request, Store, Upstream, check_error, data_url, refusal
from tests.unit.fakes.batching import Batching, make_line
from tests.unit.fakes.bindings import Bindings
from tests.unit.fakes.server import ENVIRONMENT, GENERATIONS, KEY
from tests.unit.fakes.sharing import Deployment

KEPT = "/v1/images/kept"


def settings(days):
    return Settings.read([*ENVIRONMENT, "KEEP_IMAGES"], {**ENVIRONMENT, "KEEP_IMAGES": days}.get)


def make_server(*answers, days="30", kind=Deployment, **rest):
    rest.setdefault("results", Store())
    return kind(*answers, settings=settings(days), **rest)


async def draw(server, key=KEY, **fields):
    answer = await server.ask("POST", GENERATIONS, {"prompt": "a valley", **fields}, key)
    assert answer.status == 200, answer.text
    return answer


async def listed(server, query="", key=KEY):
    answer = await server.ask("GET", KEPT + query, key=key)
    assert answer.status == 200, answer.text
    return answer.json


def told(server):
    return [line["event"] for line in map(json.loads, server.logged)]


async def test_image_is_kept_and_listed():
    """With all that it was made from, and a link by which anybody can fetch it."""
    server = make_server()
    answer = await draw(server, seed=7, guidance=3.5, images=[data_url()])
    (made,) = answer.json["data"]

    (image,) = (await listed(server))["data"]

    assert image == {
        "id": made["kept_id"],
        "object": "image",
        "created_at": server.time,
        "expires_at": server.time + 30 * DAY,
        "url": image["url"],
        "request_id": answer.headers["x-request-id"],
        "prompt": "a valley",
        "model": answer.json["model"],
        "size": "1024x1024",
        "steps": 25,
        "guidance": 3.5,
        "seed": 7,
        "references": 1,
        "output_format": "jpeg",
        "cost": answer.json["cost"],
    }
    fetched = await server.send(Request("GET", urlsplit(image["url"]).path, {}))
    assert fetched.headers["content-type"] == "image/jpeg"
    assert fetched.text == JPEG.decode(errors="replace")
    assert server.services.bindings.results.seconds == [30 * DAY]


async def test_without_the_setting_nothing_is_kept():
    """It is the owner's to say."""
    server = make_server(days="")
    (made,) = (await draw(server)).json["data"]
    assert "kept_id" not in made
    assert (await listed(server))["data"] == []
    assert server.services.bindings.results.kept == {}


async def test_link_lives_as_long_as_images_are_kept():
    """One copy serves both."""
    server = make_server()
    (made,) = (await draw(server, response_format="url")).json["data"]
    (image,) = (await listed(server))["data"]
    assert image["url"] == made["url"]
    assert server.services.bindings.results.seconds == [30 * DAY]


async def test_events_tell_the_id():
    """As the document does."""
    server = make_server()
    answer = await draw(server, stream=True, n=2)
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line[:5] == "data:"]
    ids = [image["id"] for image in (await listed(server))["data"]]
    assert sorted(event["kept_id"] for event in events) == sorted(ids)


@pytest.mark.parametrize("door", ["/v1/chat/completions", "/mcp"])
async def test_other_doors_keep_as_well(door):
    """A gallery is one place for all of it."""
    server = make_server()
    body = {"messages": [{"role": "user", "content": "a valley"}]}
    if door == "/mcp":
        params = {"name": "generate_image", "arguments": {"prompt": "a valley"}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = await server.ask("POST", door, body)
    assert answer.status == 200, answer.text
    (image,) = (await listed(server))["data"]
    assert image["prompt"] == "a valley"


async def test_images_of_a_request_belong_together():
    """Those that came."""
    server = make_server(Upstream(), Upstream(), Upstream(refusal(3030, "flagged"), 400))
    answer = await draw(server, n=3, seed=5)
    images = (await listed(server))["data"]
    assert {image["request_id"] for image in images} == {answer.headers["x-request-id"]}
    seeds = [each["seed"] for each in answer.json["data"]]
    assert sorted(image["seed"] for image in images) == seeds


async def test_list_is_turned_page_by_page():
    """As OpenAI's lists are, the newest first."""
    server = make_server()
    for seed in range(5):
        await draw(server, seed=seed)

    pages = [await listed(server, "?limit=2")]
    while pages[-1]["has_more"]:
        pages.append(await listed(server, f"?limit=2&after={pages[-1]['last_id']}"))

    assert [[image["seed"] for image in page["data"]] for page in pages] == [[4, 3], [2, 1], [0]]
    assert all(page["first_id"] == page["data"][0]["id"] for page in pages)


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ("?limit=0", "invalid_value", "limit"),
        ("?limit=101", "invalid_value", "limit"),
        ("?deleted=yes", "invalid_value", "deleted"),
        (f"?after=img_{1:032x}", "invalid_value", "after"),
        ("?order=asc", "unsupported_parameter", "order"),
    ],
)
async def test_query_that_breaks_a_rule_is_refused(query, code, param):
    """By its name."""
    answer = await make_server().ask("GET", KEPT + query)
    check_error(answer, 400, code, param, param=param)


async def test_nobody_sees_what_is_somebody_elses():
    """Neither another caller nor the owner: their galleries are their own."""
    server = make_server()
    mia, tom = await server.make_key(), await server.make_key()
    (made,) = (await draw(server, mia.key)).json["data"]
    path = f"{KEPT}/{made['kept_id']}"

    assert len((await listed(server, key=mia.key))["data"]) == 1
    for key in (tom.key, KEY):
        assert (await listed(server, key=key))["data"] == []
        answer = await server.ask("GET", f"{KEPT}?after={made['kept_id']}", key=key)
        check_error(answer, 400, "invalid_value", "after", param="after")
        for method in ("GET", "DELETE"):
            check_error(await server.ask(method, path, key=key), 404, "not_found", "no such image")
    assert (await mia.ask("GET", path)).json["id"] == made["kept_id"]


@pytest.mark.parametrize("fields", [{}, {"response_format": "url"}], ids=["base64", "url"])
async def test_image_that_is_deleted_is_gone(fields):
    """Its bytes, its prompt, its link."""
    server = make_server()
    await draw(server, **fields)
    (image,) = (await listed(server))["data"]

    answer = await server.ask("DELETE", f"{KEPT}/{image['id']}")

    assert answer.json == {"id": image["id"], "object": "image", "deleted": True}
    assert (await listed(server))["data"] == []
    assert server.services.bindings.results.kept == {}
    assert "a valley" not in str(server.database.rows("images"))
    for method in ("GET", "DELETE"):
        again = await server.ask(method, f"{KEPT}/{image['id']}")
        check_error(again, 404, "not_found", "no such image")


async def test_deleted_image_is_told_as_news():
    """So whoever has looked before hears of it, without going through all of the list."""
    server = make_server()
    for seed in range(3):
        await draw(server, seed=seed)
    images = (await listed(server))["data"]
    await server.ask("DELETE", f"{KEPT}/{images[2]['id']}")
    await draw(server, seed=3)

    page = await listed(server, "?deleted=true")

    assert [image.get("seed") for image in page["data"]] == [3, None, 2, 1]
    assert page["data"][1] == {"id": images[2]["id"], "object": "image", "deleted": True}
    rest = await listed(server, f"?deleted=true&after={images[2]['id']}")
    assert [image["seed"] for image in rest["data"]] == [2, 1]


async def test_image_whose_time_is_over_is_not_there():
    """To the second, whether or not it has been pruned; and at night it goes."""
    server = make_server(days="1")
    (made,) = (await draw(server)).json["data"]
    server.time += DAY - 1
    await prune(server.services)
    assert len((await listed(server))["data"]) == 1
    server.time += 1
    assert (await listed(server))["data"] == []
    answer = await server.ask("GET", f"{KEPT}/{made['kept_id']}")
    check_error(answer, 404, "not_found", "no such image")

    server.time += 1
    await prune(server.services)

    assert server.database.rows("images") == []
    assert [event for event in told(server) if event == "images_pruned"] == ["images_pruned"] * 2


async def test_places_are_never_given_again():
    """Or somebody who knows the newest one would miss what came behind it."""
    server = make_server(days="1")
    await draw(server)
    (before,) = server.database.rows("images")
    server.time += 2 * DAY
    await prune(server.services)
    await draw(server)
    (after,) = server.database.rows("images")
    assert after["position"] > before["position"]


async def test_two_days_are_pruned_at_once():
    """As of everything that is pruned."""
    server = make_server(days="1")
    for _ in range(6):
        await draw(server)
        server.time += DAY
    server.time += 60 * DAY
    left = []
    for _ in range(4):
        await prune(server.services)
        left.append(len(server.database.rows("images")))
    assert left == [4, 2, 0, 0]


@pytest.mark.parametrize("error", [OSError("D1_ERROR"), TimeoutError("slow")])
async def test_pruning_that_fails_is_told(error):
    """And left for the next time."""
    server = make_server()
    server.database.error = error
    await prune(server.services)
    assert told(server) == ["images_not_pruned"]


async def test_pruning_without_a_database_does_nothing():
    """There is nothing to prune."""
    server = make_server()
    server.services.bindings.database = None
    await prune(server.services)
    assert server.logged == []


async def test_storage_that_fails_costs_no_image():
    """It is told in the log, and there is nothing to list."""
    server = make_server(results=Store(OSError("KV put() limit exceeded for the day")))
    (made,) = (await draw(server)).json["data"]
    assert "kept_id" not in made
    assert made["b64_json"]
    assert (await listed(server))["data"] == []
    assert "image_not_stored" in told(server)


async def test_database_that_fails_costs_no_image():
    """Its id is told before that is known."""
    server = make_server()
    server.database.error = OSError("D1_ERROR: secret prompt")
    (made,) = (await draw(server)).json["data"]
    server.database.error = None
    assert made["b64_json"]
    assert (await listed(server))["data"] == []
    assert "image_not_listed" in told(server)
    assert "secret prompt" not in "".join(server.logged)


async def test_database_that_fails_is_told_to_who_lists():
    """With the row of the table."""
    server = make_server()
    server.database.error = OSError("D1_ERROR")
    answer = await server.ask("GET", KEPT)
    check_error(answer, 503, "storage_unavailable", "Try again")


@pytest.mark.parametrize("lacking", ["results", "database"])
async def test_what_is_not_bound_costs_no_image(lacking):
    """`/health` tells of it; nothing is kept."""
    server = make_server()
    bindings = replace(server.services.bindings, **{lacking: None})
    server.services = replace(server.services, bindings=bindings)

    (made,) = (await draw(server)).json["data"]

    assert "kept_id" not in made
    name = {"results": "the KV namespace RESULTS", "database": "the D1 database DB"}[lacking]
    health = (await server.ask("GET", "/health")).json
    assert health["problems"] == [f"KEEP_IMAGES needs {name}, which is not bound"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_without_a_database_there_is_no_list(method):
    """It is named."""
    server = make_server()
    server.services = replace(server.services, bindings=Bindings(results=Store()))
    path = KEPT if method == "GET" else f"{KEPT}/img_{1:032x}"
    check_error(await server.ask(method, path), 400, "binding_missing", "D1 database DB")


async def test_without_storage_nothing_can_be_deleted():
    """Or the image would outlive its row."""
    server = make_server()
    (made,) = (await draw(server)).json["data"]
    bindings = replace(server.services.bindings, results=None)
    server.services = replace(server.services, bindings=bindings)
    answer = await server.ask("DELETE", f"{KEPT}/{made['kept_id']}")
    check_error(answer, 400, "binding_missing", "KV namespace RESULTS")


@pytest.mark.parametrize("days", ["366", "-1", "1.5", "a week", "1000"])
async def test_setting_that_is_none_is_told(days):
    """By its name and the rule, and nothing is made."""
    server = make_server(days=days)
    rule = "KEEP_IMAGES must be a whole number of days, at most 365, or 0"
    assert (await server.ask("GET", "/health")).json["problems"] == [rule]
    answer = await server.ask("POST", GENERATIONS, {"prompt": "a valley"})
    check_error(answer, 500, "configuration_error", rule)
    assert server.cloudflare.calls == []


@pytest.mark.parametrize(("days", "told"), [("", 0), ("0", 0), ("1", 1), ("365", 365)])
async def test_own_key_tells_for_how_long(days, told):
    """Whoever has a key should know that what they make is kept."""
    server = make_server(days=days)
    mia = await server.make_key()
    assert (await mia.ask("GET", "/v1/key")).json["images_kept_days"] == told


async def test_own_key_tells_nothing_that_cannot_be():
    """Without storage nothing is kept, whatever the setting says."""
    server = make_server()
    bindings = replace(server.services.bindings, results=None)
    server.services = replace(server.services, bindings=bindings)
    assert (await server.ask("GET", "/v1/key")).json["images_kept_days"] == 0


async def test_batches_keep_their_own():
    """Their results are listed where they are."""
    server = make_server(kind=Batching)
    await server.finish(await server.submit([make_line(0)]))
    assert (await listed(server))["data"] == []


async def test_list_does_not_hold_what_others_wait_for():
    """One statement a page, another for where it begins."""
    server = make_server()
    for seed in range(3):
        await draw(server, seed=seed)
    first = await listed(server, "?limit=1")
    before = len(server.database.statements)
    await listed(server, f"?limit=1&after={first['last_id']}")
    assert len(server.database.statements) - before == 2
    assert all(a != b for a, b in pairwise(server.database.statements[before:]))
