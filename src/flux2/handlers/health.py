"""`GET /health`: whether this deployment is configured, in booleans and one number."""

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
        "account_configured": settings.account_configured,
        "token_configured": settings.token_configured,
        "api_key_configured": bool(settings.api_master_key),
        "accounts": sum(account.complete for account in settings.accounts),
    }
    return Response(
        headers={"content-type": "application/json", "cache-control": "no-store"},
        body=[json.dumps(document)],
    )
