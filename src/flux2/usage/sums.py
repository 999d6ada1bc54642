"""What was spent in all, and today: sums of the ledger."""

from flux2.access.auth import OWNER
from flux2.access.keys import Key
from flux2.database import require_database, translated
from flux2.days import find_day
from flux2.services import Services

_OF_OWNER = """SELECT COALESCE(SUM(micros), 0) AS in_all,
  COALESCE(SUM(CASE day WHEN ?1 THEN micros END), 0) AS today
FROM days WHERE key_id = ?2"""
_TODAY = "SELECT COALESCE(SUM(micros), 0) AS micros FROM days WHERE day = ?1"


async def find_used_today(services: Services) -> int:
    """Micros that were spent by all keys. Raises BindingMissing or StorageUnavailable."""
    database = require_database(services)
    with translated(services):
        rows = await database.query(_TODAY, find_day(services.now()))
    micros: int = rows[0]["micros"]
    return micros


async def find_owner(services: Services) -> Key:
    """Describe the owner as a key without limits. Raises as `find_used_today`."""
    database = require_database(services)
    with translated(services):
        rows = await database.query(_OF_OWNER, find_day(services.now()), OWNER.id)
    return Key(
        id=OWNER.id,
        name=OWNER.id,
        created_at=None,
        expires_at=None,
        is_disabled=False,
        models=None,
        rpm=None,
        limit_micros=None,
        limit_reset=None,
        spent=rows[0]["in_all"],
        reserved=0,
        spent_today=rows[0]["today"],
        spent_in_all=rows[0]["in_all"],
    )
