"""What is said where the database is missing, or fails."""

import json

import pytest

from flux2.database import require_database, translated
from flux2.errors import BindingMissing, StorageUnavailable
from tests.unit.fakes import Database, Server


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
