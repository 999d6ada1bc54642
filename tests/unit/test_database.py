"""What is said where the database is missing, or fails."""

import json

import pytest

from flux2.database import require_database, translated
from flux2.errors import BindingMissing, StorageUnavailable
from tests.unit.fakes import KEY, Database, Server, check_error
from tests.unit.fakes.sharing import Deployment


async def test_database_that_is_not_bound_is_missing():
    """Its name is what to look for in wrangler.toml."""
    with pytest.raises(BindingMissing, match="the D1 database DB"):
        require_database(Server().services)


async def test_database_that_fails_is_unavailable():
    """However often: the log has one line of it, without what SQLite says, which quotes values."""
    server = Server(database=Database(OSError("D1_ERROR: sk-secret")))
    database = require_database(server.services)

    for _ in range(2):
        with pytest.raises(StorageUnavailable), translated(server.services):
            await database.query("SELECT 1")

    (line,) = map(json.loads, server.logged)
    assert line == {"event": "database_unavailable", "request_id": None, "kind": "OSError"}


@pytest.mark.parametrize("change", ["DROP TABLE keys", "ALTER TABLE keys DROP COLUMN rpm"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/keys", None),
        ("POST", "/v1/keys", {"name": "Ben", "rpm": 5}),
        ("POST", "/v1/images/generations", {"prompt": "a valley"}),
    ],
)
async def test_database_without_its_tables_is_told_with_what_makes_them(method, path, body, change):
    """To the owner and to a caller; the log has the reason, and not what SQLite says."""
    server = Deployment()
    friend = await server.make_key()
    server.database.connection.execute(change)
    key = friend.key if "images" in path else KEY

    answer = await server.ask(method, path, body, key=key)

    check_error(answer, 503, "storage_unavailable", "lacks its tables", "`npm run deploy`")
    assert answer.headers["x-should-retry"] == "false"
    assert int(answer.headers["retry-after"]) > 0
    lines = [json.loads(line) for line in server.logged]
    (told,) = [line for line in lines if line["event"] == "database_unavailable"]
    assert (told["kind"], told["reason"]) == ("OSError", "tables_missing")
    assert "no such" not in "".join(server.logged)


@pytest.mark.parametrize(
    "says",
    [
        "D1_ERROR: no such table: keys: SQLITE_ERROR",
        "D1_ERROR: no such column: rpm at offset 7: SQLITE_ERROR",
        "D1_ERROR: table keys has no column named rpm: SQLITE_ERROR",
    ],
)
async def test_missing_table_is_known_by_what_d1_says(says):
    """As it said it on 2026-11-30."""
    server = Server(database=Database(OSError(says)))

    check_error(await server.get("/v1/keys"), 503, "storage_unavailable", "lacks its tables")
