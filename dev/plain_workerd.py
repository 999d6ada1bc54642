"""Workers in plain workerd, with nothing in front: what is measured is theirs alone, and it hears
of each client that leaves. Needs Linux's /proc."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from dev.processes import Process
from dev.workerd import explain_failure
from tools.node import NODE


class PlainWorkerd(Process):
    """`listeners` and `source` as `processes.runtime` takes them, but for the page: no Worker runs
    for it. With `is_database_apart` they share a database that another process keeps. `state` and
    `hosts` are as there. Without Python for workerd, `DidNotStart` says so in one line."""

    def __init__(
        self,
        listeners: Sequence[Mapping[str, Any]],
        output: IO[str] = sys.stderr,
        *,
        source: str | Path = "src",
        is_database_apart: bool = False,
        state: Path | None = None,
        hosts: Mapping[str, str] | None = None,
    ) -> None:
        first_line = {
            "listeners": list(listeners),
            "source": str(source),
            "isDatabaseApart": is_database_apart,
            "state": state and str(state),
            "hosts": hosts and dict(hosts),
        }
        super().__init__(
            "workerd",
            [NODE, "dev/workerd.mjs"],
            r'^\{"ready":\[([\d,]+)\]\}',
            output,
            environment={"NO_COLOR": "1"},
            first_line=json.dumps(first_line),
            foreign=True,
        )

    def explain(self, said: str) -> str:
        return explain_failure(said) or super().explain(said)

    def find_worker(self) -> int:
        """The pid of workerd itself, which starts behind its database's; `pid` is that of
        Miniflare's Node."""
        return find_child(self.pid)


def find_child(pid: int) -> int:
    """The pid of the last process that this one's main thread has started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[-1])
