"""What is asked: the requests, byte for byte, and what a right answer to them has."""

import json
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

KEY = "sk-bench"
GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
SMALL = 2_000
"""Bytes of base64, where the image does not matter."""
_BOUNDARY = "the-boundary-of-the-bench"

OURS, PLAIN, FORWARD = "ours", "plain", "forward"
SOURCES = {OURS: "src", PLAIN: "bench/workers/plain.js", FORWARD: "bench/workers/forward"}


@dataclass(frozen=True)
class Case:
    name: str
    request: bytes
    base64_size: int = SMALL
    """Of each image that upstream sends."""
    images: int = 1
    """In the answer."""
    status: int = 200
    in_flight: int = 1
    batch: int = 1
    """Requests that one connection sends in one round, one after the other."""
    reconnects: bool = False
    """Where a request leaves its connection in the middle of a body."""
    rounds: int = 15
    workers: tuple[str, ...] = (OURS, PLAIN)
    unbound: tuple[str, ...] = ()
    """Bindings that the Worker is not to have."""
    waits: bool = False
    """Whether what is done behind an answer is waited for, so that its CPU counts."""


def post(path: str, media_type: str, body: bytes, key: str = KEY) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def text(key: str = KEY, **fields: object) -> bytes:
    fields = {"prompt": "a lighthouse at dawn, oil on canvas", "seed": 7, **fields}
    return post(GENERATIONS, "application/json", json.dumps(fields).encode(), key)


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


def edit(prompt: str, images: Sequence[bytes]) -> bytes:
    parts = [f'Content-Disposition: form-data; name="prompt"\r\n\r\n{prompt}'.encode()]
    parts += [
        f'Content-Disposition: form-data; name="image"; filename="{index}.png"\r\n'
        f"Content-Type: image/png\r\n\r\n".encode()
        + image
        for index, image in enumerate(images)
    ]
    body = b"".join(b"--%s\r\n%s\r\n" % (_BOUNDARY.encode(), part) for part in parts)
    body += b"--%s--\r\n" % _BOUNDARY.encode()
    return post(EDITS, f"multipart/form-data; boundary={_BOUNDARY}", body)


def _edit(size: int) -> bytes:
    return edit("image 0 as a paper cut", [png(size)] * 4)


def png(size: int) -> bytes:
    """About `size` bytes, but 512x512, so that nobody shrinks it: the rest is a private chunk."""
    black = zlib.compress(bytes(512 * (1 + 512)))
    filler = random.Random(size).randbytes(size - len(black) - 69)
    header = (512).to_bytes(4) * 2 + b"\x08\x00\x00\x00\x00"
    chunks = ((b"IHDR", header), (b"beNc", filler), (b"IDAT", black), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def announced() -> bytes:
    """A wrong key and 32 MB, of which the client sends nothing until it has an answer."""
    request = post(GENERATIONS, "application/json", bytes(32_000_000), key="sk-wrong")
    return request.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


REFUSED = "401, body not sent"
ALL_THREE = (OURS, PLAIN, FORWARD)


def cases() -> tuple[Case, ...]:
    return (
        Case("small text request", text(), batch=30, workers=ALL_THREE),
        Case("answer of 0.3 MB", text(), 300_000, batch=15, workers=ALL_THREE),
        Case("answer of 2 MB", text(), 2_000_000, batch=8, workers=ALL_THREE),
        Case("answer of 8 MB", text(), 8_000_000, batch=4, workers=ALL_THREE),
        Case("n = 4, 2 MB each", text(n=4), 2_000_000, images=4, batch=5),
        Case("stream, 2 MB", text(stream=True), 2_000_000, batch=10),
        Case("edit, 4 references of 0.5 MB", _edit(500_000), batch=5),
        Case("edit, 4 references of 5 MB", _edit(5_000_000), batch=2, rounds=10),
        Case("16 in flight, 8 MB", text(), 8_000_000, in_flight=16, rounds=6),
        Case("64 in flight, 8 MB", text(), 8_000_000, in_flight=64, rounds=3),
        Case(REFUSED, announced(), status=401, images=0, batch=30, reconnects=True),
        Case("400 (no prompt)", text(prompt=None), status=400, images=0, batch=30),
    )


QUICK = ("small text request", "answer of 8 MB", REFUSED)
