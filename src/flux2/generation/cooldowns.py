"""Accounts that are left alone for a while, as far as this isolate knows."""

from collections.abc import Sequence

from flux2.accounts import Account
from flux2.cloudflare.failures import CallFailed
from flux2.services import Services


def choose_awake(
    model: str, services: Services, or_else: Account | None = None
) -> Sequence[Account]:
    """Choose the accounts that are not left alone with that model, in their order.

    If all are, it is `or_else`, or the one that wakes first: only Cloudflare knows whether what it
    said still holds.
    """
    accounts = services.settings.accounts  # the handler has seen to it that they are complete
    if not services.cooldowns:
        return accounts
    wakes = {account: find_end(account, model, services) or 0.0 for account in accounts}
    now = services.now()
    awake = [each for each in accounts if wakes[each] <= now]
    return awake or [or_else or min(accounts, key=wakes.__getitem__)]


def find_end(account: Account, model: str, services: Services) -> float | None:
    """The Unix time until which an account is left alone; None if it never was."""
    return services.cooldowns.get((account, model))


def begin(failure: CallFailed, model: str, services: Services) -> None:
    """Leave an account alone, if its failure says so."""
    now = services.now()
    if seconds := failure.choose_cooldown(now):
        this = failure.account, model
        services.cooldowns[this] = max(services.cooldowns.get(this, 0.0), now + seconds)


def end(account: Account, model: str, as_known: float | None, services: Services) -> None:
    """Let an account be asked again, since it served; unless a later call has learnt better than
    `as_known`, which is what `find_end` said before this one."""
    if find_end(account, model, services) == as_known:
        services.cooldowns.pop((account, model), None)
