"""Reference images, ready for Cloudflare: checked by their bytes, and shrunk where they must be."""

from flux2 import kept_images
from flux2.bindings import Bindings, Images
from flux2.catalog import REFERENCE_SIDE
from flux2.errors import InvalidImage, RequestTooLarge, UpstreamError
from flux2.image_formats import sniff
from flux2.links import Link
from flux2.ports import Buffer, TypedFile
from flux2.request import image_headers
from flux2.request.image_headers import Size
from flux2.request.payload import Reference

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 100_000_000
LONGEST_SIDE = {"webp": 16_383}
OTHERS_LONGEST_SIDE = 12_000
"""Pixels that the `IMAGES` binding takes, by Cloudflare's "Images, Limits and formats"; WebP's side
is the format's own limit (RFC 9649, 1). A file of 1 MB can unpack to a gigabyte."""


async def prepare(param: str, reference: Reference, bindings: Bindings) -> TypedFile:
    """Make the image what the model takes: at most 512 pixels on a side.

    Raises InvalidImage, RequestTooLarge or UpstreamError, which name `param`.
    """
    if isinstance(reference, Link):
        file = await _fetch(param, reference, bindings)
    else:
        file = reference
    if file.size > MOST_BYTES:
        raise RequestTooLarge(
            f"{param} has {file.size:,} bytes, more than {MOST_BYTES:,}; a reference image may "
            "have at most 20 MB.",
            param=param,
        )
    head = file.read(0, image_headers.HEAD)
    kind = sniff(head)
    if kind is None:
        raise InvalidImage(f"{param} must be a PNG, JPEG, WebP or GIF image.", param=param)
    size = image_headers.measure(kind, head, file)
    if size is None or 0 in size:
        raise InvalidImage(f"{param} is a damaged {kind.upper()} image.", param=param)
    image = TypedFile(file, f"image/{kind}")
    if max(size) <= REFERENCE_SIDE:
        return image
    images = bindings.images
    if images is None:
        raise InvalidImage(
            f"{param} is {size[0]}x{size[1]} pixels; without the IMAGES binding a reference image "
            f"may have at most {REFERENCE_SIDE}x{REFERENCE_SIDE}.",
            param=param,
        )
    _check_pixels(param, kind, size)
    return await _shrink(param, image, images)


async def _fetch(param: str, link: Link, bindings: Bindings) -> Buffer:
    try:
        file = await kept_images.find(link.name, bindings.results)
    except OSError as exc:
        raise UpstreamError(
            f"{param} cannot be read at the moment. Try again, or send the image itself.",
            param=param,
        ) from exc
    if file is None:
        raise InvalidImage(
            f"{param} is a link to an image that is not here, or not any more: links live one "
            "hour, those of a chat a day. Send the image itself.",
            param=param,
        )
    return file


async def _shrink(param: str, image: TypedFile, images: Images) -> TypedFile:
    try:
        return await images.resize(image, side=REFERENCE_SIDE)
    except ValueError as exc:
        raise InvalidImage(
            f"{param} could not be decoded, so it could not be shrunk to "
            f"{REFERENCE_SIDE}x{REFERENCE_SIDE} pixels.",
            param=param,
        ) from exc
    except OSError as exc:
        raise UpstreamError(
            f"Cloudflare Images could not shrink {param}: {exc}. Try again, or send it with at "
            f"most {REFERENCE_SIDE}x{REFERENCE_SIDE} pixels.",
            param=param,
        ) from exc


def _check_pixels(param: str, kind: str, size: Size) -> None:
    longest = LONGEST_SIDE.get(kind, OTHERS_LONGEST_SIDE)
    if max(size) > longest or size[0] * size[1] > MOST_PIXELS:
        raise InvalidImage(
            f"{param} is {size[0]}x{size[1]} pixels; a reference image may have at most "
            f"{longest:,} on a side and {MOST_PIXELS:,} in all.",
            param=param,
        )
