"""`GET /health`: whether this deployment is configured, and what is wrong if it is not."""

from collections.abc import Iterator, Sequence
from typing import Literal

from flux2 import __version__, catalog, gallery, json_text
from flux2.access.auth import Caller
from flux2.answers.shapes import Health
from flux2.generation.cache import NEEDS_RESULTS
from flux2.ports import Request, Response
from flux2.services import Services
from flux2.settings import Settings


async def show(request: Request, caller: Caller, services: Services) -> Response:
    settings = services.settings
    problems = list(_find_problems(services))
    document: Health = {
        "status": "ok",
        "version": __version__,
        "mode": _choose_mode(problems, settings),
        "model": catalog.DEV.id,
        "account_configured": settings.account_configured,
        "token_configured": settings.token_configured,
        "api_key_configured": bool(settings.api_master_key),
        "accounts": sum(account.complete for account in settings.accounts),
        "problems": problems,
    }
    return Response(
        headers={"content-type": "application/json", "cache-control": "no-store"},
        body=[json_text.write(document)],
    )


def _choose_mode(
    problems: Sequence[str], settings: Settings
) -> Literal["REST API", "Demo", "Not Configured"]:
    if problems:
        return "Not Configured"
    return "Demo" if settings.is_demo else "REST API"


def _find_problems(services: Services) -> Iterator[str]:
    """Tell names and rules, never a value."""
    yield from services.settings.find_problems()
    if services.settings.cache_ttl_text not in ("", "0") and services.bindings.results is None:
        yield NEEDS_RESULTS
    if services.settings.keep_images_text not in ("", "0"):
        yield from gallery.find_lacks(services.bindings)
