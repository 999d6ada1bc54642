"""`GET /health`: whether this deployment is configured, in booleans; nothing of a secret."""

import json

from flux2 import __version__, catalog
from flux2.services import Services
from flux2.web import Request, Response


async def show(request: Request, services: Services) -> Response:
    settings = services.settings
    document = {
        "status": "ok",
        "version": __version__,
        "mode": "REST API" if settings.configured else "Not Configured",
        "model": catalog.DEV.id,
        "account_configured": bool(settings.account),
        "token_configured": bool(settings.api_token),
        "api_key_configured": bool(settings.api_master_key),
    }
    return Response(
        headers={"content-type": "application/json", "cache-control": "no-store"},
        body=[json.dumps(document)],
    )
