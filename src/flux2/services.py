"""The effects that a handler may have; `bridge` provides them, and tests their own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from flux2.settings import Settings
from flux2.web import Convert, DecodeDataUrl, Fetch, Resize, Storage


@dataclass(frozen=True)
class Services:
    settings: Settings
    fetch: Fetch
    decode_data_url: DecodeDataUrl
    resize: Resize | None
    """None without the `IMAGES` binding, as `convert`."""
    convert: Convert | None
    results: Storage | None
    """None without the `RESULTS` binding."""
    sleep: Callable[[float], Awaitable[None]]
    """Seconds."""
    now: Callable[[], float]
    """Unix time in seconds."""
    new_id: Callable[[], str]
    """32 hexadecimal digits that nobody can guess."""
    random_below: Callable[[int], int]
    log: Callable[[str], None]
    """One line; never a secret, a prompt or an image."""
