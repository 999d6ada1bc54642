"""What became of one image of a plan."""

from dataclasses import dataclass

from flux2.generation.previews import Preview
from flux2.image_formats import MadeFormat
from flux2.ports import Base64


@dataclass(frozen=True)
class Result:
    """An image as it goes into the answer."""

    base64: Base64
    format: MadeFormat
    compression: int | None
    """The quality with which it was compressed anew; None if it was not, or with the usual one."""
    seed: int
    account: str | None
    """The variable with the account that served; None if the image was kept from before."""
    url: str | None = None
    """Where it is kept; the base64 is not held any more if the answer has this in its place."""
    size: int = 0
    """Bytes of the base64 of an image that was kept for a batch."""
    kept_id: str | None = None
    """By which whoever asked for it finds it again; see `gallery`."""
    preview: Preview | None = None
    """A small copy, where there is a link and one was asked for."""


@dataclass(frozen=True)
class Failure:
    """Why the image of that seed did not come."""

    seed: int
    error: Exception
    """An ApiError, or a bug of ours."""


Outcome = Result | Failure
