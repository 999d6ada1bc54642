"""What a failure of Cloudflare's means, and what is done about it: one table, `_TABLE` below.

Cloudflare's codes are those of its pages "Workers AI, Errors" and "API, Errors", and some that
other projects have seen.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flux2.accounts import Account
from flux2.errors import (
    ApiError,
    ContentPolicyViolation,
    InsufficientQuota,
    RateLimitExceeded,
    RequestTooLarge,
    UpstreamAuthenticationError,
    UpstreamError,
    UpstreamTimeout,
)
from flux2.ports import UpstreamResponse

_LONGEST_TEXT = 300
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>")
_ACCOUNT_IN_PATH = re.compile(r"/accounts/[^/,\s]+")
_DAY = 86_400
_AROUND_MIDNIGHT = 600


@dataclass(frozen=True)
class Policy:
    """What is done about a failure."""

    is_free: bool = False
    """Whether it certainly cost nothing: no image was begun."""
    retry: bool = False
    """Ask once more after a while, at most twice."""
    failover: bool = False
    """Ask the next account at once."""
    cooldown: float = 0
    """Seconds for which the account is left alone, unless Cloudflare named another time."""
    until_midnight: bool = False
    """It is left alone until 00:00 UTC."""


TELL = Policy()
REFUSED = Policy(is_free=True)
RETRY = Policy(retry=True)
NOT_CONNECTED = Policy(is_free=True, retry=True)
_BUSY = Policy(is_free=True, retry=True, failover=True, cooldown=5)
_LIMITED = Policy(is_free=True, failover=True, cooldown=60)
_USED_UP = Policy(is_free=True, failover=True, until_midnight=True)
_MISCONFIGURED = Policy(is_free=True, failover=True, cooldown=600)


class CallFailed(Exception):
    """A call that brought no image: what the caller is told, unless another call brings one."""

    def __init__(
        self, error: ApiError, policy: Policy, account: Account, retry_after: int | None = None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.policy = policy
        self.account = account
        self.retry_after = retry_after
        """Seconds that Cloudflare asked us to wait."""

    def choose_cooldown(self, now: float) -> float:
        """Choose the seconds for which the account is left alone."""
        if self.policy.until_midnight:
            left = _DAY - now % _DAY
            # Clocks differ: what was used up a moment after midnight was yesterday's.
            return left if left < _DAY - _AROUND_MIDNIGHT else _AROUND_MIDNIGHT
        return (self.retry_after or self.policy.cooldown) if self.policy.cooldown else 0


@dataclass(frozen=True)
class _Refusal:
    """What Cloudflare said, as it came; as text, as it may leave us."""

    code: int | None
    text: str
    status: int
    retry_after: int | None
    account: Account

    def __str__(self) -> str:
        """Tell Cloudflare's own code and text, without secrets and markup."""
        code = f"code {self.code}, HTTP {self.status}" if self.code else f"HTTP {self.status}"
        return f"Cloudflare said: {_clean(self.text, self.account) or 'nothing'} ({code})"


def _clean(text: str, account: Account) -> str:
    text = _MARKUP.sub(" ", text)
    text = _ACCOUNT_IN_PATH.sub("/accounts/…", text)
    text = text.replace(account.token, "…").replace(account.id, "…")
    return " ".join(text.split())[:_LONGEST_TEXT].rstrip(" .")


def _tell_flagged(refusal: _Refusal) -> ApiError:
    """3030 is also what any invalid input gets; only the text tells them apart."""
    if "flagged" not in refusal.text.lower():
        return _tell_refused(refusal)
    return ContentPolicyViolation(
        "The request was refused by Cloudflare's content filter. Change the prompt or the "
        f"reference images. {refusal}"
    )


def _tell_refused(refusal: _Refusal) -> ApiError:
    return UpstreamError(f"{refusal}.", retryable=False)


def _tell_failed(refusal: _Refusal) -> ApiError:
    return UpstreamError(f"{refusal}. Try again.")


def _tell_too_large(refusal: _Refusal) -> ApiError:
    return RequestTooLarge(
        "The request is too large for Cloudflare. Send smaller reference images, or a shorter "
        f"prompt. {refusal}"
    )


def _tell_quota(refusal: _Refusal) -> ApiError:
    return InsufficientQuota(
        "This Cloudflare account has used up its free allocation of 10,000 neurons for today. "
        f"It resets at 00:00 UTC; the Workers Paid plan has no such limit. {refusal}"
    )


def _tell_busy(refusal: _Refusal) -> ApiError:
    return RateLimitExceeded(
        f"Cloudflare is out of capacity for a moment. Try again. {refusal}",
        retry_after=refusal.retry_after or 5,
    )


def _tell_rate_limited(refusal: _Refusal) -> ApiError:
    return RateLimitExceeded(
        f"Cloudflare's rate limit was reached. Wait, then try again. {refusal}",
        retry_after=refusal.retry_after or RateLimitExceeded.LONGEST,
    )


def _tell_timeout(refusal: _Refusal) -> ApiError:
    return UpstreamTimeout(
        f"Cloudflare timed out. Ask for fewer steps or fewer pixels, or try again. {refusal}"
    )


def _tell_wrong_account(refusal: _Refusal) -> ApiError:
    return UpstreamAuthenticationError(
        "Cloudflare does not know the account. Check the variable "
        f"{refusal.account.id_name}. {refusal}"
    )


def _tell_wrong_token(refusal: _Refusal) -> ApiError:
    return UpstreamAuthenticationError(
        f"Cloudflare refused the token. Check the variable {refusal.account.token_name}: the token "
        "needs the permission Workers AI (Read and Edit) on the account in "
        f"{refusal.account.id_name}. {refusal}"
    )


def _tell_not_allowed(refusal: _Refusal) -> ApiError:
    return UpstreamAuthenticationError(
        "This Cloudflare account may not use the model. Check the variable "
        f"{refusal.account.id_name} and its plan, and that the token in "
        f"{refusal.account.token_name} has the permission Workers AI (Read and Edit). {refusal}"
    )


@dataclass(frozen=True)
class _Row:
    codes: tuple[int, ...]
    statuses: tuple[int, ...]
    """Those of HTTP, where there is no code that we know."""
    tell: Callable[[_Refusal], ApiError]
    policy: Policy


_TABLE = (
    _Row((3030,), (), _tell_flagged, TELL),
    _Row((3036, 4006), (), _tell_quota, _USED_UP),
    _Row((3040,), (), _tell_busy, _BUSY),
    _Row((10013, 971), (429,), _tell_rate_limited, _LIMITED),
    _Row((3007, 3008, 3046), (408, 504, 524), _tell_timeout, TELL),
    _Row((3006,), (413,), _tell_too_large, REFUSED),
    _Row((7003,), (), _tell_wrong_account, _MISCONFIGURED),
    _Row((10000, 9106, 9109), (401,), _tell_wrong_token, _MISCONFIGURED),
    _Row((3023, 3041, 5016, 5018, 5035), (403,), _tell_not_allowed, _MISCONFIGURED),
    _Row((3003, 3042, 5004, 5006, 5007, 8001), (), _tell_refused, REFUSED),
    _Row((3001,), (), _tell_failed, RETRY),
)
_UNKNOWN_REFUSAL = _Row((), (), _tell_refused, TELL)
_UNKNOWN_FAILURE = _Row((), (), _tell_failed, TELL)
_NO_CODE = _Row((), (), _tell_failed, RETRY)

BY_CODE: Mapping[int, _Row] = {code: row for row in _TABLE for code in row.codes}
_BY_STATUS: Mapping[int, _Row] = {status: row for row in _TABLE for status in row.statuses}


def classify(response: UpstreamResponse, answer: Mapping[str, Any], account: Account) -> CallFailed:
    """Find the row of the table for an answer without an image."""
    code, text = _find_first_error(answer)
    retry_after = _read_seconds(response.header("retry-after"))
    refusal = _Refusal(code, text, response.status, retry_after, account)
    row = _find_row(code, response.status)
    return CallFailed(row.tell(refusal), row.policy, account, retry_after)


def _find_row(code: int | None, status: int) -> _Row:
    if code is not None and code in BY_CODE:
        return BY_CODE[code]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 500:
        return _UNKNOWN_REFUSAL
    return _NO_CODE if code is None and status >= 500 else _UNKNOWN_FAILURE


def _find_first_error(answer: Mapping[str, Any]) -> tuple[int | None, str]:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None, ""
    code = first.get("code")
    return (code if isinstance(code, int) else None), str(first.get("message") or "")


def _read_seconds(retry_after: str | None) -> int | None:
    """Read the header (RFC 9110, 10.2.3); Cloudflare sends seconds, never a date."""
    digits = retry_after and re.fullmatch(r"[0-9]{1,5}", retry_after)
    return int(retry_after) if retry_after and digits else None
