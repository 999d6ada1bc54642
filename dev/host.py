"""The Python side of the embedded runtime: what workerd does around a Python Worker."""

import importlib
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


class Host:
    """Of one Worker, whose folder is the first of the path."""

    def __init__(self, path: Sequence[str]) -> None:
        sys.dont_write_bytecode = True
        sys.path[:0] = path
        self._source = path[0]
        self._entry: ModuleType

    def load(self) -> None:
        """Import the Worker, or import it anew; if that fails, the one before stays."""
        before = {
            name: sys.modules.pop(name)
            for name, module in list(sys.modules.items())
            if (getattr(module, "__file__", None) or "").startswith(self._source)
        }
        importlib.invalidate_caches()
        try:
            self._entry = importlib.import_module("entry")
        except BaseException:
            sys.modules.update(before)
            raise

    async def fetch(self, request: Any, env: Any, context: Any) -> Any:
        """JavaScript's `Request`, bindings and context in, JavaScript's `Response` out."""
        import workers

        worker = self._entry.Default(context, env)
        return await worker.fetch(workers.Request(request))

    async def scheduled(self, controller: Any, env: Any, context: Any) -> None:
        """A cron is due. workerd passes nothing in the places where bindings and context were."""
        await self._entry.Default(context, env).scheduled(controller, None, None)

    async def run(self, event: Any, step: Any, env: Any, context: Any) -> None:
        """An instance of the workflow begins, or goes on."""
        await self._entry.BatchWorkflow(context, env).run(event, step)
