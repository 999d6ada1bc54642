"""`make workerd`: the Worker in Cloudflare's own runtime, by Cloudflare's own tools.

workerd fetches its Python from the internet, unless `MINIFLARE_WORKERD_PATH` names one that has it.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from dev import serve
from dev.processes import DidNotStart, Process
from tools import ROOT
from tools.node import NODE, node_environment

STATE, VERSION = ROOT / ".wrangler/state", "v3"
"""Where wrangler keeps what is in the bindings, in a folder of that name, as `make dev` does."""

WHY_DEMO = "make workerd asks Cloudflare for none, whichever account .dev.vars names."
READY = r"Ready on (http://\S+)"
NO_PYTHON = (
    "Python for it could not be fetched: connect to the internet, or name a workerd that has it "
    "in MINIFLARE_WORKERD_PATH, with the compatibility flags that it needs in WORKERD_FLAGS"
)
BUNDLES = re.compile(r"failed.*host = pyodide-capnp-bin\b", re.DOTALL)
"""How workerd names the place from which it fetches Python, where it cannot reach it."""


def main() -> None:
    print("Starting Cloudflare's tools, which fetch Python for the Worker.", flush=True)
    with variables_file() as write:
        serve.run("workerd", lambda port, told: start_wrangler(port, write(told)), WHY_DEMO)


def start_wrangler(
    port: int, variables: Path, output: IO[str] = sys.stderr, state: Path = STATE
) -> "Wrangler":
    """The Worker, whose database has its tables; `state` is where its bindings keep what they hold.

    wrangler dev makes the database, but no tables.
    """
    done = _run("dev/bindings.mjs", str(state / VERSION))
    if done.returncode:
        raise DidNotStart(done.stdout.strip())
    return Wrangler(port, variables, output, state=state)


def _run(script: str, argument: str) -> "subprocess.CompletedProcess[str]":
    """Run one of ours in Node."""
    return subprocess.run(
        [NODE, ROOT / script, argument],
        env={**os.environ, **node_environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


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


class Wrangler(Process):
    """`wrangler dev` in a folder with a Worker and its configuration; port 0 is a free one."""

    def __init__(
        self,
        port: int,
        variables: Path,
        output: IO[str] = sys.stderr,
        folder: Path = ROOT,
        state: Path = STATE,
    ) -> None:
        """`variables` is a file of `variables_file`."""
        own = folder / ".wrangler"
        super().__init__(
            "wrangler",
            [ROOT / "node_modules/.bin/wrangler", *options(port, variables, folder, state)],
            READY,
            output,
            environment={
                "NO_COLOR": "1",
                "NODE_OPTIONS": f"--import={(ROOT / 'dev/local_images.mjs').as_uri()}",
                "WRANGLER_LOG_PATH": str(own / "logs"),
                # Several of the same name that ran at once would find each other there.
                "WRANGLER_REGISTRY_PATH": str(own / "registry"),
            },
            foreign=True,
        )

    def wait_until_ready(self) -> str:
        """Its address, once workflows that it was in the middle of go on; or once it is said why
        they do not."""
        address = super().wait_until_ready()
        self._output.write(_run("dev/unfinished.mjs", address).stdout)
        return address

    def explain(self, said: str) -> str:
        return explain_failure(said) or super().explain(said)


def explain_failure(said: str) -> str:
    """What a user can do about workerd's not starting; empty if we do not know."""
    return NO_PYTHON if BUNDLES.search(said) else ""


def options(port: int, variables: Path, folder: Path, state: Path) -> Sequence[str]:
    """Of `wrangler dev`. Compatibility flags on the command line replace the configuration's."""
    more = os.environ.get("WORKERD_FLAGS", "").split()
    flags = [*_configuration()["compatibility_flags"], *more] if more else []
    return (
        "dev",
        f"--cwd={folder}",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--inspector-port=0",
        f"--env-file={variables}",
        f"--persist-to={state}",
        "--show-interactive-dev-session=false",
        *(f"--compatibility-flags={flag}" for flag in flags),
    )


def _configuration() -> dict[str, Any]:
    return tomllib.loads((ROOT / "wrangler.toml").read_text())


if __name__ == "__main__":
    main()
