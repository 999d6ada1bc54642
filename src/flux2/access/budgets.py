"""What callers may still spend: reserved before Cloudflare is asked, in one statement that also
looks the key up, so that a budget holds however many ask at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flux2 import catalog
from flux2.access import keys
from flux2.access.auth import Caller
from flux2.access.keys import SPENT, Key
from flux2.bindings import Database, Statement, TooSlow
from flux2.database import describe_failure, persist, require_database, translated
from flux2.days import find_reset
from flux2.errors import InsufficientQuota, PermissionDenied, RateLimitExceeded
from flux2.services import Services


def _count_minute(place: str) -> str:
    """Write how many requests of the key `keys.id` began in that minute: are over, or are not."""
    return f"""(
    SELECT COUNT(*) FROM requests
    WHERE at >= 60 * {place} AND at < 60 * {place} + 60 AND key_id = keys.id
  ) + (
    SELECT COALESCE(SUM(requests), 0) FROM reservations WHERE key_id = keys.id AND minute = {place}
  )"""


# ?1 to ?3 are those of keys.SPENT, ?4 the key's hash, ?5 the time, ?6 the model.
_RESERVE = f"""
INSERT INTO reservations (key_id, id, day, minute, requests, micros)
SELECT id, ?7, ?1, ?9, ?10, ?8 FROM keys
WHERE hash = ?4 AND disabled = 0 AND (expires_at IS NULL OR expires_at > ?5)
  AND (models IS NULL OR ?6 IN (SELECT value FROM json_each(models)))
  AND (limit_micros IS NULL OR ?8 + {SPENT} <= limit_micros)
  AND (rpm IS NULL OR ?10 + {_count_minute("?9")} <= rpm)
RETURNING key_id"""
_END = "DELETE FROM reservations WHERE key_id = ?1 AND id = ?2"
_IN_MINUTE = f"SELECT {_count_minute('?2')} AS requests FROM keys WHERE id = ?1"
_MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Reservation:
    """What is put aside for a request, on the day on which that began."""

    caller: Caller
    id: str
    at: int
    """The Unix time at which the request began."""
    micros: int
    requests: int = 1
    """How many requests of its minute this is: 0 where one needs more than was thought."""

    def end(self) -> Statement:
        """Make the statement that ends it; once it has ended, that changes nothing."""
        return _END, (self.caller.id, self.id)


async def reserve(reservation: Reservation, model: catalog.Model, services: Services) -> None:
    """Put it aside.

    Raises InvalidApiKey, PermissionDenied, InsufficientQuota, RateLimitExceeded or
    StorageUnavailable; then nothing is put aside.
    """
    for _ in range(_MOST_ATTEMPTS):
        if await _try_to_reserve(reservation, model, services):
            return
        await _explain(reservation, model, services)
    raise RateLimitExceeded(
        "So many share the budget of this key at the moment that it is not known what is left. "
        "Try again.",
        retry_after=1,
    )


async def _try_to_reserve(
    reservation: Reservation, model: catalog.Model, services: Services
) -> bool:
    database = require_database(services)
    values = (
        *keys.find_days(reservation.at),
        reservation.caller.key_hash,
        int(services.now()),
        model.id,
        reservation.id,
        reservation.micros,
        reservation.at // 60,
        reservation.requests,
    )
    with translated(services):
        try:
            return await database.find("key_id", _RESERVE, *values) is not None
        except OSError as exc:
            services.defer(_undo(exc, reservation, database, services))
            raise


async def _undo(
    error: OSError, reservation: Reservation, database: Database, services: Services
) -> None:
    """Give back what was perhaps put aside all the same, though nobody could tell the caller."""
    if isinstance(error, TooSlow) and await _is_refused(error):
        return
    failure = await persist([reservation.end()], database, services)
    if failure is not None:
        told = describe_failure(failure)
        services.log.event("reservation_not_undone", key_id=reservation.caller.id, **told)


async def _is_refused(slow: TooSlow) -> bool:
    """Wait for the answer; tell whether it says that nothing was put aside."""
    try:
        return not isinstance(await slow.late, str)  # the runtime has a null that is not None
    except Exception:
        return False


async def _explain(reservation: Reservation, model: catalog.Model, services: Services) -> None:
    """Raise why nothing was put aside; return if there is no reason any more."""
    key_hash = reservation.caller.key_hash
    assert key_hash is not None
    services.known_keys.pop(key_hash, None)
    key = await keys.find(key_hash, services)
    check_model(key.models, model)
    now, micros = services.now(), reservation.micros
    if key.limit_micros is not None and key.spent + micros > key.limit_micros:
        said = _describe_budget(key, micros, now)
        raise InsufficientQuota(said, resets_at=_find_reset(key, micros, now))
    if key.rpm is not None and await _find_in_minute(key, now, services) >= key.rpm:
        how_often = "once" if key.rpm == 1 else f"{key.rpm:,} times"
        raise RateLimitExceeded(
            f"This API key may ask for images {how_often} a minute. Wait, then try again.",
            retry_after=round(60 - now % 60 + 0.5),
        )


def check_model(may_use: Sequence[str] | None, model: catalog.Model) -> None:
    """Raises PermissionDenied if it is none of those that a key may use; None: all."""
    if may_use is not None and model.id not in may_use:
        names = ", ".join(each.removeprefix(catalog.PREFIX) for each in may_use)
        raise PermissionDenied(
            f"This API key may not use {model.name}. It may use: {names}.", param="model"
        )


async def _find_in_minute(key: Key, now: float, services: Services) -> int:
    with translated(services):
        rows = await require_database(services).query(_IN_MINUTE, key.id, int(now // 60))
    return rows[0]["requests"] if rows else 0


def _describe_budget(key: Key, micros: int, now: float) -> str:
    left = max(0, (key.limit_micros or 0) - key.spent)
    said = (
        f"This would cost {catalog.from_micros(micros):,} neurons, but the budget of this API key "
        f"has {catalog.from_micros(left):,} left. "
    )
    if key.reserved:
        aside = catalog.from_micros(key.reserved)
        said += f"Put aside for its requests that are still running: {aside:,}. "
    return said + _describe_reset(key, micros, now)


def _find_reset(key: Key, micros: int, now: float) -> float:
    """Find when there is enough; no reset brings more than the whole budget."""
    if key.limit_reset is None or micros > (key.limit_micros or 0):
        return InsufficientQuota.NEVER
    return find_reset(key.limit_reset, keys.find_days(now)[0])


def _describe_reset(key: Key, micros: int, now: float) -> str:
    reset = _find_reset(key, micros, now)
    if reset != InsufficientQuota.NEVER:
        return f"It resets on {datetime.fromtimestamp(reset, UTC):%Y-%m-%d} at 00:00 UTC."
    if key.limit_reset is None:
        return "It does not reset: ask the owner of this deployment for more."
    return (
        f"It never has more than {catalog.from_micros(key.limit_micros or 0):,}: ask for less, or "
        "ask the owner of this deployment for more."
    )
