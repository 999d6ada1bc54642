"""The bindings `KEY_LIMITER` and `ADDRESS_LIMITER`: Cloudflare's rate limits."""

from collections.abc import Awaitable, Callable
from functools import partial

from pyodide.ffi import JsException, JsProxy

from edge.native import make_object


class Limiter:
    """A binding, as `bindings.Limiter`."""

    def __init__(self, binding: JsProxy) -> None:
        self._binding = binding

    def __call__(self, key: str) -> Callable[[], Awaitable[bool]]:
        return partial(_read, self._binding.limit(make_object({"key": key})))


async def _read(counting: JsProxy) -> bool:
    try:
        is_within: bool = (await counting).success
    except JsException as exc:
        raise OSError(str(exc)) from exc
    return is_within
