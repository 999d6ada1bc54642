"""How far a batch has come, in the database: what is done twice changes nothing the second time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flux2 import json_text
from flux2.access.auth import OWNER, Caller
from flux2.batches.checking import MOST_LINES, Checked, describe_errors
from flux2.batches.rows import FIND_BATCH, LINE_COLUMNS, Batch, Line, read_batch, read_line
from flux2.bindings import Database, Workflow

_MOST_ERRORS = 20
"""Of a batch of which nothing can be begun."""

_KNOWN = """SELECT custom_id FROM lines
WHERE batch_id = ?1 AND custom_id IN (SELECT value FROM json_each(?2))"""
_AT_POSITION = "(SELECT position FROM batches WHERE id = ?1 AND status = 'validating') = ?3"
_ADD_LINES = f"""
INSERT INTO lines (batch_id, number, custom_id, body, response, status, ended)
SELECT ?1, value ->> 'number', value ->> 'custom_id', value ->> 'body', value ->> 'response',
  CASE WHEN value ->> 'body' IS NULL THEN 'failed' ELSE 'pending' END,
  CASE WHEN value ->> 'body' IS NULL THEN value ->> 'number' END
FROM json_each(?2) WHERE {_AT_POSITION}"""
_MOVE_ON = """
UPDATE batches SET position = ?2, total = total + ?4, failed = failed + ?5,
  most_images = MAX(most_images, ?6), errors = COALESCE(errors, ?7), touched_at = ?8
WHERE id = ?1 AND status = 'validating' AND position = ?3"""
_BEGIN = """
UPDATE batches SET status = 'in_progress', in_progress_at = ?2, errors = NULL, touched_at = ?2
WHERE id = ?1 AND status = 'validating' AND failed < total AND total <= ?3"""
_REFUSE = """
UPDATE batches SET status = 'failed', failed_at = ?2, touched_at = ?2, errors = COALESCE(?3, errors)
WHERE id = ?1 AND status = 'validating'"""

_CLAIMED = f"SELECT {LINE_COLUMNS} FROM lines WHERE batch_id = ?1 AND claim = ?2"
_CLAIM = f"""
UPDATE lines SET status = 'running', claim = ?2, run = ?3, begun_at = ?4, attempts = attempts + 1
WHERE batch_id = ?1
  AND number = (SELECT MIN(number) FROM lines WHERE batch_id = ?1 AND status = 'pending')
  AND EXISTS (
    SELECT 1 FROM batches WHERE id = ?1 AND status = 'in_progress' AND expires_at > ?4
      AND (resumes_at IS NULL OR resumes_at <= ?4)
  )
  AND NOT EXISTS (SELECT 1 FROM lines WHERE batch_id = ?1 AND claim = ?2)
RETURNING {LINE_COLUMNS}"""
_NEXT = "SELECT 1 FROM lines WHERE batch_id = ?1 AND status = 'pending' LIMIT 1"
_HAND_OVER = "UPDATE batches SET instance = ?2 + 1 WHERE id = ?1 AND instance = ?2"
_KEY = """SELECT keys.hash FROM keys JOIN batches ON keys.id = batches.key_id
WHERE batches.id = ?1"""
_LOST = f"""SELECT {LINE_COLUMNS} FROM lines
WHERE batch_id = ?1 AND status = 'running' AND claim NOT LIKE ?2 LIMIT ?3"""


@dataclass(frozen=True)
class Claim:
    """What a step finds to do."""

    batch: Batch
    caller: Caller
    line: Line | None
    """None: nothing, now or at all."""
    is_new: bool
    """Whether it is this step that has begun it, and not one that broke off."""
    has_more: bool
    """Whether others wait to be begun."""


async def load(batch_id: str, database: Database) -> Batch:
    """Raises OSError, also where there is no such batch."""
    rows = await database.query(FIND_BATCH, batch_id)
    if not rows:
        raise OSError("there is no such batch")
    return read_batch(rows[0])


async def find_known(batch: Batch, checked: Sequence[Checked], database: Database) -> Sequence[str]:
    """Find which of the ids stand in lines of earlier steps."""
    ids = json.dumps([line.custom_id for line in checked if line.custom_id is not None])
    return [row["custom_id"] for row in await database.query(_KNOWN, batch.id, ids)]


async def add_lines(
    batch: Batch, checked: Sequence[Checked], position: int, database: Database, now: float
) -> None:
    """Add lines that were checked, unless another step was quicker."""
    failed = [line for line in checked if line.error is not None]
    errors = describe_errors(failed[:_MOST_ERRORS]) if failed else None
    rows = json_text.write([line.to_row() for line in checked])
    most = max((line.images for line in checked), default=1)
    moved = position, batch.position, len(checked), len(failed), max(most, 1), errors, int(now)
    await database.execute(
        (_ADD_LINES, (batch.id, rows, batch.position)), (_MOVE_ON, (batch.id, *moved))
    )


async def begin(batch: Batch, database: Database, now: float) -> None:
    """Begin with the lines, all of which have been checked; or refuse the batch."""
    why = None
    if batch.total == 0:
        why = _describe("empty_file", "The input has no lines.")
    elif batch.total > MOST_LINES:
        why = _describe("too_many_lines", f"A batch may have at most {MOST_LINES:,} lines.")
    await database.execute(
        (_BEGIN, (batch.id, int(now), MOST_LINES)), (_REFUSE, (batch.id, int(now), why))
    )


async def refuse(batch: Batch, code: str, message: str, database: Database, now: float) -> None:
    """Refuse a batch of which nothing can be begun."""
    await database.execute((_REFUSE, (batch.id, int(now), _describe(code, message))))


def _describe(code: str, message: str) -> str:
    return json.dumps([{"code": code, "line": None, "message": message, "param": None}])


async def claim(batch_id: str, step: str, run: str, database: Database, now: float) -> Claim:
    """Begin the next line; or find the one that this step has begun before it broke off."""
    batches, before, begun, keys, pending = await database.transact(
        (FIND_BATCH, (batch_id,)),
        (_CLAIMED, (batch_id, step)),
        (_CLAIM, (batch_id, step, run, int(now))),
        (_KEY, (batch_id,)),
        (_NEXT, (batch_id,)),
    )
    batch = read_batch(batches[0])
    lines = before or begun
    line = read_line(lines[0]) if lines else None
    caller = _find_caller(batch, keys)
    return Claim(batch, caller, line, is_new=not before, has_more=bool(pending))


async def find_lost(
    batch_id: str, instance: int, limit: int, database: Database
) -> tuple[Batch, Caller, Sequence[Line]]:
    """Find lines that an instance before this one has begun and not ended."""
    batches, lost, keys = await database.transact(
        (FIND_BATCH, (batch_id,)),
        (_LOST, (batch_id, f"{instance}/%", limit)),
        (_KEY, (batch_id,)),
    )
    batch = read_batch(batches[0])
    return batch, _find_caller(batch, keys), [*map(read_line, lost)]


def _find_caller(batch: Batch, keys: Sequence[Mapping[str, Any]]) -> Caller:
    """A key that was deleted is found by no hash."""
    if batch.key_id == OWNER.id:
        return OWNER
    return Caller(batch.key_id, keys[0]["hash"] if keys else "")


async def start_next(batch_id: str, instance: int, database: Database, workflow: Workflow) -> None:
    """Start the instance behind that one, unless somebody else has. Raises OSError."""
    await database.execute((_HAND_OVER, (batch_id, instance)))
    await start(batch_id, instance + 1, workflow)


async def start(batch_id: str, instance: int, workflow: Workflow) -> None:
    """Start an instance of a batch. Raises OSError."""
    await workflow.start(f"{batch_id}-{instance}", {"batch": batch_id, "number": instance})
