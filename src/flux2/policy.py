"""What a failure upstream means, and what is done about it: one table, `_TABLE` below.

Cloudflare's codes are those of its pages "Workers AI, Errors" and "API, Errors", and some that
other projects have seen.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
from flux2.settings import Account
from flux2.web import UpstreamResponse

_LONGEST_TEXT = 300
_ACCOUNT_IN_PATH = re.compile(r"/accounts/[^/,\s]+")
_DAY = 86_400
_AROUND_MIDNIGHT = 600


@dataclass(frozen=True)
class Policy:
    """What is done about a failure; whatever may have cost neurons is only told."""

    again: bool = False
    """Ask once more after a while, at most twice."""
    elsewhere: bool = False
    """Ask the next account at once."""
    rest: float = 0
    """Seconds for which the account is left alone, unless Cloudflare named another time."""
    until_midnight: bool = False
    """It is left alone until 00:00 UTC."""


TELL = Policy()
AGAIN = Policy(again=True)
_BUSY = Policy(again=True, elsewhere=True, rest=5)
_LIMITED = Policy(elsewhere=True, rest=60)
_USED_UP = Policy(elsewhere=True, until_midnight=True)
_MISCONFIGURED = Policy(elsewhere=True, rest=600)


class Failed(Exception):
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

    def rest(self, now: float) -> float:
        """Seconds for which the account is left alone."""
        if self.policy.until_midnight:
            left = _DAY - now % _DAY
            # Clocks differ: what was used up a moment after midnight was yesterday's.
            return left if left < _DAY - _AROUND_MIDNIGHT else _AROUND_MIDNIGHT
        return (self.retry_after or self.policy.rest) if self.policy.rest else 0


@dataclass(frozen=True)
class _Problem:
    code: int | None
    text: str
    status: int
    retry_after: int | None
    account: Account

    def __str__(self) -> str:
        """Cloudflare's own code and text."""
        code = f"code {self.code}, HTTP {self.status}" if self.code else f"HTTP {self.status}"
        return f"Cloudflare said: {self.text or 'nothing'} ({code})"


def _flagged(problem: _Problem) -> ApiError:
    """3030 is also what any invalid input gets; only the text tells them apart."""
    if "flagged" not in problem.text.lower():
        return _refused(problem)
    return ContentPolicyViolation(
        "The request was refused by Cloudflare's content filter. Change the prompt or the "
        f"reference images. {problem}"
    )


def _refused(problem: _Problem) -> ApiError:
    return UpstreamError(f"{problem}.", hopeless=True)


def _failed(problem: _Problem) -> ApiError:
    return UpstreamError(f"{problem}. Try again.")


def _too_large(problem: _Problem) -> ApiError:
    return RequestTooLarge(f"The request is too large for Cloudflare. {problem}")


def _quota(problem: _Problem) -> ApiError:
    return InsufficientQuota(
        "This Cloudflare account has used up its free allocation of 10,000 neurons for today. "
        f"It resets at 00:00 UTC; the Workers Paid plan has no such limit. {problem}"
    )


def _busy(problem: _Problem) -> ApiError:
    return RateLimitExceeded(
        f"Cloudflare is out of capacity for a moment. Try again. {problem}",
        retry_after=problem.retry_after or 5,
    )


def _rate_limited(problem: _Problem) -> ApiError:
    return RateLimitExceeded(
        f"Cloudflare's rate limit was reached. Wait, then try again. {problem}",
        retry_after=problem.retry_after or RateLimitExceeded.LONGEST,
    )


def _timeout(problem: _Problem) -> ApiError:
    return UpstreamTimeout(
        f"Cloudflare timed out. Ask for fewer steps or fewer pixels, or try again. {problem}"
    )


def _wrong_account(problem: _Problem) -> ApiError:
    return UpstreamAuthenticationError(
        "Cloudflare does not know the account. Check the variable "
        f"{problem.account.name}. {problem}"
    )


def _wrong_token(problem: _Problem) -> ApiError:
    return UpstreamAuthenticationError(
        f"Cloudflare refused the token. Check the variable {problem.account.token_name}: the token "
        "needs the permission Workers AI (Read and Edit) on the account in "
        f"{problem.account.name}. {problem}"
    )


def _not_allowed(problem: _Problem) -> ApiError:
    return UpstreamAuthenticationError(
        "This Cloudflare account may not use the model. Check the variable "
        f"{problem.account.name} and its plan, and that the token in {problem.account.token_name} "
        f"has the permission Workers AI (Read and Edit). {problem}"
    )


@dataclass(frozen=True)
class _Row:
    codes: tuple[int, ...]
    statuses: tuple[int, ...]
    """HTTP's, where there is no code that we know."""
    error: Callable[[_Problem], ApiError]
    policy: Policy


_TABLE = (
    _Row((3030,), (), _flagged, TELL),
    _Row((3036, 4006), (), _quota, _USED_UP),
    _Row((3040,), (), _busy, _BUSY),
    _Row((10013, 971), (429,), _rate_limited, _LIMITED),
    _Row((3007, 3008, 3046), (408, 504, 524), _timeout, TELL),
    _Row((3006,), (413,), _too_large, TELL),
    _Row((7003,), (), _wrong_account, _MISCONFIGURED),
    _Row((10000, 9106, 9109), (401,), _wrong_token, _MISCONFIGURED),
    _Row((3023, 3041, 5016, 5018, 5035), (403,), _not_allowed, _MISCONFIGURED),
    _Row((3003, 3042, 5004, 5006, 5007, 8001), (), _refused, TELL),
    _Row((3001,), (), _failed, AGAIN),
)
_UNKNOWN_REFUSAL = _Row((), (), _refused, TELL)
_UNKNOWN_FAILURE = _Row((), (), _failed, TELL)
_NO_CODE = _Row((), (), _failed, AGAIN)

BY_CODE: Mapping[int, _Row] = {code: row for row in _TABLE for code in row.codes}
_BY_STATUS: Mapping[int, _Row] = {status: row for row in _TABLE for status in row.statuses}


def failed(response: UpstreamResponse, answer: Mapping[str, Any], account: Account) -> Failed:
    """The row of the table for an answer that is none."""
    code, text = _first_error(answer, account)
    retry_after = _seconds(response.header("retry-after"))
    problem = _Problem(code, text, response.status, retry_after, account)
    row = _row(code, response.status)
    return Failed(row.error(problem), row.policy, account, retry_after)


def _row(code: int | None, status: int) -> _Row:
    if code is not None and code in BY_CODE:
        return BY_CODE[code]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 500:
        return _UNKNOWN_REFUSAL
    return _NO_CODE if code is None and status >= 500 else _UNKNOWN_FAILURE


def _first_error(answer: Mapping[str, Any], account: Account) -> tuple[int | None, str]:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None, ""
    code = first.get("code")
    text = _ACCOUNT_IN_PATH.sub("/accounts/…", str(first.get("message") or ""))
    text = text.replace(account.token, "…").replace(account.id, "…")
    text = text[:_LONGEST_TEXT].rstrip(" .")
    return (code if isinstance(code, int) else None), text


def _seconds(retry_after: str | None) -> int | None:
    """RFC 9110, 10.2.3; Cloudflare sends seconds, never a date."""
    digits = retry_after and re.fullmatch(r"[0-9]{1,5}", retry_after)
    return int(retry_after) if retry_after and digits else None
