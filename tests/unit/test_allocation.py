"""The emulator's days: how many neurons each account has, until 00:00 UTC."""

from collections.abc import AsyncIterator

import httpx
import pytest

from emulator.app import create_app

TOKENS = {"acc": "secret", "other": "secret 2"}
TILE = 26.05
"""What a call of `ask` costs."""
MIDNIGHT = 20_000 * 24 * 60 * 60


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(TOKENS, 2 * TILE))
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
        yield client


async def ask(client: httpx.AsyncClient, account: str = "acc", prompt: str = "a valley") -> object:
    """The HTTP status, or Cloudflare's code."""
    answer = await client.post(
        f"/client/v4/accounts/{account}/ai/run/@cf/black-forest-labs/flux-2-klein-4b",
        files={
            "prompt": (None, prompt),
            "width": (None, "256"),
            "height": (None, "256"),
        },
        headers={"authorization": f"Bearer {TOKENS[account]}"},
    )
    return answer.json()["errors"][0]["code"] if answer.status_code >= 400 else answer.status_code


async def put(client: httpx.AsyncClient, name: str, document: object) -> None:
    (await client.put(f"/_emulator/{name}", json=document)).raise_for_status()


async def test_call_that_does_not_fit_is_refused_and_costs_nothing(
    client: httpx.AsyncClient,
) -> None:
    """The other account has its own; a refusal for another reason takes nothing."""
    assert await ask(client, prompt="emulate:capacity") == 3040
    assert [await ask(client) for _ in range(3)] == [200, 200, 3036]
    assert await ask(client, "other") == 200
    calls = (await client.get("/_emulator/calls")).json()
    assert [call["neurons"] for call in calls] == [0, TILE, TILE, 0, TILE]


async def test_day_ends_at_midnight_of_the_clock_that_a_test_moves(
    client: httpx.AsyncClient,
) -> None:
    """The calls tell when they came."""
    await put(client, "clock", {"now": MIDNIGHT - 1000})
    assert [await ask(client) for _ in range(3)] == [200, 200, 3036]
    await put(client, "clock", {"now": MIDNIGHT - 500})
    assert await ask(client) == 3036
    await put(client, "clock", {"now": MIDNIGHT})
    assert await ask(client) == 200
    calls = (await client.get("/_emulator/calls")).json()
    assert MIDNIGHT - 1000 <= calls[0]["at"] < MIDNIGHT - 900
    assert MIDNIGHT <= calls[-1]["at"] < MIDNIGHT + 100


async def test_null_is_the_clock_of_the_machine_and_no_end_of_neurons(
    client: httpx.AsyncClient,
) -> None:
    """And another number takes effect at once."""
    await put(client, "clock", {"now": MIDNIGHT})
    await put(client, "clock", {"now": None})
    await put(client, "allocation", {"neurons": None})
    assert [await ask(client) for _ in range(3)] == [200, 200, 200]
    await put(client, "allocation", {"neurons": 3 * TILE})
    assert await ask(client) == 3036
    calls = (await client.get("/_emulator/calls")).json()
    assert calls[0]["at"] > MIDNIGHT + 1000
