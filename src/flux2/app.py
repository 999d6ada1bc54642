"""One request, one response: request id, CORS, key, route, handler, log; errors become answers."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, partial

from flux2 import paths
from flux2.access import cors, limits, security
from flux2.access.auth import ANYBODY, OWNER, Caller
from flux2.answers.bodies import end_with
from flux2.answers.errors import explain, write_error
from flux2.errors import ApiError, MethodNotAllowed, NotFound, PermissionDenied
from flux2.handlers import (
    batches,
    chat,
    files,
    gallery,
    health,
    images,
    jobs,
    keys,
    links,
    mcp,
    models,
    usage,
    webhooks,
)
from flux2.links import FILES_PATH
from flux2.ports import Request, Response, ResponseBody
from flux2.services import Services

Handler = Callable[[Request, Caller, Services], Awaitable[Response]]


class Access(Enum):
    """Who may use a route."""

    ANYBODY = "anybody"
    ANY_KEY = "any key"
    OWNER = "owner"


@dataclass(frozen=True)
class Route:
    path: str
    """A `*` at its end stands for anything, elsewhere for one part between slashes."""
    method: str
    handler: Handler
    access: Access = Access.ANY_KEY
    looks_again: bool = False
    """Whether the handler asks the database for the key itself, when it has read the body."""
    write_error: Callable[[ApiError], str] = write_error

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    def matches(self, path: str) -> bool:
        return self._pattern.fullmatch(path) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pattern = re.escape(self.path.removesuffix("*")).replace(r"\*", "[^/]+")
        return re.compile(f"{pattern}.+" if self.path.endswith("*") else pattern)


ROUTES = (
    Route("/health", "GET", health.show, Access.ANYBODY),
    Route("/v1/models", "GET", models.index),
    Route(f"{models.PATH}*", "GET", models.show),
    Route("/v1/images/generations", "POST", images.generations, looks_again=True),
    Route("/v1/images/edits", "POST", images.edits, looks_again=True),
    Route(chat.PATH, "POST", chat.complete, looks_again=True),
    Route(mcp.PATH, "POST", mcp.respond, looks_again=True, write_error=mcp.write_error),
    Route(f"{FILES_PATH}*", "GET", links.show, Access.ANYBODY),
    Route(gallery.PATH, "GET", gallery.index),
    Route(f"{gallery.PATH}/*", "GET", gallery.show),
    Route(f"{gallery.PATH}/*", "DELETE", gallery.delete),
    Route(f"{jobs.PATH}*", "GET", jobs.show),
    Route(f"{jobs.PATH}*", "DELETE", jobs.cancel),
    Route(files.PATH, "POST", files.create),
    Route(files.PATH, "GET", files.index),
    Route(f"{files.PATH}/*/content", "GET", files.show_content),
    Route(f"{files.PATH}/*", "GET", files.show),
    Route(f"{files.PATH}/*", "DELETE", files.delete),
    Route(batches.PATH, "POST", batches.create),
    Route(batches.PATH, "GET", batches.index),
    Route(f"{batches.PATH}/*/cancel", "POST", batches.cancel),
    Route(f"{batches.PATH}/*/results", "GET", batches.show_results),
    Route(f"{batches.PATH}/*", "GET", batches.show),
    Route(keys.OWN, "GET", keys.show_own, looks_again=True),
    Route(keys.PATH, "POST", keys.create, Access.OWNER),
    Route(keys.PATH, "GET", keys.index, Access.OWNER),
    Route(f"{keys.PATH}/*/rotate", "POST", keys.rotate, Access.OWNER),
    Route(f"{keys.PATH}/*", "GET", keys.show, Access.OWNER),
    Route(f"{keys.PATH}/*", "PATCH", keys.change, Access.OWNER),
    Route(f"{keys.PATH}/*", "DELETE", keys.delete, Access.OWNER),
    Route(usage.IMAGES_PATH, "GET", usage.images, Access.OWNER),
    Route(usage.COSTS_PATH, "GET", usage.costs, Access.OWNER),
    Route(webhooks.EVENT_TYPES_PATH, "GET", webhooks.list_event_types, Access.OWNER),
    Route(webhooks.PATH, "POST", webhooks.create, Access.OWNER),
    Route(webhooks.PATH, "GET", webhooks.index, Access.OWNER),
    Route(f"{webhooks.PATH}/*/rotate_secret", "POST", webhooks.rotate, Access.OWNER),
    Route(f"{webhooks.PATH}/*/test", "POST", webhooks.test, Access.OWNER),
    Route(f"{webhooks.PATH}/*", "GET", webhooks.show, Access.OWNER),
    Route(f"{webhooks.PATH}/*", "POST", webhooks.change, Access.OWNER),
    Route(f"{webhooks.PATH}/*", "DELETE", webhooks.delete, Access.OWNER),
)
_BY_PATH: Mapping[str, Sequence[Route]] = {
    path: [route for route in ROUTES if route.path == path]
    for path in dict.fromkeys(route.path for route in ROUTES)
}
_EVERY_ANSWER: Mapping[str, str] = {**cors.EVERY_ANSWER, **security.EVERY_ANSWER}


async def handle(request: Request, services: Services) -> Response:
    """Answer a request. This never raises, but for cancellation."""
    begin = services.now()
    request_id = f"req_{services.new_id()}"
    log = services.log
    log.add(request_id=request_id, method=request.method)
    path = request.path if request.path in _BY_PATH else paths.normalize(request.path)
    routes = _find_routes(path)
    try:
        response = await _respond(request, path, routes, services)
    except Exception as error:
        response = _refuse(explain(error, log), routes, services)
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


def _close_log(services: Services, begin: float, *_: object) -> None:
    services.log.add(duration_ms=round(1000 * (services.now() - begin)))
    services.log.close()


async def _respond(
    request: Request, path: str, routes: Sequence[Route], services: Services
) -> Response:
    """`path` is that of the request as the table of routes has it, `routes` are those of it."""
    if request.method == "OPTIONS":
        asked = request.header("access-control-request-headers")
        return Response(status=204, headers=cors.answer_preflight(asked))
    method = "GET" if request.method == "HEAD" else request.method
    route = next((route for route in routes if route.method == method), None)
    services.log.add(route=routes[0].path if routes else None)
    caller = await _let_in(request, path, route or next(iter(routes), None), services)
    if not routes:
        raise NotFound(paths.advise(path))
    if route is None:
        raise _refuse_method(request, path, [each.method for each in routes])
    return await route.handler(request, caller, services)


async def _let_in(request: Request, path: str, route: Route | None, services: Services) -> Caller:
    """Tell who asks. Below /v1 even a path that does not exist needs a key."""
    if route.access is Access.ANYBODY if route else not path.startswith("/v1/"):
        return ANYBODY
    from_memory = route is not None and route.looks_again
    caller = await limits.authorize(request, services, from_memory=from_memory)
    services.log.add(key_id=caller.id)
    if route is not None and route.access is Access.OWNER and caller is not OWNER:
        raise PermissionDenied(
            "This path is for the owner of this deployment, whose key is API_MASTER_KEY."
        )
    return caller


def _refuse_method(request: Request, path: str, methods: Sequence[str]) -> MethodNotAllowed:
    allowed = [*methods, *["HEAD"] * ("GET" in methods), "OPTIONS"]
    return MethodNotAllowed(
        f"{path[:200]} takes {' or '.join(methods)}, not {request.method}.",
        allow=", ".join(allowed),
    )


def _find_routes(path: str) -> Sequence[Route]:
    """Find those of a path, one for each of its methods."""
    if (routes := _BY_PATH.get(path)) is not None:
        return routes
    found = (routes for routes in _BY_PATH.values() if routes[0].matches(path))
    return next(found, ())


def _refuse(error: ApiError, routes: Sequence[Route], services: Services) -> Response:
    services.log.add(error=error.code)
    return Response(
        status=error.status,
        headers={"content-type": "application/json", **error.headers()},
        body=[(routes[0].write_error if routes else write_error)(error)],
        reason=error.message,
    )
