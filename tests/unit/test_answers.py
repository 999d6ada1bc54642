"""Streams, links and conversion: what is sent when, and what happens if something fails."""

import asyncio
import json
import re

import pytest

from flux2.answers.streaming import HEARTBEAT, PATIENCE
from flux2.links import FILES_PATH
from tests.unit.fakes import (
    JPEG,
    PNG,
    WEBP,
    Server,
    Store,
    Upstream,
    canonical,
    check_error,
    events,
    write_form,
)

FILES = FILES_PATH
FORM = "multipart/form-data; boundary=x"


class Sleeps:
    """A clock that stands still until it is told to ring."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._bells: list[asyncio.Future[None]] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        bell = asyncio.get_running_loop().create_future()
        self._bells.append(bell)
        await bell

    def ring(self) -> None:
        for bell in self._bells:
            if not bell.done():
                bell.set_result(None)


class SlowCloudflare:
    """Answers when it is told to; says whether it was left."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.called = asyncio.Event()
        self.left = False

    async def __call__(self, url, **options):
        self.called.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.left = True
            raise
        return Upstream()


def data_of(text: str) -> list[dict]:
    return [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]


async def turn() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_stream_begins_before_the_image_when_that_takes_long():
    """A client gets its answer's beginning, then a sign of life again and again, then the image."""
    sleeps, cloudflare = Sleeps(), SlowCloudflare()
    server = Server(sleep=sleeps, fetch=cloudflare)
    answering = asyncio.ensure_future(server.open(stream=True))
    await cloudflare.called.wait()
    await turn()
    assert not answering.done()
    sleeps.ring()
    response = await answering
    assert response.status == 200
    first = asyncio.ensure_future(anext(response.body))
    await turn()
    assert first.done()
    assert first.result()[0].startswith(":")
    beat = asyncio.ensure_future(anext(response.body))
    await turn()
    assert not beat.done()
    sleeps.ring()
    assert (await beat)[0].startswith(":")
    cloudflare.go.set()
    rest = [part async for group in response.body for part in group]
    assert rest[0].startswith("event: image_generation.completed\ndata: {")
    assert rest[-1].endswith("}\n\n")
    assert max(sleeps.asked) <= 15


async def test_client_that_leaves_a_stream_ends_the_calls_upstream():
    """Nobody would see what they bring."""
    sleeps, cloudflare = Sleeps(), SlowCloudflare()
    answering = asyncio.ensure_future(Server(sleep=sleeps, fetch=cloudflare).open(stream=True))
    await cloudflare.called.wait()
    await turn()
    sleeps.ring()
    response = await answering
    beat = asyncio.ensure_future(anext(response.body))
    await turn()
    sleeps.ring()
    await beat
    await response.body.aclose()
    assert cloudflare.left


async def test_stream_whose_images_all_fail_at_once_has_the_first_error_s_status():
    """As long as nothing has been sent, clients get what they know how to handle."""
    server = Server(TimeoutError(), sleep=Sleeps())
    check_error(await server.generate(stream=True, n=3), 504, "upstream_timeout", "Cloudflare")


async def test_stream_of_a_dall_e_model_carries_the_image():
    """OpenAI's completed event always has `b64_json`."""
    answer = await Server(results=Store(), sleep=Sleeps()).generate(stream=True, model="dall-e-3")
    (event,) = data_of(answer.text)
    assert event["b64_json"].startswith("/9j/")


async def test_stream_of_an_edit_says_so():
    """By its type, by which clients dispatch; `stream=true` in a form is a boolean."""
    parts = [("prompt", "a hat"), ("image", PNG), ("stream", "true")]
    answer = await Server(sleep=Sleeps()).post(write_form(parts), FORM, "/v1/images/edits")
    (event,) = data_of(answer.text)
    assert event["type"] == "image_edit.completed"


async def test_edit_without_an_image_is_refused():
    """There is nothing to edit."""
    answer = await Server().post(b'{"prompt":"a hat"}', path="/v1/images/edits")
    check_error(answer, 400, "missing_required_parameter", "image", param="image")


async def test_bug_in_a_stream_is_an_event_without_its_text():
    """As in every other answer: the kind in the log, nothing of it in the answer."""
    server = Server(Upstream(), RuntimeError("a secret"), sleep=Sleeps())
    answer = await server.generate(stream=True, n=2)
    *images, error = data_of(answer.text)
    assert len(images) == 1
    assert error["error"]["code"] == "internal_error"
    assert "secret" not in answer.text + str(server.logged)
    assert "RuntimeError" in str(server.logged)


@pytest.mark.parametrize(
    ("image", "kind", "extension"),
    [(JPEG, "jpeg", "jpg"), (PNG, "png", "png"), (WEBP, "webp", "webp")],
    ids=["jpeg", "png", "webp"],
)
async def test_link_lives_one_hour_and_needs_no_key(image, kind, extension):
    """The name is the secret and says the format; after its hour the store has forgotten it."""
    store = Store()
    server = Server(Upstream(canonical(image)), results=store)
    answer = await server.generate(response_format="url")
    url = answer.json["data"][0]["url"]
    assert re.fullmatch(rf"https://images\.example\.com{FILES}[0-9a-f]{{32}}\.{extension}", url)
    assert store.seconds == [3600]
    path = url.removeprefix("https://images.example.com")
    found = await server.get(path, key=None)
    assert (found.status, found.headers["content-type"]) == (200, f"image/{kind}")
    assert found.headers["cache-control"] == "private, max-age=3600"
    store.kept.clear()
    check_error(await server.get(path, key=None), 404, "not_found", "one hour")


@pytest.mark.parametrize("name", ["x.jpg", f"{'0' * 32}.html", f"{'0' * 32}", "../x", ""])
async def test_other_names_are_never_looked_up(name):
    """What this server did not make itself it does not ask the store for."""
    store = Store()
    store.kept[name] = b"\xff\xd8\xff"
    assert (await Server(results=store).get(FILES + name, key=None)).status in (401, 404)


async def test_image_that_cannot_be_stored_comes_in_the_answer():
    """It is paid for: a data URL instead of a link."""
    server = Server(results=Store(OSError("a quota")))
    answer = await server.generate(response_format="url")
    assert answer.json["data"][0]["url"].startswith("data:image/jpeg;base64,/9j/")
    assert events(server) == ["image_not_stored", "request"]


async def test_link_that_cannot_be_read_at_the_moment_is_502():
    """No bug of ours, and nothing that is gone for good."""

    class Broken(Store):
        async def get(self, name):
            raise OSError("unavailable")

    answer = await Server(results=Broken()).get(f"{FILES}{'0' * 32}.jpg", key=None)
    check_error(answer, 502, "upstream_error", "Try again")


async def test_image_that_cannot_be_decoded_for_a_link_comes_in_the_answer():
    """Its beginning looked right, and it is paid for."""
    server = Server(results=Store(ValueError("no base64")))
    answer = await server.generate(response_format="url")
    assert answer.json["data"][0]["url"].startswith("data:image/jpeg;base64,")


async def test_image_that_breaks_off_is_let_go_of():
    """Its connection is needed for the next one."""
    broken = Upstream(broken=ConnectionError())

    check_error(await Server(broken).generate(n=2), 502, "upstream_error")

    assert [stream.cancelled for stream in broken.streams] == [True, True]


async def test_image_that_breaks_off_before_it_is_stored_is_an_error():
    """Half an image is never kept."""
    broken = Upstream(canonical()[:-200], broken=ConnectionError())
    store = Store()
    answer = await Server(broken, results=store).generate(response_format="url")
    check_error(answer, 502, "upstream_error", "broke off")
    assert store.kept == {}


def test_sign_of_life_comes_often_enough():
    """The contract says at least every 15 seconds."""
    assert HEARTBEAT <= 15
    assert PATIENCE <= 15


async def test_short_image_that_breaks_off_is_an_error():
    """It is taken whole before the answer begins, so there is still a status to tell it with."""
    broken = Upstream(canonical()[:-200], broken=ConnectionError(), is_short=True)
    answer = await Server(broken).generate()
    check_error(answer, 502, "upstream_error", "broke off")
