"""What a body says, before any rule but the transport's has been applied."""

from collections.abc import Sequence
from dataclasses import dataclass

from flux2.errors import InvalidValue
from flux2.links import Link
from flux2.ports import Buffer, DecodeDataUrl, Fields

Reference = Buffer | Link
"""A reference image: its bytes, or where this server keeps them."""


@dataclass(frozen=True)
class Payload:
    """The fields, and the reference images as (field, image) in the order in which the model gets
    them."""

    fields: Fields
    references: Sequence[tuple[str, Reference]]


def decode_reference(name: str, url: Buffer, decode: DecodeDataUrl) -> Buffer:
    """Decode a data URL. Raises InvalidValue if it is none, or a damaged one."""
    try:
        return decode(url)
    except ValueError as exc:
        raise InvalidValue(f"{name} is not a valid base64 data URL.", param=name) from exc
