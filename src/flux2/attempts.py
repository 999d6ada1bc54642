"""One image, however many calls it takes: which account is asked, how often, and until when."""

from collections.abc import Sequence
from itertools import count

from flux2 import cloudflare
from flux2.policy import Failed
from flux2.schemas import Job
from flux2.services import Services
from flux2.settings import Account
from flux2.web import TypedFile

MOST_REPETITIONS = 2
_BACKOFF = 0.5
"""Seconds before the first repetition; twice as many before the next, of which a random part of
up to one half is left out, so that those who failed together do not come back together."""


async def generate(
    job: Job, seed: int, references: Sequence[TypedFile], services: Services
) -> cloudflare.Image:
    """Ask the accounts in turn, and once more after a while where `policy` says so.

    Raises the ApiError of the failure that is most worth telling.
    """
    deadline = services.now() + services.settings.upstream_timeout
    accounts = _awake(job, services)
    for repetition in count():
        try:
            return await _ask(accounts, job, seed, references, services, deadline)
        except Failed as failure:
            wait = _wait(failure, repetition, services)
            if wait is None or services.now() + wait >= deadline:
                raise failure.error from failure
            await services.sleep(wait)
            accounts = _awake(job, services, or_else=failure.account)
    raise AssertionError("never reached")


def _wait(failure: Failed, repetition: int, services: Services) -> float | None:
    """Seconds until the next repetition; None if there is none."""
    if not failure.policy.again or repetition == MOST_REPETITIONS:
        return None
    jitter = services.random_below(1000) / 2000
    return max(_BACKOFF * (1 << repetition) * (1 - jitter), failure.retry_after or 0)


async def _ask(
    accounts: Sequence[Account],
    job: Job,
    seed: int,
    references: Sequence[TypedFile],
    services: Services,
    deadline: float,
) -> cloudflare.Image:
    """Raises the first failure that asking again may mend; else one that time may mend; else the
    first."""
    failures: list[Failed] = []
    for account in accounts:
        this = account, job.model.id
        rest = services.rests.get(this)
        left = deadline - services.now()
        if left <= 0 and failures:
            break
        try:
            image = await cloudflare.generate(
                job,
                seed,
                references,
                account,
                services.settings,
                services.fetch,
                timeout=left,
            )
            if services.rests.get(this) == rest:  # and no later call knows better
                services.rests.pop(this, None)
            return image
        except Failed as failure:
            failures.append(failure)
            _let_rest(job, failure, services)
            if not failure.policy.elsewhere:
                raise
    raise min(failures, key=lambda failure: (not failure.policy.again, failure.error.hopeless))


def _awake(job: Job, services: Services, or_else: Account | None = None) -> Sequence[Account]:
    """The accounts that are not left alone, in their order.

    If all are, that one, or the one that wakes first: only Cloudflare knows whether what it said
    still holds.
    """
    accounts = services.settings.accounts  # the handler has seen to it that they are complete
    wakes = {account: services.rests.get((account, job.model.id), 0.0) for account in accounts}
    now = services.now()
    awake = [each for each in accounts if wakes[each] <= now]
    return awake or [or_else or min(accounts, key=wakes.__getitem__)]


def _let_rest(job: Job, failure: Failed, services: Services) -> None:
    now = services.now()
    if seconds := failure.rest(now):
        this = failure.account, job.model.id
        services.rests[this] = max(services.rests.get(this, 0.0), now + seconds)
