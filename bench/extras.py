"""What is counted once: imports, and crossings between Python and JavaScript."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence

from bench.cases import SOURCES, Case
from bench.client import Client
from bench.processes import Log, variables
from dev.processes import runtime, stopped_at_the_end
from tools import ROOT
from tools.node import NODE, node_environment

KINDS = {
    "attributes": re.compile(r"JsProxy_(Get|Set|Del)Attr_js"),
    "calls": re.compile(r"JsvFunction_Call|JsvObject_CallMethod|JsvFunction_Construct"),
    "other operations": re.compile(
        r"JsProxy_(?!(Get|Set|Del)Attr|create|compute)|Js(Array|Map|ObjMap|vBuffer)_"
    ),
    "Python called": re.compile(r"_pyproxy_apply|create_promise_handles_result_helper"),
    "all, with conversions": re.compile(""),
}
"""Functions of Pyodide's by what they do for a program. The last kind counts every call across
WebAssembly's border that has to do with the bridge, including the conversion of each argument, the
checks of types, and reference counts; not what Pyodide does inside JavaScript or inside Python."""
_REQUESTS = 10


def crossings(
    url: str, cases: Sequence[Case], name: str
) -> Iterator[tuple[Case, Mapping[str, float]]]:
    """For each request of a case, by kind."""
    log = Log("Crossings ")
    listeners = [{"port": 0, "vars": variables(f"{url}/{case.base64_size}")} for case in cases]
    flags = ["--import=./bench/crossings.mjs"]
    process = runtime(listeners, log, source=SOURCES[name], flags=flags)
    with stopped_at_the_end(process):
        ports = process.wait_until_ready().split(",")
        for case, port in zip(cases, ports, strict=True):
            client = Client(int(port))
            client.connect()
            counts = []
            for _ in range(3):  # the first one imports and caches
                for _ in range(_REQUESTS):
                    client.ask(case.request)
                time.sleep(0.5)  # what an answer leaves to be done
                os.kill(process.pid, signal.SIGUSR2)
                counts.append(log.wait())
            client.close()
            _, before, after = (_by_kind(count) for count in counts)
            yield case, {kind: (after[kind] - before[kind]) / _REQUESTS for kind in KINDS}


def _by_kind(counts: Mapping[str, int]) -> Mapping[str, int]:
    return {
        kind: sum(count for name, count in counts.items() if pattern.match(name))
        for kind, pattern in KINDS.items()
    }


def imports(times: int) -> Sequence[Mapping[str, Mapping[str, float]]]:
    """Milliseconds (`wall`, `cpu`) by stage, each time in a fresh process."""
    return [
        json.loads(
            subprocess.run(
                [NODE, "bench/imports.mjs"],
                cwd=ROOT,
                env={**os.environ, **node_environment()},
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        )
        for _ in range(times)
    ]
