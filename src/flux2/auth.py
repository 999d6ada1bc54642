"""The key that callers present, against the one that the owner set."""

from hmac import compare_digest

from flux2.errors import InvalidApiKey

NO_KEY = "No API key was given. Send it in the header `Authorization: Bearer YOUR_KEY`."
WRONG_KEY = "Incorrect API key. Use the value of API_MASTER_KEY of this deployment."


def presented_key(authorization: str | None) -> str:
    """Raises InvalidApiKey if there is none."""
    scheme, _, presented = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not presented.strip():
        raise InvalidApiKey(NO_KEY)
    return presented.strip()


def check_key(presented: str, key: str) -> None:
    """Raises InvalidApiKey; takes the same time however much of the key is right."""
    if not compare_digest(presented.encode(), key.encode()):
        raise InvalidApiKey(WRONG_KEY)
