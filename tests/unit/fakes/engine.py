"""Cloudflare's Workflows: instances whose steps are run when a test says so, each once it is over
never again, and whose waiting moves the clock of the deployment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flux2.batches import workflow
from flux2.bindings import Repetition

if TYPE_CHECKING:
    from tests.unit.fakes.sharing import Deployment


@dataclass
class Instance:
    params: Any
    results: dict[str, Any] = field(default_factory=dict)
    """Of the steps that are over."""
    is_woken: bool = False
    is_over: bool = False


class Engine:
    """The `BATCHES` binding; `error` is raised by every use of it, as long as it stands."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.instances: dict[str, Instance] = {}
        self.waits: list[float] = []
        self.steps: list[str] = []
        self.on_wait: Callable[[float], Awaitable[None]] | None = None
        """What happens while an instance waits."""

    async def start(self, instance: str, params: Any) -> None:
        self._check()
        self.instances.setdefault(instance, Instance(params))

    async def wake(self, instance: str) -> None:
        self._check()
        self.instances[instance].is_woken = True

    async def is_over(self, instance: str) -> bool:
        self._check()
        found = self.instances.get(instance)
        return found is None or found.is_over

    def _check(self) -> None:
        if self.error is not None:
            raise self.error

    async def run(self, server: "Deployment") -> None:
        """Run all instances to their end, also those that others start."""
        while names := [name for name, each in self.instances.items() if not each.is_over]:
            for name in names:
                instance = self.instances[name]
                steps = Steps(self, instance, server)
                params = instance.params
                await workflow.run(params["batch"], params["number"], steps, server.services)
                instance.is_over = True


@dataclass
class Steps:
    engine: Engine
    instance: Instance
    server: "Deployment"

    async def do(self, name: str, act: Callable[[], Awaitable[Any]], repetition: Repetition) -> Any:
        results = self.instance.results
        if name not in results:
            results[name] = await self._repeat(act, repetition)
            self.engine.steps.append(name)
        return results[name]

    async def _repeat(self, act: Callable[[], Awaitable[Any]], repetition: Repetition) -> Any:
        for pause in range(repetition.times):
            try:
                return await act()
            except OSError:
                self.server.time += repetition.pause * 2**pause
        return await act()

    async def wait(self, name: str, until: float) -> None:
        if name in self.instance.results:
            return
        self.engine.waits.append(until)
        if self.engine.on_wait is not None:
            await self.engine.on_wait(until)
        await asyncio.sleep(0)
        if not self.instance.is_woken:
            self.server.time = max(self.server.time, until)
        self.instance.is_woken = False
        self.instance.results[name] = {}
