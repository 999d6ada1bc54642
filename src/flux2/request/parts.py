"""What a form is made of, whichever way it is written."""

from dataclasses import dataclass

from flux2.errors import InvalidForm
from flux2.ports import Buffer

MOST_PARTS = 1000
"""A form may have no more; a request that uses every field has about twenty."""


@dataclass(frozen=True)
class Part:
    """A named value; one without a file name is text, as far as anybody says."""

    name: str
    is_file: bool
    content: Buffer
    filename: str = ""


def check_count(count: int) -> None:
    """Refuse a form of so many parts, before it is taken apart further."""
    if count > MOST_PARTS:
        raise InvalidForm(f"A form may have at most {MOST_PARTS:,} parts.")
