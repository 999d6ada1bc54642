"""The key that callers present, against the one that the owner set."""

from dataclasses import dataclass
from hmac import compare_digest

from flux2.errors import InvalidApiKey, PermissionDenied

NO_KEY = "No API key was given. Send it in the header `Authorization: Bearer YOUR_KEY`."
WRONG_KEY = "Incorrect API key. Use the value of API_MASTER_KEY of this deployment."


@dataclass(frozen=True)
class Caller:
    """Who asks, known by a name that is no secret."""

    id: str


OWNER = Caller("owner")
ANYBODY = Caller("anybody")
"""Who needs no key, or has not shown one."""


def require_owner(caller: Caller) -> None:
    """Raises PermissionDenied for everybody else."""
    if caller is not OWNER:
        raise PermissionDenied(
            "This path is for the owner of this deployment, whose key is API_MASTER_KEY."
        )


def read_key(authorization: str | None) -> str:
    """Read the key from that header. Raises InvalidApiKey if there is none."""
    scheme, _, presented = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not presented.strip():
        raise InvalidApiKey(NO_KEY)
    return presented.strip()


def identify(presented: str, master_key: str) -> Caller:
    """Tell whose key it is. Raises InvalidApiKey if it is nobody's; takes the same time however
    much of the key is right."""
    if not compare_digest(presented.encode(), master_key.encode()):
        raise InvalidApiKey(WRONG_KEY)
    return OWNER
