"""Images that are held whole: several of a request, and those that are kept or converted."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from flux2.generation.holding import MOST_HELD
from flux2.room import Room
from tests.unit.fakes import NOW, Buffer, Server, Store, Upstream, canonical, check_error
from tests.unit.fakes.server import make_gate
from tests.unit.fakes.uploads import pour

SIZE = len(canonical())


def make_room(size: int = 10 * SIZE) -> Room:
    return Room(size, make_gate, lambda: NOW)


async def is_empty(room: Room) -> bool:
    taking = asyncio.ensure_future(room.take(room.size))
    await asyncio.sleep(0)
    if not taking.done():
        taking.cancel()
        return False
    taking.result().give_back()
    return True


async def convert(image: Any, kind: str, quality: int | None) -> Buffer:
    return Buffer(b"UklGRg==")


@pytest.mark.parametrize(
    "fields",
    [
        {"n": 2},
        {"n": 2, "stream": True},
        {"response_format": "url"},
        {"output_format": "webp"},
    ],
    ids=str,
)
async def test_memory_is_given_back_when_the_answer_has_left(fields: dict[str, Any]) -> None:
    """Not before: until then the images are in it."""
    room = make_room()
    server = Server(images=room, results=Store(), convert=convert)

    response = await server.open(**fields)

    assert not await is_empty(room)
    assert isinstance(response.body, AsyncGenerator)
    async for group in response.body:
        assert not await is_empty(room)
        for part in group:
            pour(part)
    assert await is_empty(room)


@pytest.mark.parametrize("stream", [False, True])
async def test_memory_is_given_back_where_no_image_comes(stream: bool) -> None:
    room = make_room()
    broken = Upstream(canonical()[:-200], broken=ConnectionError())
    answer = await Server(broken, images=room).generate(n=2, stream=stream)
    check_error(answer, 502, "upstream_error", "broke off")
    assert await is_empty(room)


async def test_one_image_needs_no_memory() -> None:
    """It flows through."""
    room = make_room()
    answering = Server(images=room).open()
    assert (await answering).status == 200
    assert await is_empty(room)


@pytest.mark.parametrize("is_announced", [True, False])
async def test_images_of_a_request_wait_together_for_their_turn(is_announced: bool) -> None:
    """If each waited alone, two requests could wait for each other's second image."""
    room = make_room(2 * SIZE)
    upstream = Upstream(is_announced=is_announced)
    server = Server(upstream, images=room)
    first = await server.open(n=2)
    second = asyncio.ensure_future(server.open(n=2))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not second.done()

    assert isinstance(first.body, AsyncGenerator)
    async for _ in first.body:
        pass

    assert (await second).status == 200


async def test_who_stops_waiting_lets_go_of_its_images() -> None:
    room = make_room(2 * SIZE)
    lease = await room.take(2 * SIZE)
    server = Server(images=room)
    waiting = asyncio.ensure_future(server.open(n=2))
    for _ in range(50):
        await asyncio.sleep(0)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    lease.give_back()

    assert await is_empty(room)
    assert server.cloudflare.open == 0


@pytest.mark.parametrize(("size", "fits"), [(MOST_HELD // 2 - 9, 2), (MOST_HELD // 2 + 9, 0)])
async def test_images_that_cannot_be_held_are_an_error(size: int, fits: int) -> None:
    """An isolate has 128 MB; one answer of 500 MB must not take all of them."""
    huge = b'{"result":{"image":"/9j/' + b"A" * (size - 4) + canonical()[-45:]
    answer = await Server(Upstream(huge), Upstream(huge)).generate(n=2)
    if fits:
        assert len(answer.json["data"]) == fits
    else:
        check_error(answer, 502, "upstream_error", "larger than can be held")
