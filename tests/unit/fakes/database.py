"""The `DB` binding: SQLite itself, with the tables of `migrations/`."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from flux2.bindings import Statement, Value
from tools import ROOT

MIGRATIONS = sorted((ROOT / "migrations").glob("*.sql"))


class Database:
    """`error` is raised by every use of it, as long as it stands; `statements` are what it did."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.statements: list[str] = []
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        for path in MIGRATIONS:
            self.connection.executescript(path.read_text())

    async def find(self, column: str, sql: str, *values: Value) -> str | None:
        rows = self._run(sql, values)
        return rows[0][column] if rows else None

    async def query(self, sql: str, *values: Value) -> Sequence[Mapping[str, Any]]:
        return self._run(sql, values)

    async def execute(self, *statements: Statement) -> None:
        await self.transact(*statements)

    async def transact(self, *statements: Statement) -> Sequence[Sequence[Mapping[str, Any]]]:
        self.connection.execute("BEGIN")
        try:
            rows = [self._run(sql, values) for sql, values in statements]
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        return rows

    def _run(self, sql: str, values: Sequence[Value]) -> list[dict[str, Any]]:
        if self.error is not None:
            raise self.error
        self.statements.append(sql)
        try:
            return [dict(row) for row in self.connection.execute(sql, values).fetchall()]
        except sqlite3.Error as exc:  # as D1 says it
            raise OSError(f"D1_ERROR: {exc}") from exc

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All that stands in a table."""
        return self._run(f"SELECT * FROM {table}", ())
