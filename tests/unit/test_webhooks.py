"""Webhook endpoints: made, listed, changed, tested, removed, with secrets that are told once."""

import json

import pytest

from flux2 import app
from flux2.app import Access
from flux2.ports import NotConnected
from flux2.webhooks.events import EVENT_TYPES
from tests.unit.fakes import KEY, Database, Request, Server, check_error
from tests.unit.fakes.receivers import Receiver
from tests.unit.fakes.sharing import Deployment

ENDPOINTS, TYPES = "/v1/webhook_endpoints", "/v1/webhook_event_types"
URL = "https://hooks.example.com/flux2?for=me"
FIELDS = {"name": "My server", "url": URL, "event_types": ["batch.completed"]}
UNKNOWN = "we_" + "f" * 24
OWNER = {"authorization": f"Bearer {KEY}"}


async def register(server, **fields):
    answer = await server.ask("POST", ENDPOINTS, {**FIELDS, **fields})
    assert answer.status == 200, answer.text
    return answer.json


async def test_new_endpoint_has_all_its_fields_and_its_secret_is_told_once():
    """Later answers have the end of the secret alone."""
    server = Deployment()

    answer = await server.ask("POST", ENDPOINTS, FIELDS)

    made = answer.json
    secret = made.pop("signing_secret")
    assert made == {
        **FIELDS,
        "id": made["id"],
        "object": "webhook_endpoint",
        "created_at": 1_800_000_000,
        "updated_at": 1_800_000_000,
        "signing_secret_hint": secret[-4:],
    }
    shown = await server.ask("GET", f"{ENDPOINTS}/{made['id']}")
    listed = await server.ask("GET", ENDPOINTS)
    assert shown.json == listed.json["data"][0] == made
    assert secret not in shown.text + listed.text
    assert answer.headers["cache-control"] == shown.headers["cache-control"] == "no-store"


async def test_event_types_are_kept_each_once_as_they_were_given():
    """They are a set to whoever reads them."""
    given = ["batch.failed", "batch.completed", "batch.failed"]

    made = await register(Deployment(), event_types=given)

    assert made["event_types"] == ["batch.failed", "batch.completed"]


async def test_event_types_that_can_be_told_are_listed():
    """By their names, as OpenAI's clients read them."""
    answer = await Deployment().ask("GET", TYPES)

    assert answer.json == {"object": "list", "data": [*EVENT_TYPES]}


async def test_endpoints_are_listed_in_pages_the_newest_first():
    """Twenty where no number is given, which is all that there may be."""
    server = Deployment()
    made = []
    for _ in range(5):
        server.time += 1
        made.append((await register(server))["id"])
    newest_first = made[::-1]

    everything = (await server.ask("GET", ENDPOINTS)).json
    pages, after = [], ""
    for _ in range(3):
        page = (await server.ask("GET", f"{ENDPOINTS}?limit=2{after}")).json
        pages.append(page)
        after = f"&after={page['last_id']}"

    assert [each["id"] for each in everything["data"]] == newest_first
    assert (everything["object"], everything["has_more"]) == ("list", False)
    assert [[each["id"] for each in page["data"]] for page in pages] == [
        newest_first[:2],
        newest_first[2:4],
        newest_first[4:],
    ]
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert (pages[0]["first_id"], pages[0]["last_id"]) == (newest_first[0], newest_first[1])


async def test_list_ends_behind_the_last_endpoint_and_without_any():
    """Both are empty pages."""
    server = Deployment()
    empty = {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}

    assert (await server.ask("GET", ENDPOINTS)).json == empty
    made = await register(server)
    assert (await server.ask("GET", f"{ENDPOINTS}?after={made['id']}")).json == empty


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ("limit=0", "invalid_value", "limit"),
        ("limit=101", "invalid_value", "limit"),
        (f"after={UNKNOWN}", "invalid_value", "after"),
        ("order=asc", "unsupported_parameter", "order"),
    ],
)
async def test_page_that_cannot_be_is_refused(query, code, param):
    """With the parameter that is wrong."""
    server = Deployment()
    await register(server)

    check_error(await server.ask("GET", f"{ENDPOINTS}?{query}"), 400, code, param=param)


async def test_there_are_no_more_than_twenty():
    """Whoever deletes one may make another."""
    server = Deployment()
    made = [await register(server) for _ in range(20)]

    refused = await server.ask("POST", ENDPOINTS, FIELDS)

    check_error(refused, 400, "invalid_value", "There are 20 webhook endpoints", "Delete one")
    assert len(server.database.rows("webhook_endpoints")) == 20
    await server.ask("DELETE", f"{ENDPOINTS}/{made[0]['id']}")
    await register(server)


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "Another"},
        {"url": "https://other.example.com"},
        {"event_types": ["batch.failed", "batch.expired"]},
        {"name": "Another", "url": "https://other.example.com"},
    ],
)
async def test_change_changes_what_is_given_and_nothing_else(asked):
    """And says when, as all that was there keeps its secret."""
    server = Deployment()
    made = await register(server)
    before = {name: made[name] for name in made if name != "signing_secret"}
    server.time += 60

    answer = await server.ask("POST", f"{ENDPOINTS}/{made['id']}", asked)

    assert answer.json == before | asked | {"updated_at": 1_800_000_060}
    assert (await server.ask("GET", f"{ENDPOINTS}/{made['id']}")).json == answer.json


@pytest.mark.parametrize("asked", [{}, {"name": "My server"}, FIELDS])
async def test_change_that_changes_nothing_leaves_the_time(asked):
    """As OpenAI's reference says of `updated_at`."""
    server = Deployment()
    made = await register(server)
    server.time += 60

    answer = await server.ask("POST", f"{ENDPOINTS}/{made['id']}", asked)

    assert answer.json["updated_at"] == 1_800_000_000


@pytest.mark.parametrize("body", [None, {}, {"keep_old_secret_active_for_24_hours": False}])
async def test_rotated_secret_is_another_one_and_is_told_once(body):
    """With a body or without; the time of the change is told."""
    server = Deployment()
    made = await register(server)
    server.time += 60

    answer = await server.ask("POST", f"{ENDPOINTS}/{made['id']}/rotate_secret", body)

    secret = answer.json["signing_secret"]
    assert secret != made["signing_secret"]
    assert answer.json == made | {
        "signing_secret": secret,
        "signing_secret_hint": secret[-4:],
        "updated_at": 1_800_000_060,
    }
    shown = await server.ask("GET", f"{ENDPOINTS}/{made['id']}")
    assert secret not in shown.text
    assert shown.json["signing_secret_hint"] == secret[-4:]


async def test_deleted_endpoint_is_gone():
    """Nothing more is known of it."""
    server = Deployment()
    made, other = await register(server), await register(server)

    answer = await server.ask("DELETE", f"{ENDPOINTS}/{made['id']}")

    assert answer.json == {
        "id": made["id"],
        "object": "webhook_endpoint.deleted",
        "deleted": True,
    }
    assert [row["id"] for row in server.database.rows("webhook_endpoints")] == [other["id"]]
    check_error(await server.ask("GET", f"{ENDPOINTS}/{made['id']}"), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "end", "body"),
    [
        ("GET", "", None),
        ("POST", "", {"name": "x"}),
        ("POST", "", {}),
        ("DELETE", "", None),
        ("POST", "/rotate_secret", {}),
        ("POST", "/test", {"event_type": "batch.failed"}),
    ],
)
async def test_endpoint_that_is_not_there_is_not_found(method, end, body):
    """Whatever is asked of it."""
    answer = await Deployment().ask(method, f"{ENDPOINTS}/{UNKNOWN}{end}", body)

    check_error(answer, 404, "not_found", "There is no webhook endpoint with this id")


ROUTES = [route for route in app.ROUTES if "/webhook_" in route.path]
OF_ENDPOINTS = [route for route in ROUTES if route.path != TYPES]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_webhooks_are_for_the_owner(route):
    """A friend's key opens none of it."""
    server = Deployment()
    friend = await server.make_key()
    path = route.path.replace("*", UNKNOWN)

    answer = await friend.ask(route.method, path, {})

    assert route.access is Access.OWNER
    check_error(answer, 403, "permission_denied", "for the owner")


@pytest.mark.parametrize("path", ["/webhook_endpoints", "//v1/v1/webhook_endpoints/"])
async def test_endpoints_are_found_as_clients_join_the_path(path):
    """Without /v1 as well."""
    server = Deployment()
    made = await register(server)

    listed = await server.ask("GET", path)
    shown = await server.ask("GET", f"{path}/{made['id']}")

    assert listed.json["data"] == [shown.json]


@pytest.mark.parametrize("route", OF_ENDPOINTS, ids=lambda route: route.name)
async def test_database_that_fails_is_told(route):
    """As one that cannot be asked now, and as one that is not bound."""
    body = FIELDS if route.name == f"POST {ENDPOINTS}" else {}
    if route.path.endswith("/test"):
        body = {"event_type": "batch.failed"}
    path = route.path.replace("*", UNKNOWN)
    failing = Deployment(database=Database(OSError("D1_ERROR")))

    check_error(await failing.ask(route.method, path, body), 503, "storage_unavailable")
    request = Request(route.method, path, OWNER, json.dumps(body).encode())
    check_error(await Server().send(request), 400, "binding_missing", "DB")


@pytest.mark.parametrize("status", [200, 204, 302, 404, 500])
async def test_test_tells_what_the_endpoint_answered(status):
    """Any answer is one: OpenAI's `success` says that there was one."""
    receiver = Receiver(status)
    server = Deployment(post=receiver)
    made = await register(server)

    answer = await server.ask(
        "POST", f"{ENDPOINTS}/{made['id']}/test", {"event_type": "batch.expired"}
    )

    assert answer.json == {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": made["id"],
        "event_type": "batch.expired",
        "status_code": status,
        "success": True,
    }
    (sample,) = receiver.deliveries
    assert sample.json == {
        "id": sample.headers["webhook-id"],
        "object": "event",
        "created_at": 1_800_000_000,
        "type": "batch.expired",
        "data": {"id": "batch_sample"},
    }
    assert sample.is_signed_by(made["signing_secret"])
    assert (sample.url, sample.timeout) == (URL, 15)
    shown = await server.ask("GET", f"{ENDPOINTS}/{made['id']}")
    assert shown.json["updated_at"] == made["updated_at"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotConnected("it refuses connections"), "could not be called: it refuses connections."),
        (TimeoutError(), "did not answer within 15 seconds"),
        (ConnectionError("upstream broke off"), "broke off the connection, or refused it"),
    ],
)
async def test_test_of_an_endpoint_that_does_not_answer_says_why(error, says):
    """Clients do not ask again: whoever sees it has to do something."""
    server = Deployment(post=Receiver(error))
    made = await register(server)

    answer = await server.ask(
        "POST", f"{ENDPOINTS}/{made['id']}/test", {"event_type": "batch.completed"}
    )

    assert answer.status == 502
    assert answer.json["error"]["code"] == "upstream_error"
    assert says in answer.json["error"]["message"]
    assert answer.headers["x-should-retry"] == "false"
    assert "hooks.example.com" not in "".join(server.logged)
