"""What callers may still spend: reserved before Cloudflare is asked, in one statement that also
looks the key up, so that a budget holds however many ask at once."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flux2 import catalog
from flux2.access import keys
from flux2.access.auth import Caller
from flux2.access.keys import PERIOD_BEGIN, Key
from flux2.bindings import Database, Statement, TooSlow, Value
from flux2.database import require_database, translated
from flux2.days import find_day, find_reset
from flux2.errors import InsufficientQuota, PermissionDenied, RateLimitExceeded
from flux2.services import Services

# ?4 is the key's hash, ?5 the time, ?6 the model, ?7 the price, ?8 the minute, and ?9 how many
# requests this is: one, or none where a request needs more than was thought.
_RESERVE = f"""
INSERT INTO spending (key_id, day, micros, minute, in_minute)
SELECT id, ?1, ?7, ?8, ?9 FROM keys
WHERE hash = ?4 AND disabled = 0 AND (expires_at IS NULL OR expires_at > ?5)
  AND (models IS NULL OR ?6 IN (SELECT value FROM json_each(models)))
  AND (limit_micros IS NULL OR ?7 + (
    SELECT COALESCE(SUM(micros), 0) FROM spending WHERE key_id = keys.id AND day >= {PERIOD_BEGIN}
  ) <= limit_micros)
  AND (rpm IS NULL OR ?9 + COALESCE(
    (SELECT in_minute FROM spending WHERE key_id = keys.id AND day = ?1 AND minute = ?8), 0
  ) <= rpm)
ON CONFLICT (key_id, day) DO UPDATE SET
  micros = spending.micros + excluded.micros,
  in_minute = excluded.in_minute
    + CASE spending.minute WHEN excluded.minute THEN spending.in_minute ELSE 0 END,
  minute = excluded.minute
RETURNING key_id"""
_GIVE_BACK = "UPDATE spending SET micros = micros - ?1 WHERE key_id = ?2 AND day = ?3"
_COUNT_MINUTE = """SELECT in_minute FROM spending
WHERE key_id = ?1 AND day = ?2 AND minute = ?3"""
_MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Reservation:
    """Micros that were put aside, and the day whose they are."""

    caller: Caller
    day: int
    micros: int

    def give_back(self, micros: int) -> Statement:
        """Make the statement that gives back some of it, or takes what was more."""
        return _GIVE_BACK, (micros, self.caller.id, self.day)


async def reserve(
    caller: Caller, model: catalog.Model, micros: int, services: Services, *, is_new: bool = True
) -> Reservation:
    """Put aside what a request may cost; `is_new` counts it for the requests of this minute.

    Raises InvalidApiKey, PermissionDenied, InsufficientQuota, RateLimitExceeded or
    StorageUnavailable; then nothing is put aside.
    """
    for _ in range(_MOST_ATTEMPTS):
        now = services.now()
        day, *begins = keys.find_days(now)
        values = (day, *begins, caller.key_hash, int(now), model.id, micros)
        reservation = Reservation(caller, day, micros)
        if await _try_to_reserve(reservation, (*values, int(now // 60), int(is_new)), services):
            return reservation
        await _explain(caller, model, micros, services)
    raise RateLimitExceeded(
        "So many share the budget of this key at the moment that it is not known what is left. "
        "Try again.",
        retry_after=1,
    )


async def _try_to_reserve(
    reservation: Reservation, values: tuple[Value, ...], services: Services
) -> bool:
    database = require_database(services)
    with translated(services):
        try:
            return await database.find("key_id", _RESERVE, *values) is not None
        except TooSlow as exc:
            services.defer(_undo(exc, reservation, database, services))
            raise


async def _undo(
    slow: TooSlow, reservation: Reservation, database: Database, services: Services
) -> None:
    """Give back what was put aside after all, when nobody waited for it any more."""
    try:
        if isinstance(await slow.late, str):  # the runtime has a null that is not None
            await database.execute(reservation.give_back(reservation.micros))
    except Exception:
        services.log.event("reservation_not_undone", key_id=reservation.caller.id)


async def _explain(caller: Caller, model: catalog.Model, micros: int, services: Services) -> None:
    """Raise why nothing was put aside; return if there is no reason any more."""
    assert caller.key_hash is not None
    services.known_keys.pop(caller.key_hash, None)
    key = await keys.find(caller.key_hash, services)
    if key.models is not None and model.id not in key.models:
        names = ", ".join(each.removeprefix(catalog.PREFIX) for each in key.models)
        raise PermissionDenied(
            f"This API key may not use {model.name}. It may use: {names}.", param="model"
        )
    now = services.now()
    if key.limit_micros is not None and key.spent + micros > key.limit_micros:
        raise InsufficientQuota(_describe_budget(key, micros, now), retryable=False)
    if key.rpm is not None and await _count_minute(key, now, services) >= key.rpm:
        raise RateLimitExceeded(
            f"This API key may ask for images {key.rpm:,} times a minute. Wait, then try again.",
            retry_after=round(60 - now % 60 + 0.5),
        )


async def _count_minute(key: Key, now: float, services: Services) -> int:
    with translated(services):
        rows = await require_database(services).query(
            _COUNT_MINUTE, key.id, find_day(now), int(now // 60)
        )
    return rows[0]["in_minute"] if rows else 0


def _describe_budget(key: Key, micros: int, now: float) -> str:
    left = max(0, (key.limit_micros or 0) - key.spent)
    return (
        f"This would cost {catalog.from_micros(micros):,} neurons, but the budget of this API key "
        f"has {catalog.from_micros(left):,} left. {_describe_reset(key, now)}"
    )


def _describe_reset(key: Key, now: float) -> str:
    if key.limit_reset is None:
        return "It does not reset: ask the owner of this deployment for more."
    reset = datetime.fromtimestamp(find_reset(key.limit_reset, keys.find_days(now)[0]), UTC)
    return f"It resets on {reset:%Y-%m-%d} at 00:00 UTC."
