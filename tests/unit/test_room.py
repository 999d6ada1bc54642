"""The memory that requests share: in turn, never more than there is, and never stuck."""

import asyncio
from collections.abc import Callable

import pytest

from flux2.room import LONGEST, Lease, Room, Rooms
from tests.unit.fakes.server import make_gate


def make_room(now: Callable[[], float] = lambda: 0.0) -> Room:
    return Room(100, make_gate, now)


async def begin(room: Room | Rooms, size: int) -> asyncio.Task[Lease]:
    task = asyncio.ensure_future(room.take(size))
    await asyncio.sleep(0)
    return task


async def test_what_fits_is_given_at_once() -> None:
    room = make_room()
    first, second = await room.take(60), await room.take(40)
    assert (first.size, second.size) == (60, 40)


async def test_others_wait_in_the_order_in_which_they_came() -> None:
    """A small one does not overtake a large one, which might wait for ever."""
    room = make_room()
    first = await room.take(60)
    large, small = await begin(room, 90), await begin(room, 5)
    assert not large.done()
    assert not small.done()
    first.give_back()
    (await large).give_back()
    await small


async def test_several_are_admitted_at_once() -> None:
    room = make_room()
    first = await room.take(100)
    waiting = [await begin(room, 50), await begin(room, 50), await begin(room, 50)]
    first.give_back()
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [True, True, False]
    waiting[0].result().give_back()
    await waiting[2]


async def test_more_than_all_of_it_is_given_to_who_is_alone() -> None:
    room = make_room()
    first = await room.take(1)
    huge, next_one = await begin(room, 1000), await begin(room, 1)
    assert not huge.done()
    first.give_back()
    (await huge).give_back()
    await next_one


async def test_giving_back_twice_is_once() -> None:
    room = make_room()
    first, _ = await room.take(50), await room.take(50)
    first.give_back()
    first.give_back()
    await room.take(50)
    waiting = await begin(room, 1)
    assert not waiting.done()
    waiting.cancel()


@pytest.mark.parametrize("is_admitted", [False, True])
async def test_who_stops_waiting_takes_nothing(is_admitted: bool) -> None:
    """Also in the moment between being admitted and hearing of it."""
    room = make_room()
    first = await room.take(100)
    leaver, other = await begin(room, 100), await begin(room, 100)
    if is_admitted:
        first.give_back()
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    first.give_back()
    await other


async def test_what_was_never_given_back_ends_by_itself() -> None:
    time = [0.0]
    room = make_room(lambda: time[0])
    await room.take(100)
    waiting = await begin(room, 60)
    time[0] = LONGEST + 1
    await room.take(40)
    await waiting


def test_who_joins_has_a_share() -> None:
    time = [0.0]
    room = make_room(lambda: time[0])
    assert room.share == 100
    first, _ = room.join(), room.join()
    assert room.share == 50
    first.give_back()
    assert room.share == 100
    room.join()
    time[0] = LONGEST + 1
    assert room.share == 100


async def test_who_gives_back_a_part_lets_others_in() -> None:
    room = make_room()
    first = await room.take(100)
    waiting = await begin(room, 40)
    first.shrink(39)
    assert not waiting.done()
    first.shrink(1)
    await waiting
    first.shrink(1000)
    await room.take(60)


async def test_small_ones_do_not_wait_for_large_ones() -> None:
    """One client that is slow must not hold up everybody."""
    rooms = Rooms(large=make_room(), small=Room(16, make_gate, lambda: 0.0))
    await rooms.take(100)
    large = await begin(rooms, 3)
    await rooms.take(2)
    assert not large.done()
    large.cancel()
