"""The Worker with an emulator of its own, for the commands that look at its page."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

from dev.processes import emulator, runtime, stopped_at_the_end

KEY = "sk-demo"
_TOKEN, _ACCOUNT = "demo-token", f"acc1{0:028}"


@contextmanager
def demo_workers(output: IO[str], *changes: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """The addresses of one Worker for each of the changes to the variables of a whole one."""
    upstream = emulator({_ACCOUNT: _TOKEN}, output)
    with stopped_at_the_end(upstream):
        variables = {
            "API_MASTER_KEY": KEY,
            "CF_API_TOKEN": _TOKEN,
            "ACCOUNT": _ACCOUNT,
            "CF_API_BASE_URL": f"{upstream.wait_until_ready()}/client/v4",
        }
        listeners = [{"port": 0, "vars": {**variables, **changed}} for changed in changes]
        workers = runtime(listeners, output)
        with stopped_at_the_end(workers):
            yield [f"http://127.0.0.1:{port}" for port in workers.wait_until_ready().split(",")]
