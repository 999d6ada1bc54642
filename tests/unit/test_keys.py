"""Keys that the owner makes for others: made, listed, changed, made anew, ended; and one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from flux2 import app
from flux2.app import Access
from flux2.bindings import Statement, Value
from tests.unit.fakes import KEY, Database, Request, check_error
from tests.unit.fakes.sharing import PRICE, Deployment

KEYS, OWN = "/v1/keys", "/v1/key"
NOTHING = {"neurons": 0, "usd": 0}
DEV, KLEIN = "@cf/black-forest-labs/flux-2-dev", "@cf/black-forest-labs/flux-2-klein-4b"
UNKNOWN = "key_" + "f" * 24


async def test_new_key_has_all_its_fields_and_is_told_once():
    """Whatever was not asked for is null; the key itself stands in no later answer."""
    server = Deployment()

    answer = await server.ask("POST", KEYS, {"name": "Mia"})

    made = answer.json
    key = made.pop("key")
    assert made == {
        "id": made["id"],
        "object": "api_key",
        "name": "Mia",
        "created_at": 1_800_000_000,
        "expires_at": None,
        "disabled": False,
        "models": None,
        "rpm": None,
        "limit_neurons": None,
        "limit_usd": None,
        "limit_reset": None,
        "resets_at": None,
        "spent": NOTHING,
        "spent_today": NOTHING,
        "spent_in_all": NOTHING,
        "remaining": None,
    }
    shown = await server.ask("GET", f"{KEYS}/{made['id']}")
    listed = await server.ask("GET", KEYS)
    assert shown.json == listed.json["data"][0] == made
    assert key not in shown.text + listed.text
    assert answer.headers["cache-control"] == shown.headers["cache-control"] == "no-store"


async def test_new_key_has_what_it_was_given():
    """A budget is told in both units; models by their ids, each once, however they were called."""
    server = Deployment()

    answer = await server.ask(
        "POST",
        KEYS,
        {
            "name": "Mia",
            "limit_usd": 0.055,
            "limit_reset": "daily",
            "models": ["FLUX.2-dev", "gpt-image-1", "@cf/black-forest-labs/flux-2-klein-4b"],
            "rpm": 6,
            "expires_at": 1_900_000_000,
            "disabled": True,
        },
    )

    made = answer.json
    assert (made["limit_usd"], made["limit_neurons"]) == (0.055, 5000)
    assert (made["limit_reset"], made["resets_at"]) == ("daily", 1_800_057_600)
    assert made["remaining"] == {"neurons": 5000, "usd": 0.055}
    assert made["models"] == [DEV, KLEIN]
    assert (made["rpm"], made["expires_at"], made["disabled"]) == (6, 1_900_000_000, True)


async def test_key_can_be_used_at_once():
    """By the door for images, and for what one's own key may still do."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=2 * PRICE)

    assert (await friend.draw()).status == 200
    own = await friend.ask("GET", OWN)

    assert own.json["id"] == friend.id
    assert own.json["spent"]["neurons"] == own.json["remaining"]["neurons"] == PRICE


async def test_own_key_is_told_with_what_is_left_of_the_free_day():
    """To a caller its key as the owner sees it, and what all have used today; to the owner the
    same of itself."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=10 * PRICE)
    await friend.draw()
    await server.generate()

    own = (await friend.ask("GET", OWN)).json
    owners = (await server.ask("GET", OWN)).json

    assert own.pop("images_kept_days") == owners.pop("images_kept_days") == 0
    free = own.pop("free_today")
    assert own == (await server.ask("GET", f"{KEYS}/{friend.id}")).json
    assert free == owners.pop("free_today")
    assert free == {
        "neurons_per_day": 10_000,
        "used": {"neurons": 2 * PRICE, "usd": 0.0825},
        "remaining": {"neurons": 10_000 - 2 * PRICE, "usd": 0.0275},
        "resets_at": 1_800_057_600,
    }
    spent = {"neurons": PRICE, "usd": 0.04125}
    told = {"id": "owner", "name": "owner", "object": "api_key", "disabled": False}
    told |= dict.fromkeys(("spent", "spent_today", "spent_in_all"), spent)
    assert owners == dict.fromkeys(owners) | told


async def test_what_is_left_of_the_free_day_is_never_less_than_nothing():
    """An account that pays may use more than is free; and tomorrow all of it is there again."""
    server = Deployment()
    for _ in range(3):
        await server.generate()

    today = (await server.ask("GET", OWN)).json
    server.time += 86_400
    tomorrow = (await server.ask("GET", OWN)).json

    assert today["free_today"]["remaining"] == NOTHING
    assert tomorrow["free_today"]["used"] == NOTHING
    assert tomorrow["spent_today"] == NOTHING
    assert tomorrow["spent_in_all"]["neurons"] == 3 * PRICE


async def test_keys_are_listed_newest_first_page_by_page():
    """`after` is the last one of the page before; the last page says that it is the last."""
    server = Deployment()
    made = []
    for _ in range(5):
        server.time += 1
        made.append((await server.make_key()).id)
    newest_first = made[::-1]

    everything = (await server.ask("GET", KEYS)).json
    pages, after = [], ""
    for _ in range(3):
        page = (await server.ask("GET", f"{KEYS}?limit=2{after}")).json
        pages.append(page)
        after = f"&after={page['last_id']}"

    assert [key["id"] for key in everything["data"]] == newest_first
    assert (everything["object"], everything["has_more"]) == ("list", False)
    assert [[key["id"] for key in page["data"]] for page in pages] == [
        newest_first[:2],
        newest_first[2:4],
        newest_first[4:],
    ]
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert (pages[0]["first_id"], pages[0]["last_id"]) == (newest_first[0], newest_first[1])


async def test_keys_of_the_same_second_are_each_listed_once():
    """A page ends between two of them as anywhere."""
    server = Deployment()
    made = {(await server.make_key()).id for _ in range(4)}

    first = (await server.ask("GET", f"{KEYS}?limit=3")).json
    rest = (await server.ask("GET", f"{KEYS}?limit=3&after={first['last_id']}")).json

    assert {key["id"] for key in first["data"] + rest["data"]} == made
    assert (len(first["data"]), len(rest["data"])) == (3, 1)


async def test_list_ends_behind_the_last_key_and_without_any():
    """Both are empty pages."""
    server = Deployment()
    empty = {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}

    assert (await server.ask("GET", KEYS)).json == empty
    friend = await server.make_key()
    assert (await server.ask("GET", f"{KEYS}?after={friend.id}")).json == empty


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ("limit=0", "invalid_value", "limit"),
        ("limit=101", "invalid_value", "limit"),
        ("limit=many", "invalid_value", "limit"),
        (f"after={UNKNOWN}", "invalid_value", "after"),
        ("order=asc", "unsupported_parameter", "order"),
    ],
)
async def test_page_that_cannot_be_is_refused(query, code, param):
    """With the parameter that is wrong."""
    server = Deployment()
    await server.make_key()

    check_error(await server.ask("GET", f"{KEYS}?{query}"), 400, code, param=param)


CHANGES = [
    ({"name": "Ben"}, {"name": "Ben"}),
    ({"disabled": True}, {"disabled": True}),
    ({"models": ["flux-2-klein-4b"]}, {"models": [KLEIN]}),
    ({"models": None}, {"models": None}),
    ({"rpm": 7}, {"rpm": 7}),
    ({"rpm": None}, {"rpm": None}),
    ({"expires_at": 1_950_000_000}, {"expires_at": 1_950_000_000}),
    ({"expires_at": None}, {"expires_at": None}),
    ({"limit_reset": None}, {"limit_reset": None, "resets_at": None}),
    ({"limit_reset": "weekly"}, {"limit_reset": "weekly", "resets_at": 1_800_230_400}),
    (
        {"limit_usd": 0.11},
        {"limit_usd": 0.11, "limit_neurons": 10_000, "remaining": {"neurons": 10_000, "usd": 0.11}},
    ),
    (
        {"limit_neurons": 1000, "limit_usd": None},
        {
            "limit_usd": 0.011,
            "limit_neurons": 1000,
            "remaining": {"neurons": 1000, "usd": 0.011},
        },
    ),
    (
        {"limit_usd": None, "limit_reset": None},
        {
            "limit_usd": None,
            "limit_neurons": None,
            "limit_reset": None,
            "resets_at": None,
            "remaining": None,
        },
    ),
    ({}, {}),
]


@pytest.mark.parametrize(("asked", "changed"), CHANGES)
async def test_change_changes_what_is_given_and_nothing_else(asked, changed):
    """null takes a limit away; either unit replaces the other."""
    server = Deployment()
    made = await server.make_key(
        limit_neurons=5000,
        limit_reset="daily",
        models=["flux-2-dev"],
        rpm=6,
        expires_at=1_900_000_000,
    )
    before = (await server.ask("GET", f"{KEYS}/{made.id}")).json

    answer = await server.ask("PATCH", f"{KEYS}/{made.id}", asked)

    assert answer.json == before | changed
    assert (await server.ask("GET", f"{KEYS}/{made.id}")).json == answer.json


async def test_rotated_key_is_another_with_the_same_past():
    """The old one ends at once, and what was spent with it stays spent."""
    server = Deployment()
    friend = await server.make_key(limit_neurons=2 * PRICE)
    await friend.draw()

    answer = await server.ask("POST", f"{KEYS}/{friend.id}/rotate")

    assert answer.json["key"] != friend.key
    assert (answer.json["id"], answer.json["spent"]["neurons"]) == (friend.id, PRICE)
    check_error(await friend.draw(), 401, "invalid_api_key", "Incorrect")
    check_error(await friend.ask("GET", OWN), 401, "invalid_api_key")
    own = await server.ask("GET", OWN, key=answer.json["key"])
    assert own.json["id"] == friend.id


class UnreliableDatabase(Database):
    """`fails` says what does: `reads`, those behind a change, or `answers`, which get lost when all
    is done."""

    fails = ""

    def _run(self, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        is_behind_change = sql.startswith("SELECT") and not self.statements[-1].startswith("SELECT")
        if self.fails == "reads" and is_behind_change:
            raise OSError("D1_ERROR")
        return super()._run(sql, values)

    async def find(self, column: str, sql: str, *values: Value) -> str | None:
        found = await super().find(column, sql, *values)
        self._lose_answer()
        return found

    async def transact(self, *statements: Statement) -> Sequence[Sequence[Mapping[str, Any]]]:
        rows = await super().transact(*statements)
        self._lose_answer()
        return rows

    def _lose_answer(self) -> None:
        if self.fails == "answers":
            raise OSError("D1_ERROR")


async def test_rotation_that_cannot_be_told_has_not_happened():
    """The old key opens as before, since nobody has heard of the new one."""
    database = UnreliableDatabase()
    server = Deployment(database=database)
    friend = await server.make_key()
    database.fails = "reads"

    check_error(await server.ask("POST", f"{KEYS}/{friend.id}/rotate"), 503, "storage_unavailable")

    database.fails = ""
    assert (await friend.ask("GET", OWN)).json["id"] == friend.id


async def test_key_that_cannot_be_told_was_not_made():
    """There is none whose secret nobody has."""
    database = UnreliableDatabase()
    server = Deployment(database=database)
    database.fails = "reads"

    check_error(await server.ask("POST", KEYS, {"name": "Mia"}), 503, "storage_unavailable")

    database.fails = ""
    assert (await server.ask("GET", KEYS)).json["data"] == []


async def test_change_that_cannot_be_told_has_not_happened():
    """Who hears of a failure may ask once more."""
    database = UnreliableDatabase()
    server = Deployment(database=database)
    friend = await server.make_key()
    database.fails = "reads"

    answer = await server.ask("PATCH", f"{KEYS}/{friend.id}", {"name": "Ben"})

    database.fails = ""
    check_error(answer, 503, "storage_unavailable")
    assert (await server.ask("GET", f"{KEYS}/{friend.id}")).json["name"] == "Mia"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", f"{KEYS}/%s", {"disabled": True}),
        ("POST", f"{KEYS}/%s/rotate", None),
        ("DELETE", f"{KEYS}/%s", None),
    ],
)
async def test_key_is_looked_up_again_where_the_answer_of_a_change_got_lost(method, path, body):
    """It may have happened all the same: the key, which was let in from memory a moment ago, is
    refused before the body of its request is read."""
    database = UnreliableDatabase()
    server = Deployment(database=database)
    friend = await server.make_key()
    empty = "POST", "/v1/images/generations", {}
    check_error(await friend.ask(*empty), 400, "missing_required_parameter", param="prompt")
    database.fails = "answers"

    answer = await server.ask(method, path % friend.id, body)

    database.fails = ""
    check_error(answer, 503, "storage_unavailable")
    check_error(await friend.ask(*empty), 401, "invalid_api_key")


async def test_deleted_key_is_gone_and_what_it_cost_is_not():
    """It opens nothing and is listed nowhere; the sums keep its requests."""
    server = Deployment()
    friend = await server.make_key()
    await friend.draw()

    answer = await server.ask("DELETE", f"{KEYS}/{friend.id}")

    assert answer.json == {"id": friend.id, "object": "api_key", "deleted": True}
    check_error(await friend.draw(), 401, "invalid_api_key")
    assert (await server.ask("GET", KEYS)).json["data"] == []
    free = (await server.ask("GET", OWN)).json["free_today"]
    assert free["used"]["neurons"] == PRICE


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{KEYS}/{UNKNOWN}", None),
        ("GET", f"{KEYS}/a/b", None),
        ("PATCH", f"{KEYS}/{UNKNOWN}", {"name": "Ben"}),
        ("PATCH", f"{KEYS}/{UNKNOWN}", {"limit_reset": "daily"}),
        ("PATCH", f"{KEYS}/{UNKNOWN}", {}),
        ("DELETE", f"{KEYS}/{UNKNOWN}", None),
        ("POST", f"{KEYS}/{UNKNOWN}/rotate", None),
    ],
)
async def test_unknown_key_is_not_found(method, path, body):
    """The answer says where keys are listed."""
    server = Deployment()
    await server.make_key()

    check_error(await server.ask(method, path, body), 404, "not_found", "GET /v1/keys")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", KEYS, "POST, GET, HEAD, OPTIONS"),
        ("POST", f"{KEYS}/{UNKNOWN}", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("GET", f"{KEYS}/{UNKNOWN}/rotate", "POST, OPTIONS"),
        ("DELETE", OWN, "GET, HEAD, OPTIONS"),
    ],
)
async def test_other_methods_are_refused(method, path, allow):
    answer = await Deployment().ask(method, path)

    check_error(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allow


async def test_paths_are_joined_as_clients_join_them():
    """Without `/v1`, and with slashes too many."""
    server = Deployment()
    friend = await server.make_key()

    shown = await server.ask("GET", f"//keys//{friend.id}/")
    rotated = await server.ask("POST", f"/keys/{friend.id}/rotate/")

    assert shown.json["id"] == rotated.json["id"] == friend.id
    assert (await server.ask("HEAD", KEYS)).text == ""


OWNERS_ROUTES = [route for route in app.ROUTES if route.access is Access.OWNER]


@pytest.mark.parametrize("route", OWNERS_ROUTES, ids=lambda route: route.name)
async def test_caller_may_use_none_of_the_owners_routes(route):
    """The refusal is the same whether what was asked for exists, is another's, or one's own; and
    nothing but the key was looked up for it."""
    server = Deployment()
    friend, other = await server.make_key(), await server.make_key()
    ids = (friend.id, other.id, UNKNOWN, "x") if "*" in route.path else ("",)

    answers, looked_up = [], []
    for key_id in ids:
        server.database.statements.clear()
        answers.append(
            await friend.ask(route.method, route.path.replace("*", key_id), {"name": "Ben"})
        )
        looked_up.append([*server.database.statements])

    for answer in answers:
        check_error(answer, 403, "permission_denied", "API_MASTER_KEY")
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(answer.headers) for answer in answers}) == 1
    assert {len(statements) for statements in looked_up} == {1}
    assert len({statements[0] for statements in looked_up}) == 1
    names = [key["name"] for key in (await server.ask("GET", KEYS)).json["data"]]
    assert names == ["Mia", "Mia"]


async def test_caller_learns_of_no_method_of_the_owners_routes():
    """Nor by one that does not exist."""
    server = Deployment()
    friend = await server.make_key()

    check_error(await friend.ask("PUT", KEYS), 403, "permission_denied")
    check_error(await friend.ask("POST", f"{KEYS}/{friend.id}"), 403, "permission_denied")


@pytest.mark.parametrize("key", [None, "wrong", f"sk-flux2-{'x' * 43}"])
@pytest.mark.parametrize("path", [KEYS, OWN, f"{KEYS}/{UNKNOWN}"])
async def test_keys_are_told_to_nobody_without_a_key(path, key):
    check_error(await Deployment().ask("GET", path, key=key), 401, "invalid_api_key")


async def test_caller_sees_the_models_that_it_may_use():
    """And OpenAI's names, which mean the default, only if it may use that."""
    server = Deployment()
    klein = await server.make_key(models=["flux-2-klein-4b"])
    dev = await server.make_key(models=["flux-2-dev"])
    anything = await server.make_key()

    seen = {}
    for name, friend in (("klein", klein), ("dev", dev), ("anything", anything)):
        listed = (await friend.ask("GET", "/v1/models")).json["data"]
        seen[name] = [model["id"] for model in listed]

    everything = [model["id"] for model in (await server.ask("GET", "/v1/models")).json["data"]]
    assert seen["klein"] == [KLEIN]
    assert seen["dev"][0] == DEV
    assert "gpt-image-1.5" in seen["dev"]
    assert KLEIN not in seen["dev"]
    assert seen["anything"] == everything


async def test_key_is_kept_as_a_hash_and_nothing_is_logged_of_it():
    """What was made is found in no table, answer or line of the log, but for its id."""
    server = Deployment()
    friend = await server.make_key()
    await friend.draw(prompt="a planted prompt")
    rotated = await server.ask("POST", f"{KEYS}/{friend.id}/rotate")

    dump = "\n".join(server.database.connection.iterdump())
    told = dump + "\n".join(server.logged) + (await server.ask("GET", KEYS)).text

    for key in (friend.key, rotated.json["key"]):
        assert key not in told
        assert key.removeprefix("sk-flux2-") not in told
    assert "planted" not in told
    assert KEY not in told
    assert friend.id in "\n".join(server.logged)


async def test_request_of_a_key_that_cannot_be_read_is_refused():
    """A body that is none, or no object."""
    server = Deployment()
    headers = {"authorization": f"Bearer {KEY}"}

    for body in (b"", b"{", b"[]", b'"Mia"'):
        answer = await server.send(Request("POST", KEYS, headers, body))
        check_error(answer, 400, "invalid_json")
