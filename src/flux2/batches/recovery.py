"""A run that broke off: the engine was stopped, or lost, while it made a line's images.

What it has kept is found again, by the names that follow from the run. Of the rest nobody knows
whether it was made, so it counts as paid, and is asked for again only if the batch says so.
"""

from collections.abc import Sequence
from dataclasses import replace

from flux2 import catalog
from flux2.access.budgets import Reservation
from flux2.batches import line_ends
from flux2.batches.endings import read_made, to_made, write_made
from flux2.batches.lines import imagine
from flux2.batches.running import Run, Spent, find_missing, make_plan, settle
from flux2.errors import Interrupted
from flux2.generation import keeping
from flux2.generation.keeping import PLACEHOLDER
from flux2.generation.result import Failure, Result
from flux2.plan import Plan
from flux2.usage import ledger
from flux2.usage.ledger import Entry

_UNKNOWN_ACCOUNT = "unknown"
_MOST_ATTEMPTS = 5
_RESERVED = """SELECT id, micros FROM reservations
WHERE key_id = ?1 AND id >= ?2 AND id < ?3"""


async def recover(run: Run) -> None:
    """End a run that broke off. Raises OSError where database or storage cannot be asked."""
    before = read_made(run.line.made)
    plan = make_plan(imagine(run.line.body), run)
    missing = find_missing(plan, before)
    found = await _find(plan, missing, run)
    spent = await _settle(plan, len(missing), len(found), run)
    is_repeated = run.batch.retry_interrupted and run.line.attempts < _MOST_ATTEMPTS
    if len(found) < len(missing) and (is_repeated or not spent.micros):
        made = write_made([*before, *map(to_made, found)])
        await line_ends.release(
            run.line, made, None, spent.micros, spent.statements, run.database, run.services
        )
        return
    made_seeds = {result.seed for result in found}
    lost = [
        Failure(seed, Interrupted(Interrupted.example))
        for seed in missing
        if seed not in made_seeds
    ]
    await settle(run, plan, before, [*found, *lost], spent)


async def _find(plan: Plan, seeds: Sequence[int], run: Run) -> Sequence[Result]:
    storage, results = run.services.bindings.results, []
    if storage is None:
        return []
    for seed in seeds:
        found = await keeping.find(run.line.run, seed, storage)
        if found is not None:
            base64 = PLACEHOLDER.format(found.name)
            results.append(
                Result(base64, found.format, None, seed, _UNKNOWN_ACCOUNT, size=found.size)
            )
    return results


async def _settle(plan: Plan, missing: int, found: int, run: Run) -> Spent:
    """Settle it as paid for. What a caller pays is what was put aside for the run: where that was
    not reached, nothing was asked for."""
    line, caller = run.line, run.caller
    micros, reserved = missing * catalog.to_micros(plan.neurons), []
    if caller.key_hash is not None:
        bounds = f"req_{line.run}.", f"req_{line.run}/"
        rows = await run.database.query(_RESERVED, caller.id, *bounds)
        reserved = [Reservation(caller, row["id"], line.begun_at, row["micros"]) for row in rows]
        micros = sum(each.micros for each in reserved)
    if not micros:
        return Spent()
    result = "ok" if found == missing else Interrupted.code
    entry = Entry(line.begun_at, replace(plan, n=missing), found, micros, result)
    statements = ledger.make_statements(entry, reserved, run.services)
    return Spent(micros, statements, is_lost=True)
