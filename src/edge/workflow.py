"""The binding `BATCHES`, and the steps of its instances: Cloudflare Workflows."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from pyodide.ffi import JsException, JsProxy, create_proxy

from edge.native import make_object
from flux2 import json_text
from flux2.bindings import Json, Repetition

_WAKE = "wake"
"""The type of the event for which an instance waits."""
_OVER = frozenset({"errored", "terminated", "complete", "unknown"})
"""Statuses of instances that do nothing any more."""
_FAILED = "a step has failed"
_STEP_SECONDS = 60 * 60
"""Ten images that each take as long as UPSTREAM_TIMEOUT allows."""
_SHORTEST, _LONGEST = 1, 365 * 24 * 60 * 60
"""Seconds; how long the engine lets an instance wait for an event."""


class Workflow:
    """A workflow, as `bindings.Workflow`."""

    def __init__(self, workflow: JsProxy) -> None:
        self._workflow = workflow

    async def start(self, instance: str, params: Json) -> None:
        try:
            await self._workflow.create(make_object({"id": instance, "params": params}))
        except JsException as exc:
            if "already" not in str(exc):
                raise OSError(str(exc)) from exc

    async def wake(self, instance: str) -> None:
        found = await self._find(instance)
        if found is None:
            return
        try:
            await found.sendEvent(make_object({"type": _WAKE, "payload": {}}))
        except JsException as exc:
            if not await self.is_over(instance):
                raise OSError(str(exc)) from exc

    async def is_over(self, instance: str) -> bool:
        found = await self._find(instance)
        if found is None:
            return True
        try:
            return (await found.status()).status in _OVER
        except JsException as exc:
            raise OSError(str(exc)) from exc

    async def _find(self, instance: str) -> JsProxy | None:
        try:
            found: JsProxy = await self._workflow.get(instance)
        except JsException as exc:
            if "not_found" in str(exc):
                return None
            raise OSError(str(exc)) from exc
        return found


class Steps:
    """The steps of an instance, as `bindings.Steps`.

    An error that is neither a step's own nor the end of a wait is the engine's: it is about to end
    this run, perhaps to begin it anew, so that it has to reach it.
    """

    def __init__(self, step: Any) -> None:
        self._step = getattr(step, "_js_step", step)  # the SDK's converts what is text here

    async def do(
        self, name: str, act: Callable[[], Awaitable[Json]], repetition: Repetition
    ) -> Json:
        run = create_proxy(_make_callback(act))
        try:
            result = await self._step.do(name, _make_configuration(repetition), run)
        except JsException as exc:
            if _FAILED in str(exc) or _is_late(exc):
                raise OSError(str(exc)) from exc
            raise
        finally:
            run.destroy()
        told: Json = json.loads(result)
        return told

    async def wait(self, name: str, until: float) -> None:
        seconds = min(max(until - time.time(), _SHORTEST), _LONGEST)
        options = make_object({"type": _WAKE, "timeout": round(1000 * seconds)})
        try:
            await self._step.waitForEvent(name, options)
        except JsException as exc:
            # The time tells it too: what the engine says then is nowhere written.
            if not _is_late(exc) and time.time() + _SHORTEST < until:
                raise


def _is_late(exc: JsException) -> bool:
    return "timed out" in str(exc)


def _make_callback(act: Callable[[], Awaitable[Json]]) -> Callable[..., Awaitable[str]]:
    """Make what the engine calls, with a context of no use. What it keeps is text, one value, where
    an object would be a proxy."""

    async def run(*_: object) -> str:
        try:
            return json_text.write(await act())
        except Exception as exc:
            failure = f"{_FAILED}: {type(exc).__name__}"
        # The engine keeps the traceback, with what another message and its causes would tell.
        raise OSError(failure)

    return run


def _make_configuration(repetition: Repetition) -> JsProxy:
    """Say it as the engine does: `limit` counts what comes after the first time."""
    retries = {"limit": repetition.times, "delay": 1000 * repetition.pause}
    return make_object(
        {"retries": {**retries, "backoff": "exponential"}, "timeout": 1000 * _STEP_SECONDS}
    )
