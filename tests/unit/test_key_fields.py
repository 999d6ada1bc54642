"""The fields of a key: the rule of each, and what is said where it is broken."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from flux2.bindings import Value
from tests.unit.fakes import KEY, Database, Request, check_error
from tests.unit.fakes.sharing import Deployment

KEYS = "/v1/keys"
IMAGE = "data:image/png;base64,AAAA"

BROKEN = [
    ("name", "", "a string of 1 to 100 characters"),
    ("name", "x" * 101, "a string of 1 to 100 characters"),
    ("name", 5, "a string of 1 to 100 characters, not 5"),
    ("name", " \t", "must not be blank"),
    ("name", "Mia\nBen", "no control characters"),
    ("name", "x\0image:0", "no control characters"),
    ("limit_usd", 0, "a number from 0.000000000011 (a millionth of a neuron) to 11,000, not 0"),
    ("limit_usd", 1e-11, "a number from 0.000000000011 (a millionth of a neuron)"),
    ("limit_usd", -1, "a number from"),
    ("limit_usd", 11_001, "to 11,000, not 11001"),
    ("limit_usd", "5", 'not "5"'),
    ("limit_usd", True, "not true"),
    ("limit_neurons", 0, "a number from 0.000001 (a millionth) to 1,000,000,000, not 0"),
    ("limit_neurons", 1e-9, "a number from 0.000001 (a millionth) to 1,000,000,000, not 1e-09"),
    ("limit_neurons", 10**9 + 1, "to 1,000,000,000"),
    ("limit_neurons", 10**400, "to 1,000,000,000"),
    ("limit_neurons", [], "a number from 0.000001"),
    ("limit_reset", "hourly", 'one of daily, weekly, monthly, not "hourly"'),
    ("limit_reset", "", "one of daily, weekly, monthly"),
    ("models", [], "a list of at least one model, not []"),
    ("models", "flux-2-dev", "a list of at least one model"),
    ("models", [None], "a list of at least one model, not [null]"),
    ("rpm", 0, "an integer from 1 to 100,000, not 0"),
    ("rpm", 100_001, "an integer from 1 to 100,000"),
    ("rpm", 1.5, "an integer from 1 to 100,000"),
    ("rpm", True, "an integer from 1 to 100,000"),
    ("expires_at", 1_800_000_000, "a time to come, in whole Unix seconds, not 1800000000"),
    ("expires_at", -5, "a time to come"),
    ("expires_at", 1_900_000_000_000, "a time to come, in whole Unix seconds"),
    ("expires_at", 1_900_000_000.5, "a time to come, in whole Unix seconds"),
    ("expires_at", "tomorrow", "a time to come"),
    ("disabled", None, "true or false, not null"),
    ("disabled", 1, "true or false, not 1"),
    ("disabled", "false", "true or false"),
]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(("name", "value", "says"), BROKEN)
async def test_broken_rule_is_told_with_its_field(method, name, value, says):
    """Whether the key is made or changed; then nothing is."""
    server = Deployment()
    path = KEYS
    if method == "PATCH":
        path = f"{KEYS}/{(await server.make_key()).id}"
    before = server.database.rows("keys")

    answer = await server.ask(method, path, {"name": "Mia", name: value})

    check_error(answer, 400, "invalid_value", name, says, param=name)
    assert server.database.rows("keys") == before


async def test_number_that_is_none_is_refused():
    """1e999 is valid JSON, and infinity in Python."""
    body = b'{"name": "Mia", "limit_usd": 1e999}'
    headers = {"authorization": f"Bearer {KEY}"}

    answer = await Deployment().send(Request("POST", KEYS, headers, body))

    check_error(answer, 400, "invalid_value", "to 11,000", param="limit_usd")


@pytest.mark.parametrize(("name", "value"), [("limit_neurons", 1e-6), ("limit_usd", 1.1e-11)])
async def test_smallest_budget_is_a_millionth_of_a_neuron(name, value):
    """In either unit, and it is kept as that."""
    server = Deployment()

    await server.make_key(**{name: value})

    (row,) = server.database.rows("keys")
    assert row["limit_micros"] == 1


@pytest.mark.parametrize("fields", [{}, {"name": None}, {"rpm": 5}])
async def test_new_key_needs_a_name(fields):
    answer = await Deployment().ask("POST", KEYS, fields)

    check_error(answer, 400, "missing_required_parameter", "name is required", param="name")


async def test_name_cannot_be_taken_away():
    server = Deployment()
    friend = await server.make_key()

    answer = await server.ask("PATCH", f"{KEYS}/{friend.id}", {"name": None})

    check_error(answer, 400, "invalid_value", "not null", param="name")


@pytest.mark.parametrize("name", ["x", "x" * 100, "米雅", "Mia　和 Ben", " Mia ", IMAGE])
async def test_name_may_be_whatever_people_write(name):
    """As it was given."""
    answer = await Deployment().ask("POST", KEYS, {"name": name})

    assert answer.json["name"] == name


@pytest.mark.parametrize(
    "name", ["limit_uds", "max_budget", "id", "key", "spent", "x" * 200, IMAGE]
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_unknown_field_is_refused(method, name):
    """A limit that is misspelt must not be no limit; the answer says which fields there are."""
    server = Deployment()
    path = KEYS
    if method == "PATCH":
        path = f"{KEYS}/{(await server.make_key()).id}"

    answer = await server.ask(method, path, {"name": "Mia", name: 5})

    says = ("has no field", name[:100], "limit_usd, limit_neurons, limit_reset, models, rpm")
    check_error(answer, 400, "unsupported_parameter", *says, param=name[:100])


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_body_that_no_key_needs_is_refused(method):
    """With what it may have; a key needs no image, whatever looks like one."""
    server = Deployment()
    path = KEYS if method == "POST" else f"{KEYS}/{(await server.make_key()).id}"

    answer = await server.ask(method, path, {"name": IMAGE + "A" * 512 * 1024})

    check_error(answer, 413, "request_too_large", "at most 512 KB")


@pytest.mark.parametrize("names", [["flux-3"], ["flux-2-dev", ""], ["flux-2-dev", "sdxl"]])
async def test_unknown_model_is_refused(names):
    """The answer names it, the field, and those there are."""
    answer = await Deployment().ask("POST", KEYS, {"name": "Mia", "models": names})

    shown = json.dumps(names[-1])
    check_error(answer, 404, "model_not_found", shown, "flux-2-klein-9b", param="models")


async def test_either_unit_names_a_budget_but_not_both():
    answer = await Deployment().ask(
        "POST", KEYS, {"name": "Mia", "limit_usd": 1, "limit_neurons": 1000}
    )

    check_error(answer, 400, "invalid_value", "not both", param="limit_usd")


async def test_whole_number_may_have_a_point():
    """60.0 is 60 in JSON."""
    answer = await Deployment().ask(
        "POST", KEYS, {"name": "Mia", "rpm": 60.0, "expires_at": 1_900_000_000.0}
    )

    assert (answer.json["rpm"], answer.json["expires_at"]) == (60, 1_900_000_000)
    assert '"rpm":60,' in answer.text


async def test_nulls_are_no_limits():
    """As clients send them that have a place for each field."""
    limits = dict.fromkeys(
        ("limit_usd", "limit_neurons", "limit_reset", "models", "rpm", "expires_at")
    )

    answer = await Deployment().ask("POST", KEYS, {"name": "Mia", **limits})

    assert {name: answer.json[name] for name in limits} == limits


async def test_new_key_needs_a_budget_for_a_reset():
    answer = await Deployment().ask("POST", KEYS, {"name": "Mia", "limit_reset": "daily"})

    check_error(answer, 400, "invalid_value", "needs limit_usd or limit_n", param="limit_reset")


@pytest.mark.parametrize("asked", [{"limit_reset": "daily"}, {"limit_usd": 1, "limit_neurons": 2}])
async def test_change_to_what_cannot_be_is_refused(asked):
    server = Deployment()
    friend = await server.make_key()

    answer = await server.ask("PATCH", f"{KEYS}/{friend.id}", asked)

    check_error(answer, 400, "invalid_value", param=next(iter(asked)))


@pytest.mark.parametrize(
    "asked", [{"limit_usd": None}, {"limit_usd": None, "limit_reset": "weekly"}]
)
async def test_budget_that_begins_anew_cannot_lose_its_limit_alone(asked):
    """The answer says what to do, and nothing has changed."""
    server = Deployment()
    friend = await server.make_key(limit_usd=1, limit_reset="daily")
    before = server.database.rows("keys")

    answer = await server.ask("PATCH", f"{KEYS}/{friend.id}", {"name": "Ben", **asked})

    says = "without a budget it has to be null"
    check_error(answer, 400, "invalid_value", says, param="limit_reset")
    assert server.database.rows("keys") == before


class CrowdedDatabase(Database):
    """Others come between a read and what follows it."""

    async def query(self, sql: str, *values: Value) -> Sequence[Mapping[str, Any]]:
        rows = await super().query(sql, *values)
        await asyncio.sleep(0)
        return rows


@pytest.mark.parametrize("turn", [1, -1])
async def test_changes_at_once_leave_no_reset_without_a_limit(turn):
    """Each would be right alone: whichever comes second is refused."""
    server = Deployment(database=CrowdedDatabase())
    friend = await server.make_key(limit_neurons=1000)
    path = f"{KEYS}/{friend.id}"
    changes = [{"limit_neurons": None}, {"limit_reset": "daily"}][::turn]

    first, second = await asyncio.gather(*(server.ask("PATCH", path, each) for each in changes))

    assert first.status == 200
    check_error(second, 400, "invalid_value", "needs limit_usd", param="limit_reset")
    assert (await server.ask("GET", path)).json == first.json


async def test_change_of_something_else_is_not_checked_for_the_reset():
    """A key can be switched off whatever stands in its row."""
    server = Deployment()
    friend = await server.make_key()
    server.database.connection.execute("UPDATE keys SET limit_reset = 'daily'")

    answer = await server.ask("PATCH", f"{KEYS}/{friend.id}", {"disabled": True})

    assert (answer.status, answer.json["disabled"]) == (200, True)
