"""`GET /v1/images/files/{id}.{ext}`: an image that was asked for as a link."""

from flux2 import kept_images, paths
from flux2.access.auth import Caller
from flux2.errors import NotFound, UpstreamError
from flux2.image_formats import SIGNATURE, sniff
from flux2.links import FILES_PATH, LINK_SECONDS
from flux2.ports import Buffer, Request, Response
from flux2.services import Services


async def show(request: Request, caller: Caller, services: Services) -> Response:
    """Ask for no key, since browsers and chat programs send none; nobody can guess the name."""
    name = paths.normalize(request.path).removeprefix(FILES_PATH)
    image = await _find(name, services)
    kind = sniff(image.read(0, SIGNATURE)) if image is not None else None
    if image is None or kind is None:
        raise NotFound(
            "There is no such image, or not any more: links live one hour, those of a chat a day, "
            "unless this deployment keeps images for longer."
        )
    return Response(
        headers={
            "content-type": f"image/{kind}",
            "content-disposition": f'inline; filename="{name}"',
            "cache-control": f"private, max-age={LINK_SECONDS}",
        },
        body=[image],
    )


async def _find(name: str, services: Services) -> Buffer | None:
    try:
        return await kept_images.find(name, services.bindings.results)
    except OSError as exc:
        raise UpstreamError("The image cannot be read at the moment. Try again.") from exc
