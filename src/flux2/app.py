"""One request, one response: request id, CORS, key, route, handler; and errors become answers."""

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from flux2 import cors
from flux2.auth import check_key
from flux2.errors import ApiError, InternalError, MethodNotAllowed, NotFound
from flux2.handlers import files, health, images, models, openapi
from flux2.schemas import compact_json
from flux2.services import Services
from flux2.web import Request, Response

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


async def handle(request: Request, services: Services) -> Response:
    """Never raises but for cancellation."""
    request_id = f"req_{services.new_id()}"
    try:
        response = await _respond(request, services)
    except ApiError as error:
        response = _error_response(error)
    except Exception as bug:
        services.log(f"{request_id} {_describe(bug)}")
        response = _error_response(
            InternalError(f"This is a bug of ours; please report it with the id {request_id}.")
        )
    return replace(
        response, headers={**response.headers, **cors.EVERY_ANSWER, "x-request-id": request_id}
    )


async def _respond(request: Request, services: Services) -> Response:
    if request.method == "OPTIONS":
        asked = request.header("access-control-request-headers")
        return Response(status=204, headers=cors.preflight(asked))
    route = _find(request)
    if route is None or route.needs_key:
        _authorize(request, services)
    if route is None:
        raise NotFound(f"There is nothing at {request.path[:200]}. The API is below /v1.")
    method = "GET" if request.method == "HEAD" else request.method
    if method != route.method:
        raise MethodNotAllowed(
            f"{request.path[:200]} takes {route.method}, not {request.method}.",
            allow=f"{route.method}, {'HEAD, ' * (route.method == 'GET')}OPTIONS",
        )
    response = await route.handler(request, services)
    return replace(response, body=()) if request.method == "HEAD" else response


def _find(request: Request) -> Route | None:
    return next((route for route in ROUTES if route.matches(request.path)), None)


def _authorize(request: Request, services: Services) -> None:
    """Below /v1 even a path that does not exist needs the key."""
    if request.path.startswith("/v1/"):
        key = services.settings.require_api_master_key()
        check_key(request.header("authorization"), key)


def _error_response(error: ApiError) -> Response:
    return Response(
        status=error.status,
        headers={"content-type": "application/json", **error.headers()},
        body=[compact_json(error.body())],
        reason=error.message,
    )


def _describe(bug: Exception) -> str:
    """The kind of a bug and where it happened; its message might quote a prompt or a secret."""
    frames = traceback.extract_tb(bug.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"internal_error {type(bug).__name__} at {where}"
