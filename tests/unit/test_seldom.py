"""What happens seldom: somebody leaves in the middle, a converter has a bug, a text is too long."""

import asyncio
from typing import Any

import pytest

from flux2 import json_text
from tests.unit.fakes import ENVIRONMENT, PNG, Server, Store, Upstream, check_error, write_form


@pytest.mark.parametrize("turns", [3, 4, 5])
async def test_client_that_leaves_ends_all_its_images(turns: int) -> None:
    """However far they are: nothing of what it asked for stays open upstream."""
    server = Server()
    request = asyncio.create_task(server.generate(n=3))
    for _ in range(turns):
        await asyncio.sleep(0)
    assert len(server.cloudflare.calls) == 3

    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    assert server.cloudflare.open == 0


@pytest.mark.parametrize("count", [1, 2])
async def test_conversion_with_a_bug_lets_go_of_its_image(count: int) -> None:
    """What it was to convert is not left open upstream, and the bug stays in the log."""

    async def convert(image: Any, format: str, quality: int | None) -> Any:
        raise RuntimeError("never show this")

    upstream = [Upstream() for _ in range(count)]
    server = Server(*upstream, convert=convert)

    answer = await server.generate(n=count, output_format="png")

    check_error(answer, 500, "internal_error")
    assert "never show this" not in answer.text
    assert [stream.cancelled for each in upstream for stream in each.streams] == [True] * count
    assert server.cloudflare.open == 0


async def test_stream_does_not_call_itself_a_hit_before_that_is_known() -> None:
    """Its first image was kept, but the headers leave before the second one."""
    environment = ENVIRONMENT | {"CACHE_TTL": "600"}
    server = Server(results=Store(), environment=environment)
    await server.generate(seed=7)

    answer = await server.generate(seed=7, n=2, stream=True)

    assert (answer.status, answer.text.count("event: ")) == (200, 2)
    assert "x-cache" not in answer.headers
    assert len(server.cloudflare.calls) == 2


@pytest.mark.parametrize("name", ["prompt", "size", "seed"])
async def test_form_field_that_is_too_long_is_refused(name: str) -> None:
    """Such a text never becomes one of Python's."""
    text = "9" * (512 * 1024 + 1)
    server = Server()
    form = [("prompt", "a valley"), (name, text)] if name != "prompt" else [(name, text)]

    answer = await server.generate_from_form(*form)

    check_error(answer, 413, "request_too_large", f"{name} may have at most 512 KB.", param=name)
    assert server.cloudflare.calls == []


async def test_numbered_account_whose_variables_are_empty_is_none() -> None:
    """As .dev.vars.example leaves them: nothing is missing, and nobody is asked in its name."""
    empty = {"ACCOUNT_1": "", "CF_API_TOKEN_1": ""}
    server = Server(environment=ENVIRONMENT | empty)

    health = await server.get("/health")
    await server.generate()

    assert health.json["accounts"] == 1
    assert len(server.cloudflare.calls) == 1


async def test_edit_without_an_image_names_what_is_missing() -> None:
    """There is nothing to edit, and nobody pays for an image out of nothing."""
    server = Server()
    form = [("prompt", "a hat")]
    multipart = "multipart/form-data; boundary=x"

    answer = await server.post(write_form(form), multipart, path="/v1/images/edits")

    check_error(answer, 400, "missing_required_parameter", "at least one image", param="image")
    assert server.cloudflare.calls == []
    edited = await server.post(write_form([*form, ("image", PNG)]), multipart, "/v1/images/edits")
    assert edited.status == 200


def test_text_with_half_a_character_can_be_written() -> None:
    """No request brings one in, but an answer must never fail because of it."""
    assert json_text.write({"message": "a\ud83d"}) == '{"message":"a\ud83d"}'
