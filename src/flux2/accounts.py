"""Accounts at Cloudflare, as variables of the environment name them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

ACCOUNT_VARIABLE = re.compile(r"(?:CF_API_TOKEN|ACCOUNT|CF_ACCOUNT_ID)(_(?:[1-9]|10))?", re.ASCII)


@dataclass(frozen=True)
class Account:
    """An account at Cloudflare; what is shown of it are the names of its variables."""

    id: str = field(repr=False)
    token: str = field(repr=False)
    suffix: str = ""
    """`_1` to `_10`, or empty."""
    has_alias: bool = False
    """Whether the id stands in `CF_ACCOUNT_ID`, the other name of `ACCOUNT`."""

    @property
    def complete(self) -> bool:
        return bool(self.id and self.token)

    @property
    def name(self) -> str:
        """How the account is called in answers and in the log."""
        return f"ACCOUNT{self.suffix}"

    @property
    def id_name(self) -> str:
        """The variable that holds the id, or has to."""
        return f"CF_ACCOUNT_ID{self.suffix}" if self.has_alias else self.name

    @property
    def token_name(self) -> str:
        return f"CF_API_TOKEN{self.suffix}"


def find_accounts(present: set[str], text: Callable[[str], str]) -> Iterator[Account]:
    matches = filter(None, map(ACCOUNT_VARIABLE.fullmatch, present))
    for suffix in sorted(
        {match[1] or "" for match in matches}, key=lambda suffix: suffix[1:].zfill(2)
    ):
        by_name, by_alias = text(f"ACCOUNT{suffix}"), text(f"CF_ACCOUNT_ID{suffix}")
        account = Account(
            id=by_name or by_alias,
            token=text(f"CF_API_TOKEN{suffix}"),
            suffix=suffix,
            has_alias=bool(by_alias and not by_name),
        )
        if account.id or account.token:
            yield account
