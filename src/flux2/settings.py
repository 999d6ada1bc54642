"""Every variable of the environment, its default and its cast."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flux2.accounts import Account, find_accounts
from flux2.errors import ConfigurationError
from flux2.image_formats import MADE_FORMATS, MadeFormat

DEFAULT_API_BASE_URL = "https://api.cloudflare.com/client/v4"
DEFAULT_UPSTREAM_TIMEOUT = 120.0
"""Seconds. flux-2-dev takes tens of seconds; 120 is what its production users settled on."""
SHORTEST_CACHE_TTL = 60
"""Seconds; Workers KV keeps nothing for less (its reference, "Expiring keys")."""

MOST_KEPT_DAYS = 365
"""Of images that are kept for whoever asked for them."""

_MISSING = "{} environment variable is required"


_URL = re.compile(
    r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,4}|[1-9][0-9]{4}))?(?:/[!-~]*)?", re.ASCII
)
_HIGHEST_PORT = 65_535


def _is_base_url(text: str) -> bool:
    match = _URL.fullmatch(text)
    return match is not None and int(match[1] or 0) <= _HIGHEST_PORT


class _Rule(NamedTuple):
    is_met: Callable[[str], object]
    words: str
    """What a value must be, as they follow "must be"."""


_KEY = _Rule(re.compile(r"[ -~]+").fullmatch, "printable ASCII, since it travels in a header")
_TOKEN = _Rule(
    re.compile(r"[!-~]+").fullmatch, "an API token: no spaces, no characters beyond ASCII"
)
_ACCOUNT_ID = _Rule(
    re.compile(r"[0-9A-Fa-f]{32}").fullmatch, "an account id: 32 hexadecimal digits"
)
_BASE_URL = _Rule(_is_base_url, "a URL that begins with https://")


@dataclass(frozen=True)
class Settings:
    """Empty strings mean "not set"."""

    api_master_key: str = ""
    api_base_url: str = DEFAULT_API_BASE_URL
    accounts: Sequence[Account] = ()
    """They are asked in this order: the plain pair, `_1`, …; some may lack a half."""
    upstream_timeout_text: str = ""
    cache_ttl_text: str = ""
    public_url_text: str = ""
    default_output_format_text: str = ""
    shared_cache_text: str = ""
    keep_images_text: str = ""
    is_demo: bool = False
    """Whether a painter on this machine stands in for Cloudflare; `make dev` says so."""

    @classmethod
    def read(cls, names: Iterable[str], get: Callable[[str], str | None]) -> "Settings":
        """`names` are those of all variables there are."""
        present = set(names)

        def text(name: str) -> str:
            return (get(name) or "").strip() if name in present else ""

        return cls(
            api_master_key=text("API_MASTER_KEY"),
            api_base_url=(text("CF_API_BASE_URL") or DEFAULT_API_BASE_URL).rstrip("/"),
            accounts=tuple(find_accounts(present, text)),
            upstream_timeout_text=text("UPSTREAM_TIMEOUT"),
            cache_ttl_text=text("CACHE_TTL"),
            public_url_text=text("PUBLIC_URL"),
            default_output_format_text=text("DEFAULT_OUTPUT_FORMAT"),
            shared_cache_text=text("SHARED_CACHE"),
            keep_images_text=text("KEEP_IMAGES"),
            is_demo=bool(text("DEMO_PAINTER")),
        )

    @property
    def account_configured(self) -> bool:
        return bool(self.accounts) and all(account.id for account in self.accounts)

    @property
    def token_configured(self) -> bool:
        return bool(self.accounts) and all(account.token for account in self.accounts)

    def find_problems(self) -> Iterator[str]:
        """Tell what is missing or malformed, in sentences that begin with the variable's name."""
        if self._key_problem is not None:
            yield self._key_problem
        yield from self._account_problems
        for read, text in (
            (_read_timeout, self.upstream_timeout_text),
            (_read_ttl, self.cache_ttl_text),
            (_read_public_url, self.public_url_text),
            (_read_format, self.default_output_format_text),
            (_read_shared, self.shared_cache_text),
            (_read_days, self.keep_images_text),
        ):
            try:
                read(text)
            except ConfigurationError as error:
                yield error.message

    @property
    def upstream_timeout(self) -> float:
        """Seconds that Cloudflare has for one image, repetitions included."""
        return _read_timeout(self.upstream_timeout_text)

    @property
    def cache_ttl(self) -> int:
        """Seconds for which results are kept; 0: not at all."""
        return _read_ttl(self.cache_ttl_text)

    @property
    def public_url(self) -> str:
        """What links to images begin with; empty: the address that was asked."""
        return _read_public_url(self.public_url_text)

    @property
    def default_output_format(self) -> MadeFormat | None:
        """The format of images where a caller names none; None: as the model makes them."""
        return _read_format(self.default_output_format_text)

    @property
    def has_shared_cache(self) -> bool:
        """Whether a caller may get an image that was kept for another one."""
        return _read_shared(self.shared_cache_text)

    @property
    def kept_days(self) -> int:
        """Days for which images are kept for whoever asked for them; 0: not at all."""
        return _read_days(self.keep_images_text)

    def require_api_master_key(self) -> str:
        """Raises ConfigurationError while there is none that can be presented."""
        if self._key_problem is not None:
            raise ConfigurationError(self._key_problem)
        return self.api_master_key

    @cached_property
    def _key_problem(self) -> str | None:
        return next(_check("API_MASTER_KEY", self.api_master_key, _KEY), None)

    def require_accounts(self) -> Sequence[Account]:
        """At least one, all of them complete; raises ConfigurationError otherwise."""
        if self._account_problems:
            raise ConfigurationError(self._account_problems[0])
        return self.accounts

    @cached_property
    def _account_problems(self) -> Sequence[str]:
        return [*self._find_account_problems()]

    def _find_account_problems(self) -> Iterator[str]:
        for account in self.accounts or [Account("", "")]:
            yield from _check(account.token_name, account.token, _TOKEN)
            yield from _check(account.id_name, account.id, _ACCOUNT_ID)
        yield from _check("CF_API_BASE_URL", self.api_base_url, _BASE_URL)


def _check(name: str, value: str, rule: _Rule) -> Iterator[str]:
    """Tell what is wrong with a variable that has to be there, if anything."""
    if not value:
        yield _MISSING.format(name)
    elif not rule.is_met(value):
        yield f"{name} must be {rule.words}"


def _read_timeout(text: str) -> float:
    if not text:
        return DEFAULT_UPSTREAM_TIMEOUT
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise ConfigurationError(
            "UPSTREAM_TIMEOUT must be a number of seconds above 0 and at most 600"
        )
    return seconds


def _read_ttl(text: str) -> int:
    if text in ("", "0"):
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < SHORTEST_CACHE_TTL:
        raise ConfigurationError(
            f"CACHE_TTL must be a whole number of seconds, at least {SHORTEST_CACHE_TTL}, or 0"
        )
    return int(text)


def _read_public_url(text: str) -> str:
    for problem in _check("PUBLIC_URL", text, _BASE_URL) if text else ():
        raise ConfigurationError(problem)
    return text.rstrip("/")


def _read_format(text: str) -> MadeFormat | None:
    found = MADE_FORMATS.get(text.lower())
    if text and found is None:
        raise ConfigurationError("DEFAULT_OUTPUT_FORMAT must be png, jpeg or webp")
    return found


def _read_shared(text: str) -> bool:
    if text.lower() not in ("", "true", "false"):
        raise ConfigurationError("SHARED_CACHE must be true or false")
    return text.lower() == "true"


def _read_days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{0,3}", text) or int(text or 0) > MOST_KEPT_DAYS:
        raise ConfigurationError(
            f"KEEP_IMAGES must be a whole number of days, at most {MOST_KEPT_DAYS}, or 0"
        )
    return int(text or 0)
