"""One request, one response: request id, CORS, key, route, handler, log; errors become answers."""

import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flux2 import cors, limits, security
from flux2.errors import ApiError, InternalError, MethodNotAllowed, NotFound
from flux2.handlers import files, health, images, models, openapi
from flux2.schemas import compact_json
from flux2.services import Services
from flux2.web import Part, Request, Response

Handler = Callable[[Request, Services], Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    path: str
    """Ends in `*` where anything may follow."""
    method: str
    handler: Handler
    needs_key: bool = True

    def matches(self, path: str) -> bool:
        if self.path.endswith("*"):
            return path.startswith(self.path[:-1]) and len(path) >= len(self.path)
        return path == self.path


ROUTES = (
    Route("/health", "GET", health.show, needs_key=False),
    Route("/openapi.json", "GET", openapi.show, needs_key=False),
    Route("/v1/models", "GET", models.index),
    Route(f"{models.PATH}*", "GET", models.show),
    Route("/v1/images/generations", "POST", images.generations),
    Route("/v1/images/edits", "POST", images.edits),
    Route(f"{files.PATH}*", "GET", files.show, needs_key=False),
)
_EVERY_ANSWER: Mapping[str, str] = {**cors.EVERY_ANSWER, **security.EVERY_ANSWER}


async def handle(request: Request, services: Services) -> Response:
    """Never raises but for cancellation."""
    begin = services.now()
    request_id = f"req_{services.new_id()}"
    log = services.log
    log.add(request_id=request_id, method=request.method)
    try:
        response = await _respond(request, services)
    except ApiError as error:
        response = _error_response(error, services)
    except Exception as bug:
        log.event("bug", **_describe(bug))
        response = _error_response(
            InternalError(f"This is a bug of ours; please report it with the id {request_id}."),
            services,
        )
    if request.method == "HEAD":
        response = replace(response, body=())
    headers = {**response.headers, **_EVERY_ANSWER, "x-request-id": request_id}
    if log.upstream_ms is not None:
        headers["server-timing"] = f"upstream;dur={log.upstream_ms}"
    return replace(response, headers=headers, body=_logged(response, begin, services))


def _logged(
    response: Response, begin: float, services: Services
) -> Sequence[Part] | AsyncGenerator[Part, None]:
    """The body, and the line of the log at its end, or now if it is complete."""
    services.log.add(status=response.status)
    if isinstance(response.body, AsyncGenerator):
        return _logged_stream(response.body, begin, services)
    _close(services, begin)
    return response.body


async def _logged_stream(
    parts: AsyncGenerator[Part, None], begin: float, services: Services
) -> AsyncGenerator[Part, None]:
    try:
        async for part in parts:
            yield part
    finally:
        await parts.aclose()
        _close(services, begin)


def _close(services: Services, begin: float) -> None:
    services.log.add(duration_ms=round(1000 * (services.now() - begin)))
    services.log.close()


async def _respond(request: Request, services: Services) -> Response:
    if request.method == "OPTIONS":
        asked = request.header("access-control-request-headers")
        return Response(status=204, headers=cors.preflight(asked))
    route = _find(request)
    services.log.add(route=route and route.path)
    # Below /v1 even a path that does not exist needs the key.
    if route.needs_key if route else request.path.startswith("/v1/"):
        await limits.authorize(request, services)
    if route is None:
        raise NotFound(f"There is nothing at {request.path[:200]}. The API is below /v1.")
    method = "GET" if request.method == "HEAD" else request.method
    if method != route.method:
        raise MethodNotAllowed(
            f"{request.path[:200]} takes {route.method}, not {request.method}.",
            allow=f"{route.method}, {'HEAD, ' * (route.method == 'GET')}OPTIONS",
        )
    return await route.handler(request, services)


def _find(request: Request) -> Route | None:
    return next((route for route in ROUTES if route.matches(request.path)), None)


def _error_response(error: ApiError, services: Services) -> Response:
    services.log.add(error=error.code)
    return Response(
        status=error.status,
        headers={"content-type": "application/json", **error.headers()},
        body=[compact_json(error.body())],
        reason=error.message,
    )


def _describe(bug: Exception) -> Mapping[str, str]:
    """The kind of a bug and where it happened; its message might quote a prompt or a secret."""
    frames = traceback.extract_tb(bug.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return {"kind": type(bug).__name__, "where": where}
