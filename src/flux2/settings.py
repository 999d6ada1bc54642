"""Every variable of the environment, its default and its cast."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from flux2.errors import ConfigurationError

DEFAULT_API_BASE_URL = "https://api.cloudflare.com/client/v4"
DEFAULT_UPSTREAM_TIMEOUT = 120.0
"""Seconds. flux-2-dev takes tens of seconds; 120 is what its production users settled on."""
SHORTEST_CACHE_TTL = 60
"""Seconds; Workers KV keeps nothing for less (its reference, "Expiring keys")."""

_TOKEN = re.compile(r"[!-~]+")
_ACCOUNT_ID = re.compile(r"[\w-]+", re.ASCII)
_BASE_URL = re.compile(r"https?://[\w.:\[\]-]+(?:/[!-~]*)?", re.ASCII)
ACCOUNT_VARIABLE = re.compile(r"(?:CF_API_TOKEN|ACCOUNT|CF_ACCOUNT_ID)(_(?:[1-9]|10))?", re.ASCII)


@dataclass(frozen=True)
class Account:
    """An account at Cloudflare; what is shown of it are the names of its variables."""

    id: str = field(repr=False)
    token: str = field(repr=False)
    suffix: str = ""
    """`_1` to `_10`, or empty."""

    @property
    def complete(self) -> bool:
        return bool(self.id and self.token)

    @property
    def name(self) -> str:
        return f"ACCOUNT{self.suffix}"

    @property
    def token_name(self) -> str:
        return f"CF_API_TOKEN{self.suffix}"


@dataclass(frozen=True)
class Settings:
    """Empty strings mean "not set"."""

    api_master_key: str = ""
    api_base_url: str = DEFAULT_API_BASE_URL
    accounts: Sequence[Account] = ()
    """In the order in which they are asked: the plain pair, `_1`, …; some may lack a half."""
    upstream_timeout_text: str = ""
    cache_ttl_text: str = ""

    @classmethod
    def read(cls, names: Iterable[str], get: Callable[[str], str | None]) -> "Settings":
        """`names` are those of all variables there are."""
        present = set(names)

        def text(name: str) -> str:
            return (get(name) or "").strip() if name in present else ""

        return cls(
            api_master_key=text("API_MASTER_KEY"),
            api_base_url=(text("CF_API_BASE_URL") or DEFAULT_API_BASE_URL).rstrip("/"),
            accounts=tuple(_accounts(present, text)),
            upstream_timeout_text=text("UPSTREAM_TIMEOUT"),
            cache_ttl_text=text("CACHE_TTL"),
        )

    @property
    def account_configured(self) -> bool:
        return bool(self.accounts) and all(account.id for account in self.accounts)

    @property
    def token_configured(self) -> bool:
        return bool(self.accounts) and all(account.token for account in self.accounts)

    @property
    def configured(self) -> bool:
        return bool(self.account_configured and self.token_configured and self.api_master_key)

    @property
    def upstream_timeout(self) -> float:
        """Seconds that Cloudflare has for one image, repetitions included."""
        return _upstream_timeout(self.upstream_timeout_text)

    @property
    def cache_ttl(self) -> int:
        """Seconds for which results are kept; 0: not at all."""
        return _cache_ttl(self.cache_ttl_text)

    def require_api_master_key(self) -> str:
        return _required("API_MASTER_KEY", self.api_master_key)

    def require_accounts(self) -> Sequence[Account]:
        """At least one, all of them complete."""
        for account in self.accounts or [Account("", "")]:
            _required(account.token_name, account.token)
            _required(account.name, account.id)
            if not _TOKEN.fullmatch(account.token):
                raise ConfigurationError(f"{account.token_name} holds what no token can hold")
            if not _ACCOUNT_ID.fullmatch(account.id):
                raise ConfigurationError(f"{account.name} must be an account id, nothing else")
        if not _BASE_URL.fullmatch(self.api_base_url):
            raise ConfigurationError("CF_API_BASE_URL must be a URL that begins with https://")
        return self.accounts


def _accounts(present: set[str], text: Callable[[str], str]) -> Iterator[Account]:
    matches = filter(None, map(ACCOUNT_VARIABLE.fullmatch, present))
    for suffix in sorted(
        {match[1] or "" for match in matches}, key=lambda suffix: suffix[1:].zfill(2)
    ):
        account = Account(
            id=text(f"ACCOUNT{suffix}") or text(f"CF_ACCOUNT_ID{suffix}"),
            token=text(f"CF_API_TOKEN{suffix}"),
            suffix=suffix,
        )
        if account.id or account.token:
            yield account


def _required(name: str, value: str) -> str:
    if not value:
        raise ConfigurationError(f"{name} environment variable is required")
    return value


def _upstream_timeout(text: str) -> float:
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


def _cache_ttl(text: str) -> int:
    if text in ("", "0"):
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < SHORTEST_CACHE_TTL:
        raise ConfigurationError(
            f"CACHE_TTL must be a whole number of seconds, at least {SHORTEST_CACHE_TTL}, or 0"
        )
    return int(text)
