"""The effects that a handler may have; `bridge` provides them, and tests their own."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass

from flux2.log import Log
from flux2.settings import Account, Settings
from flux2.web import Convert, DecodeDataUrl, Fetch, Limit, Resize, Storage


@dataclass(frozen=True)
class Services:
    """Of one request."""

    settings: Settings
    fetch: Fetch
    decode_data_url: DecodeDataUrl
    resize: Resize | None
    """None without the `IMAGES` binding, as `convert`."""
    convert: Convert | None
    results: Storage | None
    """None without the `RESULTS` binding."""
    limit_key: Limit | None
    """None without the `KEY_LIMITER` binding."""
    limit_address: Limit | None
    """None without the `ADDRESS_LIMITER` binding."""
    sleep: Callable[[float], Awaitable[None]]
    """Seconds."""
    now: Callable[[], float]
    """Unix time in seconds."""
    new_id: Callable[[], str]
    """32 hexadecimal digits that nobody can guess."""
    random_below: Callable[[int], int]
    log: Log
    # What this isolate remembers from one request to the next:
    rests: MutableMapping[tuple[Account, str], float]
    """Accounts and models, and the Unix time until which they are left alone."""
    blocked: MutableMapping[str, float]
    """Addresses from which too many wrong keys came, and until when."""
