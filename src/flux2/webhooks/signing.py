"""Standard Webhooks: headers by which a receiver knows who sent a delivery, and when.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

from flux2.services import Services

PREFIX = "whsec_"
_BYTES = 24
"""Of a secret: the least that the specification allows; in base64 they need no padding."""


def draw_secret(services: Services) -> str:
    drawn = bytes.fromhex(services.new_id() + services.new_id())
    return PREFIX + base64.b64encode(drawn[:_BYTES]).decode()


def sign(message_id: str, text: str, secrets: Iterable[str], now: float) -> Mapping[str, str]:
    """Make the headers of a delivery that is sent now, with a signature by each of the secrets."""
    timestamp = str(int(now))
    signed = f"{message_id}.{timestamp}.{text}".encode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_compute(signed, secret) for secret in secrets),
    }


def _compute(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
