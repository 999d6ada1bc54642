"""The effects that a handler may have; `bridge` provides them, and tests their own."""

from collections.abc import Callable
from dataclasses import dataclass

from flux2.settings import Settings
from flux2.web import DecodeDataUrl, Fetch, Resize


@dataclass(frozen=True)
class Services:
    settings: Settings
    fetch: Fetch
    decode_data_url: DecodeDataUrl
    resize: Resize | None
    """None without the `IMAGES` binding."""
    now: Callable[[], float]
    """Unix time in seconds."""
    new_id: Callable[[], str]
    """32 hexadecimal digits that nobody can guess."""
    random_below: Callable[[int], int]
    log: Callable[[str], None]
    """One line; never a secret, a prompt or an image."""
