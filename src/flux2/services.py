"""The effects that a handler may have; `edge` provides them, and tests their own."""

from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from dataclasses import dataclass
from typing import TypeVar

from flux2.accounts import Account
from flux2.bindings import Bindings, Storage
from flux2.errors import BindingMissing
from flux2.log import Log
from flux2.ports import DecodeDataUrl, Fetch, Post
from flux2.room import Rooms
from flux2.settings import Settings

MB = 1024 * 1024
BODIES, SMALL_BODIES = 40 * MB, 6 * MB
IMAGES, SMALL_IMAGES = 24 * MB, 6 * MB
"""Bytes for all requests of an isolate, which has 128 MB (Cloudflare's reference, "Workers,
Limits"); Python itself takes about 40 of them."""


_Binding = TypeVar("_Binding")


def require(binding: _Binding | None, need: str) -> _Binding:
    """Raises BindingMissing if there is none; `need` says which is needed, and what it is for."""
    if binding is None:
        raise BindingMissing(
            f"{need} and is not bound. Bind it as wrangler.toml does, and deploy again."
        )
    return binding


@dataclass(frozen=True)
class Services:
    """The effects of one request."""

    settings: Settings
    bindings: Bindings
    fetch: Fetch
    post: Post
    decode_data_url: DecodeDataUrl
    sleep: Callable[[float], Awaitable[None]]
    """Takes seconds."""
    now: Callable[[], float]
    """Tells the Unix time in seconds."""
    new_id: Callable[[], str]
    """Draws 32 hexadecimal digits that nobody can guess."""
    random_below: Callable[[int], int]
    defer: Callable[[Coroutine[None, None, None]], None]
    """Does some work that no answer waits for; Cloudflare grants it 30 s after the answer."""
    log: Log
    # What this isolate remembers from one request to the next:
    cooldowns: MutableMapping[tuple[Account, str], float]
    """Accounts and models, and the Unix time until which they are left alone."""
    known_keys: MutableMapping[str, tuple[str, float]]
    """Ids of callers' keys by their hash, and until when they need not be looked up."""
    blocked: MutableMapping[str, float]
    """Addresses from which too many wrong keys came, and until when."""
    bodies: Rooms
    """What the bodies of requests may take. Whoever holds some of it may wait for `images`."""
    images: Rooms
    """What images may take that are held whole. Whoever holds some of it waits for nothing else."""


def require_storage(services: Services) -> Storage:
    """Raises BindingMissing if there is none."""
    need = "This needs the KV namespace RESULTS, which keeps files and images"
    return require(services.bindings.results, need)
