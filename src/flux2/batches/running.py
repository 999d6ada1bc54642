"""One run of a line of a batch: its images are made, and how that ended is written down.

A line was marked before this, so that nothing is paid twice: a run that broke off is looked at by
`recovery`, and nobody asks for its images again, unless the batch says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flux2.access.auth import Caller
from flux2.answers.errors import explain
from flux2.batches import line_ends
from flux2.batches.checking import SOURCES
from flux2.batches.endings import MadeImage, describe_end, read_made, to_made, write_made
from flux2.batches.lines import INPUT, imagine, needs_input, restore
from flux2.batches.rows import Batch, Line
from flux2.batches.waiting import Wait, choose_pause, choose_wait
from flux2.bindings import Database, Statement
from flux2.days import DAY
from flux2.errors import StorageUnavailable
from flux2.generation import cache
from flux2.generation.holding import Holder
from flux2.generation.images import Generation
from flux2.generation.result import Failure, Outcome, Result
from flux2.plan import Plan
from flux2.request import planning
from flux2.request.payload import Payload
from flux2.services import Services
from flux2.usage.tab import Tab


@dataclass(frozen=True)
class Run:
    """A line that was claimed, and for whom."""

    batch: Batch
    caller: Caller
    line: Line
    database: Database
    services: Services
    """With a log of its own, whose request id is that of the run."""


@dataclass(frozen=True)
class Spent:
    micros: int = 0
    statements: Sequence[Statement] = ()
    is_lost: bool = False
    """Whether some of it brought no image."""


async def run(run: Run) -> Wait | None:
    """Make the images of a line that are still missing; tell until when the batch has to wait, if
    it has. Raises OSError where the database cannot be asked."""
    made = read_made(run.line.made)
    plan: Plan | None = None
    try:
        plan = make_plan(imagine(run.line.body), run)
        payload = await _restore(run)
        outcomes, spent = await _make(plan, payload, made, run)
    except Exception as error:
        # Nothing was begun: all that may fail later is an outcome.
        failure = explain(error, run.services.log)
        failure.is_free = True
        missing = find_missing(plan, made) if plan is not None else [0]
        outcomes, spent = [Failure(seed, failure) for seed in missing], Spent()
    return await settle(run, plan, made, outcomes, spent)


def find_missing(plan: Plan, made: Sequence[MadeImage]) -> Sequence[int]:
    """Find the seeds of the images that have not come yet."""
    there = {image.seed for image in made}
    return [seed for seed in plan.seeds if seed not in there]


async def _restore(run: Run) -> Payload:
    input, storage = None, run.services.bindings.results
    if storage is not None and needs_input(run.line.body):
        try:
            input = await storage.get(INPUT + run.batch.input_file_id)
        except OSError as exc:
            raise StorageUnavailable("The input cannot be read at the moment.") from exc
    return restore(run.line.body, input, run.services.decode_data_url)


def make_plan(payload: Payload, run: Run) -> Plan:
    """Make the plan of all images of a line."""
    batch, services = run.batch, run.services
    source = SOURCES[batch.endpoint]
    plan = planning.make_plan(payload, batch.origin, run.caller, source, services)
    kept_for = batch.expires_at - int(services.now()) + batch.output_seconds + DAY
    return replace(
        plan,
        stream=False,
        run=run.line.run,
        origin=batch.origin,
        link_seconds=max(batch.output_seconds + DAY, kept_for),
    )


async def _make(
    plan: Plan, payload: Payload, made: Sequence[MadeImage], run: Run
) -> tuple[Sequence[Outcome], Spent]:
    """Make those that are missing. Raises only where none was begun."""
    services = run.services
    missing = find_missing(plan, made)
    references = await planning.prepare_references(payload, services.bindings)
    plan = replace(plan, n=len(missing), missing=missing, references=references)
    tab = Tab(plan, services)
    await tab.open()
    holder = Holder(plan, services)
    try:
        kept = await cache.open_for(plan, services)
        outcomes = await Generation(plan, kept, holder, tab, services).run()
    except Exception as error:
        outcomes = [Failure(seed, error) for seed in missing]
    finally:
        holder.end()
    is_lost = tab.has_lost
    spent = Spent(*tab.settle(), is_lost)
    services.log.close()
    return outcomes, spent


async def settle(
    run: Run,
    plan: Plan | None,
    before: Sequence[MadeImage],
    outcomes: Sequence[Outcome],
    spent: Spent,
) -> Wait | None:
    """Write what became of a run: the line is over, or is run again."""
    made = [*before, *(to_made(each) for each in outcomes if isinstance(each, Result))]
    failures = [each for each in outcomes if isinstance(each, Failure)]
    wait = choose_wait(failures, run.line, run.batch, run.services) if not spent.is_lost else None
    written = write_made(made)
    if wait is not None:
        await line_ends.release(
            run.line,
            written,
            wait,
            spent.micros,
            spent.statements,
            run.database,
            run.services,
        )
        return wait
    ended = describe_end(run.line, plan, made, failures, run.services)
    pause = choose_pause(failures, run.batch, run.services) if spent.is_lost else None
    await line_ends.end_line(
        run.line, ended, pause, spent.micros, spent.statements, run.database, run.services
    )
    return pause
