"""What a visit of the soak can be: requests, and what a right answer to them has."""

import base64
import io
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from bench.cases import SMALL, edit, get, text
from bench.client import Answer, BrokenOff, Client, WrongAnswer

LARGE, LARGEST = 2_000_000, 8_000_000
SIZES = (SMALL, LARGE, LARGEST)
EMULATOR = 0
"""Instead of a size: answers from the emulator, which checks, paints and fails as it is told."""

Images = Mapping[int, str]
"""The base64 that upstream sends, by its size."""
Request = Callable[[int], bytes]
"""By the number of the visit, which is also its seed."""
Check = Callable[[Answer, int, Images], None]
"""Raises WrongAnswer."""
Visit = Callable[[Client, int, Images], float]
"""Seconds that the answers took, or WrongAnswer."""


@dataclass(frozen=True)
class Kind:
    name: str
    share: int
    """In a thousand, about."""
    upstream: int
    visit: Visit
    is_answered: bool = True
    """Not where the client leaves."""
    is_page: bool = False
    """Answered without a Worker."""


def draw(kinds: Sequence[Kind], number: int) -> Kind:
    """The kind of a visit: always the same one for the same number."""
    return random.Random(number).choices(kinds, [kind.share for kind in kinds])[0]


# Visits


def asks(request: Request, check: Check) -> Visit:
    def visit(client: Client, number: int, images: Images) -> float:
        answer = client.ask(request(number))
        check(answer, number, images)
        return answer.total

    return visit


def follows_the_link(request: Request) -> Visit:
    """And gets the image that upstream sent."""

    def visit(client: Client, number: int, images: Images) -> float:
        answer = client.ask(request(number))
        path = _document(answer)["data"][0]["url"].removeprefix("http://localhost")
        file = client.ask(get(path))
        _same("file's status", file.status, 200)
        _same("file", file.body, base64.b64decode(images[LARGE]))
        return answer.total + file.total

    return visit


def leaves(request: Request, *, seconds: float = 0, size: int = 0) -> Visit:
    """After so many seconds and bytes of the answer."""

    def visit(client: Client, number: int, images: Images) -> float:
        start = time.perf_counter()
        client.leave(request(number), seconds=seconds, size=size)
        return time.perf_counter() - start

    return visit


def is_broken_off(request: Request, least: int) -> Visit:
    """Visibly, and after so many bytes."""

    def visit(client: Client, number: int, images: Images) -> float:
        start = time.perf_counter()
        try:
            client.ask(request(number))
        except BrokenOff:
            if client.got < least:
                raise
            return time.perf_counter() - start
        raise WrongAnswer("whole, though upstream broke off")

    return visit


# Requests


def texts(prompt: object = "a lighthouse", **fields: object) -> Request:
    """Each `#` in the prompt, which may be a JSON prompt, is the seed of the second image."""

    def request(number: int) -> bytes:
        asked = json.loads(json.dumps(prompt).replace("#", str(number + 1)))
        return text(prompt=asked, seed=number, **fields)

    return request


def fixed(request: bytes) -> Request:
    return lambda number: request


def edits(images: Sequence[bytes]) -> Request:
    return fixed(edit("image 0 as a paper cut", images))


def photo(width: int, height: int) -> bytes:
    """A JPEG of about 1.4 bytes a pixel: noise."""
    file = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(file, "JPEG", quality=95)
    return file.getvalue()


# Checks


def documents(count: int = 1, size: int = SMALL, *, seeded: bool = True) -> Check:
    """That many images, each with its seed and exactly as upstream sent it."""

    def check(answer: Answer, number: int, images: Images) -> None:
        _check_images(_document(answer)["data"], number, count, images[size], seeded)

    return check


def events(count: int, size: int) -> Check:
    """As `documents`, one event each."""

    def check(answer: Answer, number: int, images: Images) -> None:
        _same("status", answer.status, 200)
        lines = [line for line in answer.body.split(b"\n") if line.startswith(b"data: ")]
        found = sorted((json.loads(line[6:]) for line in lines), key=lambda event: event["seed"])
        _same("events", {event["type"] for event in found}, {"image_generation.completed"})
        _check_images(found, number, count, images[size], seeded=True)

    return check


def _check_images(
    found: Sequence[Mapping[str, Any]], number: int, count: int, image: str, seeded: bool
) -> None:
    _same("images", len(found), count)
    if seeded:
        _same("seeds", [each["seed"] for each in found], list(range(number, number + count)))
    for each in found:
        _same("image", each["b64_json"], image)


def painted(format: str, count: int = 1, errors: Sequence[str] = ()) -> Check:
    """Images of 256x256 that a decoder can read to their end, beside errors with these codes."""

    def check(answer: Answer, number: int, images: Images) -> None:
        document = _document(answer)
        _same("images", len(document["data"]), count)
        _same("errors", [each["code"] for each in document.get("errors", ())], list(errors))
        _same("output_format", document["output_format"], format)
        for each in document["data"]:
            picture = Image.open(io.BytesIO(base64.b64decode(each["b64_json"], validate=True)))
            picture.load()
            _same("picture", (picture.format, picture.size), (format.upper(), (256, 256)))

    return check


def refused(status: int, code: str) -> Check:
    def check(answer: Answer, number: int, images: Images) -> None:
        _same("code", _document(answer, status)["error"]["code"], code)

    return check


def holds(status: int, words: bytes) -> Check:
    def check(answer: Answer, number: int, images: Images) -> None:
        _same("status", answer.status, status)
        _same(f"{words!r} in the body", words in answer.body, True)

    return check


def _document(answer: Answer, status: int = 200) -> dict[str, Any]:
    if answer.status != status:
        raise WrongAnswer(f"status {answer.status} instead of {status}: {answer.body[:300]!r}")
    return json.loads(answer.body)


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise WrongAnswer(f"{what}: {str(found)[:200]} instead of {str(expected)[:200]}")
