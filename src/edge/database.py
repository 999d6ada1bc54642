"""The binding `DB`: D1."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from js import JSON, Array, Promise, clearTimeout, setTimeout
from pyodide.ffi import JsException, JsProxy, jsnull

from edge.native import read_text
from flux2.bindings import Statement, TooSlow, Value

_PATIENCE = 5.0
"""Seconds; a statement takes some milliseconds."""
_LATE = "late"
"""No answer of D1's is that: a number, a list, or a text of ours."""


class Database:
    """A database, as `bindings.Database`."""

    def __init__(self, database: JsProxy) -> None:
        self._database = database

    async def find(self, column: str, sql: str, *values: Value) -> str | None:
        statement = self._prepare(sql, values)
        return read_text(await _wait(statement, statement.first, column))

    async def query(self, sql: str, *values: Value) -> Sequence[Mapping[str, Any]]:
        statement = self._prepare(sql, values)
        answer = await _wait(statement, statement.all, None)
        rows: Sequence[Mapping[str, Any]] = json.loads(JSON.stringify(answer.results))
        return rows

    async def execute(self, *statements: Statement) -> None:
        await _wait(self._database, self._database.batch, self._prepare_all(statements))

    async def transact(self, *statements: Statement) -> Sequence[Sequence[Mapping[str, Any]]]:
        prepared = self._prepare_all(statements)
        answers = await _wait(self._database, self._database.batch, prepared)
        return [answer["results"] for answer in json.loads(JSON.stringify(answers))]

    def _prepare_all(self, statements: Sequence[Statement]) -> JsProxy:
        prepared: JsProxy = Array.of(*(self._prepare(sql, values) for sql, values in statements))
        return prepared

    def _prepare(self, sql: str, values: Sequence[Value]) -> JsProxy:
        # Python's None would be undefined, which D1 does not take.
        given = (jsnull if value is None else value for value in values)
        bound: JsProxy = self._database.prepare(sql).bind(*given)
        return bound


async def _wait(owner: JsProxy, method: JsProxy, argument: JsProxy | str | None) -> Any:
    """Call a method, and await what it promises. Raises OSError if it fails, or TooSlow.

    `Array.from` calls it, so that its promise stays in JavaScript: in Python it would be a future,
    with which nothing can race there. It also hands it an index, for which D1 has no use.
    """
    is_late = Promise.withResolvers()
    timer = setTimeout(is_late.resolve.bind(None, _LATE), 1000 * _PATIENCE)
    promises = Array.from_(Array.of(argument), method, owner)
    promises.push(is_late.promise)
    try:
        answer = await Promise.race(promises)
    except JsException as exc:
        raise OSError(str(exc)) from exc
    finally:
        clearTimeout(timer)
    if answer == _LATE:
        raise TooSlow(promises.at(0))
    return answer
