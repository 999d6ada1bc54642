"""Images that this server keeps for a while: as their bytes, or as the base64 that they came in."""

from flux2.bindings import Storage
from flux2.links import KEPT_TEXT, NAME
from flux2.ports import Buffer


async def find(name: str, storage: Storage | None) -> Buffer | None:
    """Find the bytes of an image by the name in its link; None if it is not here, or not any more.

    Raises OSError.
    """
    if not NAME.fullmatch(name) or storage is None:
        return None
    image = await storage.get(name)
    return image or await storage.get_decoded(KEPT_TEXT + name.partition(".")[0])
