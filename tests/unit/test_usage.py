"""`/v1/organization/usage/images` and `/v1/organization/costs`: what was used, and its cost."""

import json
from hashlib import sha256
from typing import Any

import pytest

from tests.unit.fakes import KEY, NOW, Answer, Database, Request, Server, check_error, events

IMAGES, COSTS = "/v1/organization/usage/images", "/v1/organization/costs"
BOTH = pytest.mark.parametrize("path", [IMAGES, COSTS])
DAY, HOUR, MINUTE = 86_400, 3600, 60
TODAY = int(NOW) // DAY
MIDNIGHT = TODAY * DAY
DEV, KLEIN = "@cf/black-forest-labs/flux-2-dev", "@cf/black-forest-labs/flux-2-klein-4b"
NEURON = 1_000_000
ALL = {"api_key_id": None, "model": None, "size": None, "source": None}
MIA, TOM = "key_mia", "key_tom"


def insert(database: Database, table: str, **row: Any) -> None:
    marks = ", ".join("?" * len(row))
    sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
    database.connection.execute(sql, list(row.values()))


def add_day(database: Database, day: int = TODAY, **changes: Any) -> None:
    row = {"day": day, "key_id": "owner", "model": DEV, "size": "1024x1024"}
    row |= {"source": "image.generation", "requests": 1, "images": 1, "micros": 3750 * NEURON}
    insert(database, "days", **(row | changes))


def add_request(database: Database, at: int, **changes: Any) -> None:
    number = len(database.rows("requests"))
    row = {"at": at, "id": f"req_{number}", "key_id": "owner", "model": DEV, "size": "1024x1024"}
    row |= {"steps": 25, "source": "image.generation", "images": 1, "micros": 3750 * NEURON}
    insert(database, "requests", **(row | {"result": "ok"} | changes))


async def ask(server: Server, path: str, query: str) -> Answer:
    return await server.send(Request("GET", path, {"authorization": f"Bearer {KEY}"}, query=query))


async def read(database: Database, path: str, query: str) -> Any:
    answer = await ask(Server(database=database), path, query)
    assert answer.status == 200, answer.text
    return answer.json


async def read_results(database: Database, query: str, path: str = IMAGES) -> list[Any]:
    """Those of today."""
    page = await read(database, path, f"start_time={MIDNIGHT}&{query}")
    (bucket,) = page["data"]
    return bucket["results"]


def pick(results: list[Any], *names: str) -> list[Any]:
    return [tuple(result[name] for name in names) for result in results]


async def test_usage_of_days_has_openai_s_shape():
    """Days side by side, also the empty ones; without groups a day is one result."""
    database = Database()
    add_day(database, TODAY - 2, images=2, requests=3)
    add_day(database, TODAY - 2, key_id=MIA, images=5, requests=5)
    add_day(database, TODAY)

    page = await read(database, IMAGES, f"start_time={MIDNIGHT - 2 * DAY}")

    assert (page["object"], page["has_more"], page["next_page"]) == ("page", False, None)
    assert [bucket["start_time"] for bucket in page["data"]] == [
        MIDNIGHT - 2 * DAY,
        MIDNIGHT - DAY,
        MIDNIGHT,
    ]
    assert [b["end_time"] - b["start_time"] for b in page["data"]] == [DAY] * 3
    first, second, third = (bucket["results"] for bucket in page["data"])
    assert first == [
        {
            "object": "organization.usage.images.result",
            "images": 7,
            "num_model_requests": 8,
            "project_id": None,
            "user_id": None,
            **ALL,
        }
    ]
    assert second == []
    assert pick(third, "images") == [(1,)]


async def test_costs_have_openai_s_shape():
    """Dollars, from whole millionths of neurons; the number of images stands beside a model."""
    database = Database()
    add_day(database, images=3, micros=3 * 3750 * NEURON)
    add_day(database, model=KLEIN, images=2, micros=208_400_000)

    (whole,) = await read_results(database, "", COSTS)
    by_model = await read_results(database, "group_by=line_item", COSTS)

    assert whole == {
        "object": "organization.costs.result",
        "amount": {"value": 0.1260424, "currency": "usd"},
        "line_item": None,
        "quantity": None,
        "quantity_unit": None,
        "project_id": None,
        "user_id": None,
        "api_key_id": None,
        "api_source": None,
    }
    assert pick(by_model, "line_item", "quantity", "quantity_unit") == [
        (DEV, 3, "images"),
        (KLEIN, 2, "images"),
    ]
    assert [each["amount"]["value"] for each in by_model] == [0.12375, 0.0022924]


async def test_usage_of_hours_and_minutes_comes_from_single_requests():
    """Each bucket holds what began in it; the second in which it ends is the next one's."""
    database = Database()
    for at in (MIDNIGHT, MIDNIGHT + HOUR - 1, MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR):
        add_request(database, at)
    add_request(database, MIDNIGHT + HOUR, images=0, result="upstream_error")
    span = f"start_time={MIDNIGHT}&end_time={MIDNIGHT + 2 * HOUR}"

    hours = await read(database, IMAGES, f"{span}&bucket_width=1h")
    minutes = await read(database, IMAGES, f"{span}&bucket_width=1m&limit=1440")

    assert [pick(b["results"], "images", "num_model_requests") for b in hours["data"]] == [
        [(2, 2)],
        [(1, 2)],
    ]
    assert len(minutes["data"]) == 120
    used = {b["start_time"]: b["results"][0]["images"] for b in minutes["data"] if b["results"]}
    assert used == {MIDNIGHT: 1, MIDNIGHT + 59 * MINUTE: 1, MIDNIGHT + HOUR: 1}


@pytest.mark.parametrize("width", ["1d", "1h"])
@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("api_key_id", [MIA, "owner"]),
        ("model", [DEV, KLEIN]),
        ("size", ["1024x1024", "256x256"]),
        ("source", ["image.edit", "image.generation"]),
    ],
)
async def test_usage_is_grouped_by(width, group, values):
    """Each of what there is; what was not asked for is null."""
    database = Database()
    others = {"key_id": MIA, "model": KLEIN, "size": "256x256", "source": "image.edit"}
    for changes in ({}, others):
        add_day(database, **changes)
        add_request(database, int(NOW), **changes)

    query = f"start_time={int(NOW)}&bucket_width={width}&group_by={group}"
    (bucket,) = (await read(database, IMAGES, query))["data"]

    assert [result[group] for result in bucket["results"]] == values
    for result in bucket["results"]:
        assert {name: result[name] for name in ALL} == {**ALL, group: result[group]}


@pytest.mark.parametrize(
    "query",
    [
        "group_by=model&group_by=api_key_id",
        "group_by[]=model&group_by[]=api_key_id",
        "group_by%5B%5D=model&group_by%5B%5D=api_key_id",
        "group_by[0]=model&group_by[1]=api_key_id",
        "group_by=model,api_key_id",
    ],
)
async def test_list_may_be_written_in_usual_ways(query):
    """OpenAI's clients write brackets, its documents do not, and some write commas."""
    database = Database()
    add_day(database)
    add_day(database, key_id=MIA)
    add_day(database, key_id=MIA, size="256x256")

    results = await read_results(database, query)

    assert pick(results, "model", "api_key_id", "images") == [(DEV, MIA, 2), (DEV, "owner", 1)]


@pytest.mark.parametrize(
    ("query", "images"),
    [
        (f"api_key_ids={MIA}", 2),
        (f"api_key_ids={MIA}&api_key_ids=owner", 3),
        ("api_key_ids=nobody", None),
        ("api_key_ids=user_ids", None),
        (f"models={DEV}", 1),
        ("models=FLUX.2-klein-4b", 6),
        ("models=flux-2-klein-4b,dall-e-3", 7),
        ("models=flux-1-retired", 8),
        ("models=flux-3", None),
        ("sizes=256x256", 2),
        ("sources=image.edit", 4),
        ("sources=image.variation", None),
        (f"sources=image.edit&api_key_ids={MIA}", None),
        ("models=&sizes=&page=&end_time=", 15),
    ],
)
async def test_usage_is_filtered_by(query, images):
    """What has any of the values of each list. A model may be called as in a request, and may be
    one that is here no more."""
    database = Database()
    add_day(database)
    add_day(database, key_id=MIA, model=KLEIN, size="256x256", images=2)
    add_day(database, key_id=TOM, model=KLEIN, source="image.edit", images=4)
    add_day(database, key_id=TOM, model="flux-1-retired", images=8)

    results = await read_results(database, query)

    assert pick(results, "images") == ([] if images is None else [(images,)])


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (f"api_key_ids={MIA}", 0.0825),
        ("line_items=flux-2-dev", 0.04125),
        ("line_items=flux-3", None),
        ("group_by=api_key_id&line_items=flux-2-klein-4b", 0.0825),
    ],
)
async def test_costs_are_filtered_by(query, value):
    """A line item is a model."""
    database = Database()
    add_day(database)
    add_day(database, key_id=MIA, model=KLEIN, micros=7500 * NEURON)

    results = await read_results(database, query, COSTS)

    assert [each["amount"]["value"] for each in results] == ([] if value is None else [value])


async def test_filter_may_have_more_values_than_d1_binds():
    """Which are 100."""
    database = Database()
    add_day(database, key_id="key_499")
    query = "&".join(f"api_key_ids[]=key_{number}" for number in range(500))

    assert pick(await read_results(database, query), "images") == [(1,)]


async def test_value_is_no_sql():
    """Whatever it says, it is compared."""
    database = Database()
    add_day(database, key_id="'); DROP TABLE days; --")

    results = await read_results(database, "api_key_ids=');+DROP+TABLE+days;+--")

    assert pick(results, "images") == [(1,)]


async def test_first_and_last_bucket_are_whole():
    """Though the time that was asked for begins and ends inside them."""
    database = Database()
    for day in range(TODAY - 3, TODAY + 1):
        add_day(database, day)
    start, end = MIDNIGHT - 2 * DAY + 1, MIDNIGHT - 1

    page = await read(database, IMAGES, f"start_time={start}&end_time={end}")

    begins = [MIDNIGHT - 2 * DAY, MIDNIGHT - DAY]
    assert [bucket["start_time"] for bucket in page["data"]] == begins
    assert [pick(bucket["results"], "images") for bucket in page["data"]] == [[(1,)], [(1,)]]


async def test_end_is_not_included():
    """A day that ends at midnight is the last one."""
    page = await read(Database(), IMAGES, f"start_time={MIDNIGHT - DAY}&end_time={MIDNIGHT}")

    assert [bucket["start_time"] for bucket in page["data"]] == [MIDNIGHT - DAY]


@pytest.mark.parametrize(
    ("path", "width", "seconds", "usual", "most"),
    [
        (IMAGES, "1d", DAY, 7, 31),
        (IMAGES, "1h", HOUR, 24, 168),
        (IMAGES, "1m", MINUTE, 60, 1440),
        (COSTS, "1d", DAY, 7, 180),
    ],
)
async def test_page_has_as_many_buckets_as_openai_s(path, width, seconds, usual, most):
    """By default, and at most."""
    start = int(NOW) - 190 * seconds if width == "1d" else int(NOW) - 60 * DAY
    query = f"start_time={start}&bucket_width={width}"

    for limit, count in (("", usual), (f"&limit={most}", most), ("&limit=1", 1)):
        page = await read(Database(), path, query + limit)
        assert (len(page["data"]), page["has_more"]) == (count, True)
    answer = await ask(Server(database=Database()), path, f"{query}&limit={most + 1}")
    check_error(answer, 400, "invalid_value", str(most), param="limit")


async def test_pages_lead_through_all_buckets():
    """Each once, each in its order, and the last page says that it is the last."""
    database = Database()
    for day in range(TODAY - 9, TODAY + 1):
        add_day(database, day, images=day)
    query = f"start_time={MIDNIGHT - 9 * DAY + 5}&limit=4"

    pages = [await read(database, IMAGES, query)]
    while pages[-1]["has_more"]:
        pages.append(await read(database, IMAGES, f"{query}&page={pages[-1]['next_page']}"))

    assert [len(page["data"]) for page in pages] == [4, 4, 2]
    assert pages[-1]["next_page"] is None
    days = [bucket["results"][0]["images"] for page in pages for bucket in page["data"]]
    assert days == [*range(TODAY - 9, TODAY + 1)]


@pytest.mark.parametrize(
    "page",
    ["x", "null", "page_", "page_xyz", f"page_{MIDNIGHT + 1:x}", f"page_{MIDNIGHT - 9 * DAY:x}",
     f"page_{MIDNIGHT - 2 * DAY:x}", f"page_{MIDNIGHT + DAY:x}"],
)  # fmt: skip
async def test_page_that_nobody_was_told_of_is_refused(page):
    """It is no `next_page`, or one of other parameters."""
    query = f"start_time={MIDNIGHT - 2 * DAY}&limit=1&page={page}"

    answer = await ask(Server(database=Database()), IMAGES, query)

    check_error(answer, 400, "invalid_value", "next_page", param="page")


@BOTH
async def test_one_statement_answers(path):
    """However many buckets and groups there are."""
    database = Database()
    for day in range(5):
        add_day(database, TODAY - day)
    group = "model" if path == IMAGES else "line_item"

    await read(database, path, f"start_time=0&limit=30&group_by={group}&group_by=api_key_id")

    assert len(database.statements) == 1


@BOTH
@pytest.mark.parametrize(
    ("query", "code", "param", "words"),
    [
        ("", "missing_required_parameter", "start_time", "start_time is required."),
        ("start_time=", "missing_required_parameter", "start_time", "required"),
        ("start_time=x", "invalid_value", "start_time", 'an integer from 0 to 9999999999, not "x"'),
        ("start_time=1_0", "invalid_value", "start_time", "integer"),
        ("start_time=-1", "invalid_value", "start_time", "not -1."),
        ("start_time=1800000000000", "invalid_value", "start_time", "not 1800000000000."),
        ("start_time=1&start_time=2", "invalid_value", "start_time", "must be given once"),
        ("start_time=5&end_time=5", "invalid_value", "start_time", "must be before end_time"),
        ("start_time=1900000000", "invalid_value", "start_time", "now by default"),
        ("start_time=1&limit=0", "invalid_value", "limit", "from 1 to"),
        ("start_time=1&bucket_width=1w", "invalid_value", "bucket_width", '1d, not "1w".'),
        ("start_time=1&group_by=day", "invalid_value", "group_by", "one of api_key_id, "),
        ("start_time=1&group_by=user_id", "unsupported_parameter", "group_by", "no users here"),
        ("start_time=1&group_by[]=project_id", "unsupported_parameter", "group_by", "no projects"),
        ("start_time=1&user_ids[]=a", "unsupported_parameter", "user_ids", "no users here"),
        ("start_time=1&project_ids=a", "unsupported_parameter", "project_ids", "no projects here"),
        ("start_time=1&model=x", "unsupported_parameter", "model", "there are start_time, "),
        (
            "start_time=1&x[]=1",
            "unsupported_parameter",
            "x[]",
            "x[] is no parameter here; there are",
        ),
    ],
)
async def test_wrong_parameter_is_refused(path, query, code, param, words):
    """With its name and its rule, also one that is unknown: a filter must not be ignored."""
    answer = await ask(Server(database=Database()), path, query)

    check_error(answer, 400, code, words, param=param)


async def test_costs_have_days_only():
    """As OpenAI's."""
    query = f"start_time={MIDNIGHT}&bucket_width=1h"

    answer = await ask(Server(database=Database()), COSTS, query)

    check_error(answer, 400, "invalid_value", 'must be 1d, not "1h"', param="bucket_width")


@pytest.mark.parametrize("width", ["1h", "1m"])
async def test_time_of_which_no_requests_are_kept_is_refused(width):
    """Zeros would say that nothing was used; of days there are sums."""
    oldest = MIDNIGHT - 90 * DAY
    server = Server(database=Database())

    answer = await ask(server, IMAGES, f"start_time={oldest - 1}&bucket_width={width}")
    kept = await ask(server, IMAGES, f"start_time={oldest}&bucket_width={width}")

    check_error(answer, 400, "invalid_value", f"at least {oldest}", "90 days", param="start_time")
    assert kept.status == 200


@BOTH
async def test_usage_needs_the_database(path):
    """Which has a name."""
    answer = await ask(Server(), path, "start_time=1")

    check_error(answer, 400, "binding_missing", "DB")


@BOTH
async def test_usage_with_a_database_that_fails_is_unavailable(path):
    """For a moment."""
    server = Server(database=Database(OSError("D1_ERROR")))

    answer = await ask(server, path, "start_time=1")

    check_error(answer, 503, "storage_unavailable")
    assert answer.headers["retry-after"] == "5"
    assert "database_unavailable" in events(server)


@BOTH
async def test_usage_is_kept_by_no_cache(path):
    """It is the owner's, and another one a moment later."""
    answer = await ask(Server(database=Database()), path, "start_time=1")

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")


@BOTH
async def test_usage_needs_the_key(path):
    """As all below /v1."""
    check_error(await Server().get(path, key=None), 401, "invalid_api_key")


@BOTH
async def test_usage_is_the_owner_s(path):
    """Others learn nothing, not even whether their query is right."""
    database = Database()
    key = f"sk-flux2-{'k' * 43}"
    insert(
        database, "keys", id=MIA, hash=sha256(key.encode()).hexdigest(), name="Mia", created_at=1
    )

    answer = await Server(database=database).get(path, key=key)

    check_error(answer, 403, "permission_denied", "for the owner")


async def test_usage_answers_head():
    """As every GET does."""
    server = Server(database=Database())
    headers = {"authorization": f"Bearer {KEY}"}

    answer = await server.send(Request("HEAD", IMAGES, headers, query="start_time=1"))

    assert (answer.status, answer.text) == (200, "")


async def test_log_has_nothing_of_the_query():
    """It names the route."""
    server = Server(database=Database())

    await ask(server, IMAGES, f"start_time={MIDNIGHT}&api_key_ids=planted")

    (line,) = map(json.loads, server.logged)
    assert line["route"] == IMAGES
    assert "planted" not in server.logged[0]
