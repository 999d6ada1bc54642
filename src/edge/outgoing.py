"""`fetch` as it calls others: one answer, without redirects, or why there is none."""

from collections.abc import Mapping

import js
from pyodide.ffi import JsProxy

from edge.native import make_object
from edge.unreachable import find_reason
from edge.watch import Watch
from flux2.ports import NotConnected


async def call(url: str, headers: Mapping[str, str], body: JsProxy | str, watch: Watch) -> JsProxy:
    """POST a body, and get the `Response`. Raises as `ports.Fetch` says.

    What is sent, a token say, goes to one host only: redirects are not followed."""
    init = make_object({"method": "POST", "headers": headers, "redirect": "manual"})
    init.body, init.signal = body, watch.signal
    try:
        response: JsProxy = await watch.progress(js.fetch(url, init))
        return response
    except ConnectionError as exc:
        reason = find_reason(exc.__cause__)
        raise (NotConnected(reason) if reason else exc) from exc.__cause__


async def post(url: str, *, headers: Mapping[str, str], body: str, timeout: float) -> int:
    """Post a text, as `ports.Post` says."""
    watch = Watch(timeout, None)
    response = await call(url, headers, body, watch)
    status: int = response.status
    watch.cancel()  # nobody reads what else there may be of the answer
    return status
