"""A Worker for the tests alone: the product's entry, and a path that tells what its runtime holds.

The product's entry.py lies beside it as product.py. Whoever asks for a file waits for seconds.
"""

import asyncio
import gc
import json
import types
from collections import Counter

import js
from product import on_fetch
from workers import WorkerEntrypoint

HELD = "/held"


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        if request.url.endswith(HELD):
            return js.Response.new(json.dumps(_count()))
        return await on_fetch(request, _slow(self.env), self.ctx)


def _slow(env):
    """The same with another storage, in which nothing is found, late."""
    slow = js.Object.assign(js.Object.new(), getattr(env, "_env", env))
    slow.RESULTS = js.Object.new()
    slow.RESULTS.get = lambda *_: js.scheduler.wait(5000)
    return slow


def _count():
    gc.collect()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    suspended = (types.CoroutineType, types.AsyncGeneratorType)
    found = [each for each in gc.get_objects() if isinstance(each, suspended)]
    return {"tasks": len(tasks), "coroutines": Counter(each.__qualname__ for each in found)}
