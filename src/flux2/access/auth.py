"""The key that callers present: the owner's, or one that the owner made for somebody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from flux2.errors import InvalidApiKey

KEY_PREFIX = "sk-flux2-"
_CALLERS_KEY = re.compile(KEY_PREFIX + r"[A-Za-z0-9_-]{43}")
NO_KEY = "No API key was given. Send it in the header `Authorization: Bearer YOUR_KEY`."
WRONG_KEY = (
    "Incorrect API key. Use the value of API_MASTER_KEY of this deployment, or a key that its "
    "owner has made for you."
)


@dataclass(frozen=True)
class Caller:
    """Who asks, known by a name that is no secret."""

    id: str
    key_hash: str | None = field(default=None, repr=False)
    """The SHA-256 of a key that the owner made for somebody; None for everybody else."""
    models: Sequence[str] | None = None
    """The ids of those that may be used, where that was asked; None: all of them."""


OWNER = Caller("owner")
ANYBODY = Caller("anybody")
"""Who needs no key, or has not shown one."""


def read_key(authorization: str | None) -> str:
    """Read the key from that header. Raises InvalidApiKey if there is none."""
    scheme, _, presented = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not presented.strip():
        raise InvalidApiKey(NO_KEY)
    return presented.strip()


def is_owners(presented: str, master_key: str) -> bool:
    """Tell whether it is the owner's; takes the same time however much of it is right."""
    return compare_digest(presented.encode(), master_key.encode())


def hash_key(presented: str) -> str:
    """Make what is kept of a caller's key. Raises InvalidApiKey if it cannot be one."""
    if not _CALLERS_KEY.fullmatch(presented):
        raise InvalidApiKey(WRONG_KEY)
    return sha256(presented.encode()).hexdigest()
