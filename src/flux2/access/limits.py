"""Who may ask, and how often: counted by Cloudflare's rate-limit bindings, whose numbers stand in
wrangler.toml. Cloudflare's reference: "Workers, Rate Limiting"."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from flux2.access import keys
from flux2.access.auth import OWNER, WRONG_KEY, Caller, hash_key, is_owners, read_key
from flux2.errors import InvalidApiKey, RateLimitExceeded
from flux2.ports import Request
from flux2.services import Services

_PERIOD = 60
"""Seconds, as in wrangler.toml."""
_MOST_BLOCKED = 1000


async def authorize(request: Request, services: Services, *, from_memory: bool) -> Caller:
    """Tell who asks, by the key of the request; `from_memory` is that of `keys.identify`.

    Raises InvalidApiKey, or StorageUnavailable; or RateLimitExceeded where too many wrong keys came
    from: for a while not even the right one is taken from there, or else guessing could go on.
    """
    master_key = services.settings.require_api_master_key()
    limiter = services.bindings.address_limiter
    if limiter is not None and services.blocked:
        _check_not_blocked(request, services)
    presented = read_key(request.header("authorization"))
    if is_owners(presented, master_key):
        return OWNER
    try:
        return await keys.identify(hash_key(presented), services, from_memory=from_memory)
    except InvalidApiKey as error:
        if limiter is not None and error.message == WRONG_KEY:  # nobody guesses an expired one
            address = _read_address(request)
            if not await _is_within(limiter(address), services):
                _block(address, services)
                _check_not_blocked(request, services)
        raise


def count_request(caller: Caller, services: Services) -> Callable[[], Awaitable[None]]:
    """Begin to count one more request for images of this caller; what is returned waits for the
    outcome, and raises RateLimitExceeded when there have been too many."""
    limiter = services.bindings.key_limiter
    if limiter is None:
        return _allow
    outcome = limiter(_name(caller, services))

    async def check() -> None:
        if not await _is_within(outcome, services):
            raise RateLimitExceeded(
                "With this API key images have been asked for too often. Wait, then try again.",
                retry_after=_count_seconds_left(services.now()),
            )

    return check


def _name(caller: Caller, services: Services) -> str:
    """A new master key begins anew."""
    if caller is not OWNER:
        return caller.id
    return sha256(services.settings.api_master_key.encode()).hexdigest()[:16]


async def _allow() -> None:
    """Nobody counts."""


async def _is_within(outcome: Callable[[], Awaitable[bool]], services: Services) -> bool:
    """Tell what was counted; if nobody can say, nobody is shut out."""
    try:
        return await outcome()
    except OSError:
        services.log.event("rate_limit_unavailable")
        return True


def _count_seconds_left(now: float) -> int:
    return round(_PERIOD - now % _PERIOD)


# Addresses that wrong keys came from, as far as this isolate knows


def _read_address(request: Request) -> str:
    """Cloudflare sets the header, whatever the client sends. A network of IPv6, not one address:
    whoever has one has 2^64 (RFC 6177)."""
    address = request.header("cf-connecting-ip") or ""
    if ":" not in address:
        return address
    head, _, tail = address.partition("::")
    groups = head.split(":") if head else []
    missing = 8 - len(groups) - len(tail.split(":"))
    return ":".join([*groups, *["0"] * missing, *tail.split(":")][:4])


def _block(address: str, services: Services) -> None:
    now = services.now()
    if len(services.blocked) >= _MOST_BLOCKED:
        services.blocked.clear()
    services.blocked[address] = now + _count_seconds_left(now)


def _check_not_blocked(request: Request, services: Services) -> None:
    seconds = services.blocked.get(_read_address(request), 0) - services.now()
    if seconds > 0:
        raise RateLimitExceeded(
            "Too many wrong API keys came from your address. Wait, then try again with the right "
            "one.",
            retry_after=round(seconds + 0.5),
        )
