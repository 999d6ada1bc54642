"""What bodies of requests take of the memory that an isolate has, and when they give it back."""

import asyncio
import json

import pytest

from flux2.room import Room
from tests.unit.fakes import (
    GENERATIONS,
    KEY,
    NOW,
    PNG,
    Request,
    Resizer,
    Server,
    Upstream,
    data_url,
    picture,
    write_form,
)
from tests.unit.fakes.server import make_gate

LARGE = PNG + bytes(200_000)
PHOTO = picture("PNG", (600, 600)) + bytes(200_000)
FORM = "multipart/form-data; boundary=x"


class Watched:
    """A room of so many bytes, and the requests that have some of it."""

    def __init__(self, size: int) -> None:
        self.room = Room(size, make_gate, lambda: NOW)
        self.asked: list[int] = []
        take = self.room.take

        def watch(size: int):
            self.asked.append(size)
            return take(size)

        self.room.take = watch  # type: ignore[method-assign]

    async def is_free(self) -> bool:
        """Whether nobody has anything of it: all of it can be had at once."""
        lease = asyncio.ensure_future(Room.take(self.room, self.room.size))
        await asyncio.sleep(0)
        return lease.done()


def _write(image: bytes, as_form: bool, **more: str) -> tuple[bytes, str]:
    if as_form:
        return write_form([("prompt", "a"), ("image", image), *more.items()]), FORM
    return json.dumps(
        {"prompt": "a", "image": data_url(image), **more}
    ).encode(), "application/json"


@pytest.mark.parametrize("as_form", [False, True], ids=["JSON", "form"])
async def test_large_body_waits_for_its_turn(as_form):
    """Two that do not fit together are answered one after the other, both whole."""
    body, content_type = _write(LARGE, as_form)
    watched = Watched(len(body) + 1000)
    server = Server(bodies=watched.room)

    answers = await asyncio.gather(*(server.post(body, content_type) for _ in range(3)))

    assert [answer.status for answer in answers] == [200] * 3
    assert server.cloudflare.most_open == 1
    assert {call.images[0][2][:99] for call in server.cloudflare.calls} == {LARGE[:99]}
    assert watched.asked == [len(body)] * 3
    assert await watched.is_free()


async def test_small_body_waits_for_nobody():
    """The usual request costs nothing more."""
    watched = Watched(0)

    assert (await Server(bodies=watched.room).generate()).status == 200
    assert watched.asked == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"prompt":"%s"}' % (b"x" * 90_000), "application/json"),
        (b"{" + b" " * 90_000, "application/json"),
        (b" " * 90_000, "text/csv"),
        (write_form([("image", LARGE)]), FORM),
        (write_form([("prompt", "a"), ("image", LARGE), ("n", "2"), ("size", "?")]), FORM),
    ],
)
async def test_refused_body_gives_back(body, content_type):
    """Whatever is wrong with it."""
    watched = Watched(len(body))

    assert (await Server(bodies=watched.room).post(body, content_type)).status in (400, 415)
    assert len(watched.asked) == 1
    assert await watched.is_free()


async def test_body_that_broke_off_gives_back():
    """The client left while it sent."""
    watched = Watched(1000)

    assert (await Server(bodies=watched.room).post(ConnectionError())).status == 400
    assert await watched.is_free()


async def test_failed_request_gives_back():
    """Cloudflare's failure is the end of a request as well."""
    body, content_type = _write(LARGE, True)
    watched = Watched(len(body))
    server = Server(Upstream(b"{}", 400), bodies=watched.room)

    assert (await server.post(body, content_type)).status != 200
    assert await watched.is_free()


async def test_stream_gives_back_at_its_end():
    """Until then an image may have to be asked for again."""
    body, content_type = _write(LARGE, True, stream="true", n="6")
    watched = Watched(len(body))
    server = Server(bodies=watched.room)

    answer = await server.post(body, content_type)

    assert answer.status == 200
    assert [call.images[0][2] for call in server.cloudflare.calls] == [LARGE] * 6
    assert await watched.is_free()


async def test_body_is_let_go_of_once_its_images_are_shrunk():
    """What goes to Cloudflare is small then."""
    body, content_type = _write(PHOTO, True)
    watched = Watched(len(body))
    seen = []
    server = Server(resize=Resizer(), bodies=watched.room)
    fetch = server.services.fetch

    async def watch(*args, **options):
        seen.append(await watched.is_free())
        return await fetch(*args, **options)

    server = Server(resize=Resizer(), bodies=watched.room, fetch=watch)

    assert (await server.post(body, content_type)).status == 200
    assert seen == [True]


async def test_client_that_leaves_while_it_waits_takes_nothing():
    """Its turn is the next one's."""
    body, content_type = _write(LARGE, True)
    watched = Watched(len(body))
    first = await watched.room.take(len(body))
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": content_type}
    server = Server(bodies=watched.room)
    waiting = asyncio.ensure_future(server.send(Request("POST", GENERATIONS, headers, body)))
    for _ in range(5):
        await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.wait([waiting])
    first.give_back()

    assert await watched.is_free()
