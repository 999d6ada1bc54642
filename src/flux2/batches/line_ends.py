"""How a run of a line ends, in the database: what it has become, what it cost, and whether its
batch waits behind it. What is done twice changes nothing the second time."""

from collections.abc import Sequence
from dataclasses import dataclass

from flux2.batches.rows import Line
from flux2.batches.waiting import Wait
from flux2.bindings import Database, Statement
from flux2.database import persist
from flux2.errors import InsufficientQuota
from flux2.services import Services

# A run whose end was given up may come to it all the same, so it is told by its id alone.
_IS_OPEN = """EXISTS (
  SELECT 1 FROM lines WHERE batch_id = ?1 AND number = ?2 AND run = ?3 AND status = 'running')"""
_COUNT_LINE = f"""
UPDATE batches SET completed = completed + ?4, failed = failed + 1 - ?4, micros = micros + ?5,
  touched_at = ?6
WHERE id = ?1 AND {_IS_OPEN}"""
_END_LINE = """
UPDATE lines SET status = ?4, response = ?5, bytes = ?6, made = ?7,
  ended = (SELECT total + completed + failed FROM batches WHERE id = ?1)
WHERE batch_id = ?1 AND number = ?2 AND run = ?3 AND status = 'running'"""
_PAUSE = """UPDATE batches SET resumes_at = ?2, waits_for = ?3
WHERE id = ?1 AND status = 'in_progress' AND COALESCE(resumes_at, 0) < ?2"""
_SPEND = f"""
UPDATE batches SET micros = micros + ?4, touched_at = ?5 WHERE id = ?1 AND {_IS_OPEN}"""
_RELEASE = f"""
UPDATE lines SET status = 'pending', claim = NULL, run = NULL, made = ?4,
  attempts = attempts - CASE ?5 WHEN '{InsufficientQuota.code}' THEN 1 ELSE 0 END
WHERE batch_id = ?1 AND number = ?2 AND run = ?3 AND status = 'running'"""


@dataclass(frozen=True)
class Ended:
    """How a line ended."""

    is_completed: bool
    response: str
    bytes: int
    made: str | None


async def end_line(
    line: Line,
    ended: Ended,
    pause: Wait | None,
    micros: int,
    settling: Sequence[Statement],
    database: Database,
    services: Services,
) -> None:
    """Write how a run of a line ended, with what it cost, and how long nothing is begun behind it.

    Raises OSError."""
    run = line.batch_id, line.number, line.run
    status = "completed" if ended.is_completed else "failed"
    counted = int(ended.is_completed), micros, int(services.now())
    await _persist(
        [
            *settling,
            *_pause(line, pause),
            (_COUNT_LINE, (*run, *counted)),
            (_END_LINE, (*run, status, ended.response, ended.bytes, ended.made)),
        ],
        database,
        services,
    )


async def release(
    line: Line,
    made: str | None,
    wait: Wait | None,
    micros: int,
    settling: Sequence[Statement],
    database: Database,
    services: Services,
) -> None:
    """Let a line be run again, if need be after a while. Raises OSError."""
    run = line.batch_id, line.number, line.run
    code = None if wait is None else wait.code
    await _persist(
        [
            *settling,
            *_pause(line, wait),
            (_SPEND, (*run, micros, int(services.now()))),
            (_RELEASE, (*run, made, code)),
        ],
        database,
        services,
    )


def _pause(line: Line, wait: Wait | None) -> Sequence[Statement]:
    """Make what lets the batch wait, unless it waits for longer already, or is to be cancelled."""
    return [] if wait is None else [(_PAUSE, (line.batch_id, int(wait.until), wait.code))]


async def _persist(statements: Sequence[Statement], database: Database, services: Services) -> None:
    failure = await persist(statements, database, services)
    if failure is not None:
        raise failure
