"""A Worker with the product's workflow, whose body is what test_steps.py wants to see."""

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import js
from product import BatchWorkflow as BatchWorkflow  # the door of the runtime
from workers import WorkerEntrypoint

from edge.services import make_services
from flux2.batches import workflow
from flux2.bindings import Json, Repetition, Steps
from flux2.services import Services

PATIENT = Repetition(2, 1)
HOUR = 60 * 60
RELEASED = "released"


async def at_once(name: str, steps: Steps, services: Services) -> object:
    """None of these steps ends before all have begun."""
    begun: set[int] = set()

    async def make(number: int) -> Json:
        async def act() -> Json:
            begun.add(number)
            while len(begun) < 4:
                await services.sleep(0.05)
            return {"number": number, "text": "“ä”"}

        return await steps.do(f"step {number}", act, PATIENT)

    return [made["number"] for made in await asyncio.gather(*(make(each) for each in range(4)))]


async def repeated(name: str, steps: Steps, services: Services) -> object:
    """One step succeeds the second time, and one never."""
    tried: list[str] = []

    async def act() -> Json:
        tried.append("once")
        if len(tried) < 2:
            raise ValueError("a prompt")
        return {"tried": len(tried)}

    async def fail() -> Json:
        raise KeyError("a prompt")

    made = await steps.do("second", act, PATIENT)
    try:
        await steps.do("never", fail, Repetition(0, 1))
    except OSError as exc:
        return [made["tried"], "KeyError" in str(exc), "a prompt" in str(exc)]
    return None


async def woken(name: str, steps: Steps, services: Services) -> object:
    """Woken before it waits."""

    async def act() -> Json:
        assert services.bindings.batches is not None
        await services.bindings.batches.wake(f"{name}-1")
        return {}

    await steps.do("wake", act, PATIENT)
    await steps.wait("long", time.time() + HOUR)
    return "woken"


async def late(name: str, steps: Steps, services: Services) -> object:
    """Nobody wakes it, neither for something in the past."""
    await steps.wait("past", time.time() - HOUR)
    await steps.wait("soon", time.time() + 1)
    return "late"


async def next_day(name: str, steps: Steps, services: Services) -> object:
    """By the clock that the test moves."""
    print("waits", name)
    await steps.wait("day", time.time() + 24 * HOUR)
    return "next day"


async def killed(name: str, steps: Steps, services: Services) -> object:
    """The second step does not end before somebody has asked for /release."""

    async def first() -> Json:
        print("first", name)
        return {"first": 1}

    async def second() -> Json:
        print("second", name)
        namespace = services.bindings._env.RESULTS  # type: ignore[attr-defined]
        while not isinstance(await namespace.get(RELEASED), str):
            await services.sleep(0.05)
        return {"second": 2}

    return {**await steps.do("first", first, PATIENT), **await steps.do("second", second, PATIENT)}


BODIES = {body.__name__: body for body in (at_once, repeated, woken, late, next_day, killed)}


async def run(name: str, instance: int, steps: Steps, services: Services) -> None:
    told = await BODIES[name.split("-", maxsplit=1)[0]](name, steps, services)

    async def tell() -> None:
        print("deferred", name)

    services.defer(tell())
    print("told", name, told)


workflow.run = run


class Default(WorkerEntrypoint):
    async def fetch(self, request: js.Request) -> js.Response:
        _, _, what, name = urlsplit(request.url).path.split("/")
        services = make_services(self.env, self.ctx)
        batches = services.bindings.batches
        assert batches is not None
        told: Mapping[str, object] = {}
        if what == "start":
            await batches.start(f"{name}-1", {"batch": name, "number": 1})
        elif what == "wake":
            await batches.wake(f"{name}-1")
        elif what == "over":
            told = {"over": await batches.is_over(f"{name}-1")}
        elif what == "release":
            await services.bindings._env.RESULTS.put(RELEASED, "yes")  # type: ignore[attr-defined]
        return js.Response.new(str(told.get("over", "done")))
