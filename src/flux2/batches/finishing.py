"""The end of a batch: what was not come to is said so, and the output can be read."""

from collections.abc import Mapping

from flux2.access.auth import Caller
from flux2.answers.batch_shapes import BatchStatus
from flux2.batches.endings import describe_end, read_made
from flux2.batches.files import draw_id
from flux2.batches.lines import imagine
from flux2.batches.lookup import BATCH
from flux2.batches.progress import load
from flux2.batches.rows import LINE_COLUMNS, Batch, read_line
from flux2.batches.running import Run, find_missing, make_plan
from flux2.bindings import Database, Statement
from flux2.errors import ApiError, BatchCancelled, BatchExpired
from flux2.generation.result import Failure
from flux2.services import Services

_PENDING = """SELECT COUNT(*) AS count FROM lines WHERE batch_id = ?1 AND status = 'pending'"""
_HALF_MADE = f"""SELECT {LINE_COLUMNS} FROM lines
WHERE batch_id = ?1 AND status = 'pending' AND made IS NOT NULL"""
_END_HALF_MADE = """
UPDATE lines SET status = 'completed', response = ?3, bytes = ?4,
  ended = 2 * (SELECT total FROM batches WHERE id = ?1) + number
WHERE batch_id = ?1 AND number = ?2 AND status = 'pending'"""
_IS_OPEN = "(SELECT status FROM batches WHERE id = ?1) IN ('in_progress', 'cancelling')"
_GIVE_UP = f"""
UPDATE lines SET status = 'failed', ended = 2 * (SELECT total FROM batches WHERE id = ?1) + number,
  response = json_object(
    'id', 'batch_req_' || lower(hex(randomblob(12))), 'custom_id', custom_id, 'response', NULL,
    'error', json_object('code', ?2, 'message', ?3))
WHERE batch_id = ?1 AND status = 'pending' AND {_IS_OPEN}"""
_ADD_FILE = f"""
INSERT INTO files (id, key_id, purpose, filename, bytes, created_at, expires_at, batch_id, status)
SELECT ?2, key_id, 'batch_output', ?3, sums.bytes, ?4,
  MIN(?4, batches.expires_at) + output_seconds, ?1, ?5
FROM batches, (
  SELECT SUM(LENGTH(CAST(response AS BLOB)) + 1 + bytes) AS bytes
  FROM lines WHERE batch_id = ?1 AND status = ?5
) AS sums
WHERE id = ?1 AND id GLOB '{BATCH}*' AND sums.bytes IS NOT NULL AND {_IS_OPEN}"""
_COUNT = "(SELECT COUNT(*) FROM lines WHERE batch_id = ?1 AND status = '{}')"
_FILE = "(SELECT id FROM files WHERE batch_id = ?1 AND status = '{}')"


def _write_end(status: str) -> str:
    return f"""
UPDATE batches SET status = ?2, finalizing_at = ?3, {status}_at = ?3, touched_at = ?3,
  resumes_at = NULL, waits_for = NULL,
  completed = {_COUNT.format("completed")}, failed = {_COUNT.format("failed")},
  output_file_id = {_FILE.format("completed")}, error_file_id = {_FILE.format("failed")}
WHERE id = ?1 AND status IN ('in_progress', 'cancelling')"""


_WHY_NOT: Mapping[BatchStatus, type[ApiError]] = {
    "cancelled": BatchCancelled,
    "expired": BatchExpired,
}
"""Why lines were not come to."""


async def finish(batch_id: str, database: Database, services: Services) -> Batch:
    """End a batch, if there is nothing more to do for it. Raises OSError."""
    batch = await load(batch_id, database)
    if batch.is_over:
        return batch
    counted = await database.query(_PENDING, batch_id)
    status = _choose_status(batch, counted[0]["count"], services.now())
    if status is None:
        return batch
    why_not = _WHY_NOT.get(status, BatchExpired)
    await _end_half_made(batch, why_not, database, services)
    now = int(services.now())
    await database.execute(
        (_GIVE_UP, (batch_id, why_not.code, why_not.example)),
        _add_file(batch, "completed", "output", now, services),
        _add_file(batch, "failed", "errors", now, services),
        (_write_end(status), (batch_id, status, now)),
    )
    return await load(batch_id, database)


def _choose_status(batch: Batch, pending: int, now: float) -> BatchStatus | None:
    if batch.status == "cancelling":
        return "cancelled"
    if not pending:
        return "completed"
    return "expired" if now >= batch.expires_at else None


def _add_file(batch: Batch, status: str, name: str, now: int, services: Services) -> Statement:
    return _ADD_FILE, (batch.id, draw_id(services), f"{batch.id}_{name}.jsonl", now, status)


async def _end_half_made(
    batch: Batch, why_not: type[ApiError], database: Database, services: Services
) -> None:
    """End lines of which some images have come: those are kept."""
    for row in await database.query(_HALF_MADE, batch.id):
        line = read_line({**row, "run": services.new_id(), "begun_at": 0})
        run = Run(batch, Caller(batch.key_id), line, database, services)
        plan = make_plan(imagine(line.body), run)
        made = read_made(line.made)
        missing = find_missing(plan, made)
        left = [Failure(seed, why_not(why_not.example)) for seed in missing]
        ended = describe_end(line, plan, made, left, services)
        values = batch.id, line.number, ended.response, ended.bytes
        await database.execute((_END_HALF_MADE, values))
