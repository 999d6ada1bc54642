"""`GET /v1/images/files/{id}.{ext}`: an image that was asked for as a link."""

import re

from flux2.errors import NotFound, UpstreamError
from flux2.jobs import FILES_PATH, LINK_SECONDS
from flux2.references import sniff
from flux2.services import Services
from flux2.web import Request, Response

PATH = FILES_PATH
_NAME = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|webp)")
_SIGNATURE = 32
"""Bytes that show what an image is."""


async def show(request: Request, services: Services) -> Response:
    """Without a key, since browsers and chat programs send none: the name cannot be guessed."""
    name = request.path.removeprefix(PATH)
    image = None
    if services.results is not None and _NAME.fullmatch(name):
        try:
            image = await services.results.get(name)
        except OSError as exc:
            raise UpstreamError("The image cannot be read at the moment. Try again.") from exc
    kind = sniff(image.read(0, _SIGNATURE)) if image is not None else None
    if image is None or kind is None:
        raise NotFound("There is no such image, or not any more: links live one hour.")
    return Response(
        headers={
            "content-type": f"image/{kind}",
            "content-disposition": f'inline; filename="{name}"',
            "cache-control": f"private, max-age={LINK_SECONDS}",
        },
        body=[image],
    )
