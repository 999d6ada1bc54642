"""The binding `DB`: D1."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import js
from pyodide.ffi import JsException, JsProxy

from edge.native import make_array, read_text
from flux2.bindings import Statement, TooSlow, Value

_PATIENCE = 5.0
"""Seconds; a statement takes some milliseconds."""


class Database:
    """A database, as `bindings.Database`."""

    def __init__(self, database: JsProxy) -> None:
        self._database = database

    async def find(self, column: str, sql: str, *values: Value) -> str | None:
        return read_text(await _wait(self._prepare(sql, values).first(column)))

    async def query(self, sql: str, *values: Value) -> Sequence[Mapping[str, Any]]:
        answer = await _wait(self._prepare(sql, values).all())
        rows: Sequence[Mapping[str, Any]] = json.loads(js.JSON.stringify(answer.results))
        return rows

    async def execute(self, *statements: Statement) -> None:
        prepared = [self._prepare(sql, values) for sql, values in statements]
        await _wait(self._database.batch(js.Array.of(*prepared)))

    def _prepare(self, sql: str, values: Sequence[Value]) -> JsProxy:
        statement = self._database.prepare(sql)
        # Python's None would be undefined, which D1 does not take.
        bound: JsProxy = js.Reflect.apply(statement.bind, statement, make_array(values))
        return bound


async def _wait(answer: JsProxy) -> Any:
    """Raises OSError if there is none, or TooSlow."""
    is_late = js.Promise.withResolvers()
    timer = js.setTimeout(is_late.resolve, 1000 * _PATIENCE, True)  # no answer is that
    try:
        first = await js.Promise.race(js.Array.of(answer, is_late.promise))
    except JsException as exc:
        raise OSError(str(exc)) from exc
    finally:
        js.clearTimeout(timer)
    if first is True:
        raise TooSlow(answer)
    return first
