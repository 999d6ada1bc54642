"""One request, one response: request id, CORS, key, route, handler, log; errors become answers."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from flux2 import paths
from flux2.access import cors, limits, security
from flux2.access.auth import ANYBODY, Caller
from flux2.answers.bodies import end_with
from flux2.answers.errors import explain, write_error
from flux2.errors import ApiError, MethodNotAllowed, NotFound
from flux2.handlers import chat, files, health, images, mcp, models, usage
from flux2.links import FILES_PATH
from flux2.ports import Request, Response, ResponseBody
from flux2.services import Services

Handler = Callable[[Request, Caller, Services], Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    path: str
    """It ends in `*` where anything may follow."""
    method: str
    handler: Handler
    needs_key: bool = True
    write_error: Callable[[ApiError], str] = write_error

    def matches(self, path: str) -> bool:
        if self.path.endswith("*"):
            return path.startswith(self.path[:-1]) and len(path) >= len(self.path)
        return path == self.path


ROUTES = (
    Route("/health", "GET", health.show, needs_key=False),
    Route("/v1/models", "GET", models.index),
    Route(f"{models.PATH}*", "GET", models.show),
    Route("/v1/images/generations", "POST", images.generations),
    Route("/v1/images/edits", "POST", images.edits),
    Route(chat.PATH, "POST", chat.complete),
    Route(mcp.PATH, "POST", mcp.respond, write_error=mcp.write_error),
    Route(f"{FILES_PATH}*", "GET", files.show, needs_key=False),
    Route(usage.IMAGES_PATH, "GET", usage.images),
    Route(usage.COSTS_PATH, "GET", usage.costs),
)
_BY_PATH = {route.path: route for route in ROUTES}
_EVERY_ANSWER: Mapping[str, str] = {**cors.EVERY_ANSWER, **security.EVERY_ANSWER}


async def handle(request: Request, services: Services) -> Response:
    """Answer a request. This never raises, but for cancellation."""
    begin = services.now()
    request_id = f"req_{services.new_id()}"
    log = services.log
    log.add(request_id=request_id, method=request.method)
    path = request.path if request.path in _BY_PATH else paths.normalize(request.path)
    route = _find_route(path)
    try:
        response = await _respond(request, path, route, services)
    except Exception as error:
        response = _refuse(explain(error, log), route, services)
    if request.method == "HEAD":
        response = replace(response, body=())
    headers = {**response.headers, **_EVERY_ANSWER, "x-request-id": request_id}
    if log.upstream_ms is not None:
        headers["server-timing"] = f"upstream;dur={log.upstream_ms}"
    return replace(response, headers=headers, body=_log_at_end(response, begin, services))


def _log_at_end(response: Response, begin: float, services: Services) -> ResponseBody:
    """Return the body, and write the line of the log at its end, or now if it is complete."""
    services.log.add(status=response.status)
    if isinstance(response.body, AsyncGenerator):
        return end_with(response.body, partial(_close_log, services, begin))
    _close_log(services, begin)
    return response.body


def _close_log(services: Services, begin: float) -> None:
    services.log.add(duration_ms=round(1000 * (services.now() - begin)))
    services.log.close()


async def _respond(
    request: Request, path: str, route: Route | None, services: Services
) -> Response:
    """`path` is that of the request as the table of routes has it."""
    if request.method == "OPTIONS":
        asked = request.header("access-control-request-headers")
        return Response(status=204, headers=cors.answer_preflight(asked))
    services.log.add(route=route and route.path)
    is_locked = _needs_key(route, path)
    caller = await limits.authorize(request, services) if is_locked else ANYBODY
    if route is None:
        raise NotFound(paths.advise(path))
    method = "GET" if request.method == "HEAD" else request.method
    if method != route.method:
        raise MethodNotAllowed(
            f"{path[:200]} takes {route.method}, not {request.method}.",
            allow=f"{route.method}, {'HEAD, ' * (route.method == 'GET')}OPTIONS",
        )
    return await route.handler(request, caller, services)


def _find_route(path: str) -> Route | None:
    if (route := _BY_PATH.get(path)) is not None:
        return route
    return next((route for route in ROUTES if route.matches(path)), None)


def _needs_key(route: Route | None, path: str) -> bool:
    """Below /v1 even a path that does not exist needs the key."""
    if route is None:
        return path.startswith("/v1/")
    return route.needs_key


def _refuse(error: ApiError, route: Route | None, services: Services) -> Response:
    services.log.add(error=error.code)
    return Response(
        status=error.status,
        headers={"content-type": "application/json", **error.headers()},
        body=[(route.write_error if route else write_error)(error)],
        reason=error.message,
    )
