"""One image, however many calls it takes: which account is asked, how often, and until when."""

from collections.abc import Sequence
from itertools import count

from flux2.accounts import Account
from flux2.api_error import ApiError
from flux2.cloudflare import call
from flux2.cloudflare.answer import Image
from flux2.cloudflare.failures import CallFailed
from flux2.generation import cooldowns
from flux2.plan import Plan
from flux2.services import Services
from flux2.usage.tab import Tab

MOST_RETRIES = 2
LONGEST_WAIT = 5
"""Seconds. Where Cloudflare asks for more, the caller is told: a connection that waits without a
word is cut by proxies, and the caller may have something better to do."""
_BACKOFF = 0.5
"""Seconds before the first retry; twice as many before the next, of which a random part of up to
one half is left out, so that those who failed together do not come back together."""


async def generate(plan: Plan, seed: int, tab: Tab, services: Services) -> Image:
    """Ask the accounts in turn, and once more after a while where `cloudflare.failures` says so; if
    the call before may have cost something, `tab` has to allow it.

    Raises the ApiError of the failure that is most worth telling.
    """
    deadline = services.now() + services.settings.upstream_timeout
    accounts = cooldowns.choose_awake(plan.model.id, services)
    for retry in count():
        try:
            return await _ask_in_turn(accounts, plan, seed, tab, services, deadline)
        except CallFailed as failure:
            wait = _choose_wait(failure, retry, services)
            if wait is None or services.now() + wait >= deadline:
                raise _tell(failure) from failure
            await services.sleep(wait)
            may_go_on = failure.policy.is_free or await tab.reserve_again()
            if not may_go_on or services.now() >= deadline:
                raise _tell(failure) from failure
            accounts = cooldowns.choose_awake(plan.model.id, services, or_else=failure.account)
    raise AssertionError("never reached")


def _tell(failure: CallFailed) -> ApiError:
    failure.error.is_free = failure.policy.is_free
    return failure.error


def _choose_wait(failure: CallFailed, retry: int, services: Services) -> float | None:
    """Seconds until the next retry; None if there is none."""
    if not failure.policy.retry or retry == MOST_RETRIES:
        return None
    asked = failure.retry_after or 0
    jitter = services.random_below(1000) / 2000
    return None if asked > LONGEST_WAIT else max(_BACKOFF * (1 << retry) * (1 - jitter), asked)


async def _ask_in_turn(
    accounts: Sequence[Account],
    plan: Plan,
    seed: int,
    tab: Tab,
    services: Services,
    deadline: float,
) -> Image:
    """Ask each until one serves.

    Raises the first failure that a retry may mend; else one that time may mend; else the first.
    """
    failures: list[CallFailed] = []
    for account in accounts:
        left = deadline - services.now()
        if left <= 0 and failures:
            break
        try:
            return await _ask(account, plan, seed, tab, services, left)
        except CallFailed as failure:
            failures.append(failure)
            cooldowns.begin(failure, plan.model.id, services)
            if not failure.policy.failover:
                raise
    raise min(failures, key=lambda each: (not each.policy.retry, not each.error.retryable))


async def _ask(
    account: Account, plan: Plan, seed: int, tab: Tab, services: Services, timeout: float
) -> Image:
    cooldown = cooldowns.find_end(account, plan.model.id, services)
    tab.count_call()
    try:
        image = await call.generate(plan, seed, account, services, timeout)
    except (CallFailed, ApiError) as error:
        if error.policy.is_free if isinstance(error, CallFailed) else error.is_free:
            tab.take_call_back()
        raise
    cooldowns.end(account, plan.model.id, cooldown, services)
    return image
