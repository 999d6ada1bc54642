"""The binding `DB`: D1."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from js import JSON, Array, Function, Promise, scheduler
from pyodide.ffi import JsException, JsProxy, jsnull

from edge.native import read_text
from flux2.bindings import Statement, TooSlow, Value

_PATIENCE = 5000
"""Milliseconds; a statement takes some."""


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
    with which nothing can race there. What is too late is undefined, which D1 never answers.
    """
    wait_until_late, call = _make_functions()
    try:
        promises = Array.from_(Array.of(method.bind(owner, argument), wait_until_late), call)
        answer = await Promise.race(promises)
    except JsException as exc:
        raise OSError(str(exc)) from exc
    if answer is None:
        raise TooSlow(promises.at(0))
    return answer


@cache
def _make_functions() -> tuple[JsProxy, JsProxy]:
    """Make one that promises the end of our patience, and one that calls what it is given.

    Nobody needs to end the waiting: it is gone with the request. They are made once, but not at
    import: Cloudflare keeps what is there then in a snapshot, which has no place for them.
    """
    call = Function.prototype.call
    return scheduler.wait.bind(scheduler, _PATIENCE), call.bind(call)
