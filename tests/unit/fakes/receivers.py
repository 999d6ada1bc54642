"""Somebody to whom deliveries are posted."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Delivery:
    url: str
    headers: Mapping[str, str]
    body: str
    timeout: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def is_signed_by(self, secret: str) -> bool:
        """As Standard Webhooks has it: one of its signatures is that of the secret."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = ".".join(
            (self.headers["webhook-id"], self.headers["webhook-timestamp"], self.body)
        )
        digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(digest).decode()}"
        return wanted in self.headers["webhook-signature"].split(" ")


class Receiver:
    """Answers each delivery with the next of `answers`, and with the last one ever after."""

    def __init__(self, *answers: int | Exception) -> None:
        self._answers = answers or (200,)
        self.deliveries: list[Delivery] = []

    async def __call__(
        self, url: str, *, headers: Mapping[str, str], body: str, timeout: float
    ) -> int:
        answer = self._answers[min(len(self.deliveries), len(self._answers) - 1)]
        self.deliveries.append(Delivery(url, headers, body, timeout))
        if isinstance(answer, Exception):
            raise answer
        return answer
