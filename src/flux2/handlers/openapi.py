"""`GET /openapi.json`: the API in machine-readable form; `/docs` shows it."""

from flux2.services import Services
from flux2.web import Request, Response


async def show(request: Request, services: Services) -> Response:
    """Without a key and without any variable; its server is where it was asked for."""
    from flux2 import specification  # here, since no other request needs it

    document = specification.DOCUMENT.replace(specification.SERVER, request.origin)
    return Response(headers={"content-type": "application/json"}, body=[document])
