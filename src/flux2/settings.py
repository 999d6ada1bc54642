"""Every variable of the environment, its default and its cast."""

from collections.abc import Callable
from dataclasses import dataclass

from flux2.errors import ConfigurationError

DEFAULT_API_BASE_URL = "https://api.cloudflare.com/client/v4"
DEFAULT_UPSTREAM_TIMEOUT = 120.0
"""Seconds. flux-2-dev takes tens of seconds; 120 is what its production users settled on."""


@dataclass(frozen=True)
class Settings:
    """Empty strings mean "not set"."""

    api_token: str = ""
    account: str = ""
    api_master_key: str = ""
    api_base_url: str = DEFAULT_API_BASE_URL
    upstream_timeout_text: str = ""

    @classmethod
    def read(cls, get: Callable[[str], str | None]) -> "Settings":
        def text(name: str) -> str:
            return (get(name) or "").strip()

        return cls(
            api_token=text("CF_API_TOKEN"),
            account=text("ACCOUNT") or text("CF_ACCOUNT_ID"),
            api_master_key=text("API_MASTER_KEY"),
            api_base_url=(text("CF_API_BASE_URL") or DEFAULT_API_BASE_URL).rstrip("/"),
            upstream_timeout_text=text("UPSTREAM_TIMEOUT"),
        )

    @property
    def configured(self) -> bool:
        return bool(self.api_token and self.account and self.api_master_key)

    @property
    def upstream_timeout(self) -> float:
        """Seconds without progress after which Cloudflare counts as stalled."""
        return _seconds("UPSTREAM_TIMEOUT", self.upstream_timeout_text)

    def require_api_master_key(self) -> str:
        return _required("API_MASTER_KEY", self.api_master_key)

    def require_account(self) -> tuple[str, str]:
        """The account id and its token."""
        token = _required("CF_API_TOKEN", self.api_token)
        return _required("ACCOUNT", self.account), token


def _required(name: str, value: str) -> str:
    if not value:
        raise ConfigurationError(f"{name} environment variable is required")
    return value


def _seconds(name: str, value: str) -> float:
    if not value:
        return DEFAULT_UPSTREAM_TIMEOUT
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise ConfigurationError(f"{name} must be a number of seconds above 0 and at most 600")
    return seconds
