"""The bindings `KEY_LIMITER` and `ADDRESS_LIMITER`: Cloudflare's rate limits."""

from pyodide.ffi import JsException, JsProxy

from edge.native import make_object


class Limiter:
    """A binding, as `ports.Limiter`."""

    def __init__(self, binding: JsProxy) -> None:
        self._binding = binding

    async def __call__(self, key: str) -> bool:
        try:
            outcome = await self._binding.limit(make_object({"key": key}))
        except JsException as exc:
            raise OSError(str(exc)) from exc
        is_within: bool = outcome.success
        return is_within
