"""`make workerd`: the Worker under Cloudflare's own tools, drawing with the demo painter.

pywrangler downloads Python for the Worker, and workerd its Pyodide: this needs the internet.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev import serve
from dev.processes import Process
from tools import ROOT, deploy
from tools.node import NODE

WHY_DEMO = "make workerd asks Cloudflare for none, whatever .dev.vars says."
READY = r"Ready on (http://\S+)"


def main() -> None:
    print(
        "Starting Cloudflare's tools; the first time they download Python for the Worker.",
        flush=True,
    )
    with variables_file() as write:
        serve.run("workerd", lambda port, variables: _start(port, write(variables)), WHY_DEMO)


@contextmanager
def variables_file() -> Iterator[Callable[[Mapping[str, str]], Path]]:
    """Writes a file for `--env-file` that only this user may read and that is gone at the end.

    With that option wrangler does not even read .dev.vars (`getVarsForDev` in wrangler 4.153), so
    that nothing of the user's reaches the emulator.
    """
    with tempfile.TemporaryDirectory(prefix="flux2-workerd-") as folder:
        path = Path(folder) / "variables.env"

        def write(variables: Mapping[str, str]) -> Path:
            path.write_text("".join(f"{name}='{value}'\n" for name, value in variables.items()))
            return path

        yield write


def options(port: int, variables: Path) -> Sequence[str]:
    """Of `wrangler dev`."""
    return (
        "dev",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--env-file={variables}",
        "--show-interactive-dev-session=false",
    )


def _start(port: int, variables: Path) -> Process:
    # npx stands beside Python's programs, Node in a folder of its own.
    path = (ROOT / ".venv/bin", NODE.parent, os.environ.get("PATH", os.defpath))
    uv = deploy.find_uv(f"{ROOT / '.tools/bin'}{os.pathsep}{path[-1]}")
    environment = {"PATH": os.pathsep.join(map(str, (uv.parent, *path)))}
    return Process(
        "pywrangler",
        deploy.pywrangler(uv, *options(port, variables)),
        READY,
        sys.stderr,
        environment={**deploy.environment(uv), **environment, "NO_COLOR": "1"},
        foreign=True,
    )


if __name__ == "__main__":
    main()
