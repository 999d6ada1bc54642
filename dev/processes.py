"""The processes of a local server, started and ended together: the runtime and the emulator."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tools import ROOT
from tools.node import NODE, node_environment

PATIENCE = 10
"""Seconds that a process has to end after SIGTERM."""


class DidNotStart(Exception):
    """A process ended, or said something else, before it was ready."""


class Process:
    """A program that says on its standard output when it is ready."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        ready: str,
        output: IO[str],
        *,
        environment: Mapping[str, str] | None = None,
        first_line: str | None = None,
        foreign: bool = False,
    ) -> None:
        """`environment` is what it has besides ours. `first_line` is what it reads first from its
        standard input: secrets have their place there, since every user of the machine can read a
        command line. A `foreign` program may take its time to be ready, and leave its children
        behind: what it says is passed on from the beginning, and the signal to end goes to all of
        them."""
        self.name = name
        self._foreign = foreign
        self._popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env={
                **os.environ,
                **node_environment(),
                "PYTHONUNBUFFERED": "1",
                **(environment or {}),
            },
            stdin=subprocess.PIPE,  # closes when we are gone, however that happens; so they end
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C reaches only us, and we end the others in order
        )
        self._ready = re.compile(ready)
        self._output = output
        if first_line is not None:
            self._write(f"{first_line}\n")
        self._passer = threading.Thread(target=self._pass_on, daemon=True)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def _write(self, text: str) -> None:
        assert self._popen.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has ended; `wait_until_ready` says why
            self._popen.stdin.write(text)
            self._popen.stdin.flush()

    def wait_until_ready(self) -> str:
        """What the pattern's first group matched."""
        assert self._popen.stdout is not None
        said: list[str] = []
        for line in self._popen.stdout:
            if self._foreign:
                self._output.write(line)
            if match := self._ready.search(line):
                self._passer.start()
                return match[1]
            said.append(line)
        self.stop()
        if self._foreign:
            raise DidNotStart(self.explain("".join(said)))
        *before, last = said or [f"it ended with {self._popen.returncode}"]
        self._output.writelines(before)
        raise DidNotStart(f"{self.name} did not start: {last.strip()}")

    def explain(self, said: str) -> str:
        """Why a foreign program did not start, which said this."""
        return f"{self.name} did not start; what it said is above"

    def _pass_on(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            self._output.write(line)
            self._output.flush()

    def wait(self) -> int:
        return self._popen.wait()

    def stop(self) -> None:
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(0.02)
        self._signal(signal.SIGKILL)
        self._popen.wait()
        self._close()

    def kill(self) -> None:
        """End it and its children in the middle of what they do, as a machine that fails would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        self._close()

    def _close(self) -> None:
        """The pipes, after its last words; a child that it left behind may still hold one open."""
        if self._passer.is_alive():
            self._passer.join(PATIENCE)
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None and not self._passer.is_alive():
                with contextlib.suppress(BrokenPipeError):  # what it did not read is lost
                    pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        if not self._foreign:
            self._popen.send_signal(number)  # does nothing if it has ended
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def _has_ended(self) -> bool:
        if self._popen.poll() is None or not self._foreign:
            return self._popen.returncode is not None
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return True
        return False


def emulator(
    accounts: Mapping[str, str], output: IO[str], *, allocation: float | None = None
) -> Process:
    """`accounts` are tokens by account id, `allocation` the neurons that each has in a day."""
    command = [sys.executable, "-m", "emulator", "--attached", "--port=0"]
    if allocation is not None:
        command.append(f"--allocation={allocation}")
    ready = r"^Emulator on (http://\S+)"
    return Process("the emulator", command, ready, output, first_line=json.dumps(dict(accounts)))


def runtime(
    listeners: Sequence[Mapping[str, Any]],
    output: IO[str],
    *,
    watch: bool = False,
    keep: bool = False,
    source: str = "src",
    flags: Sequence[str] = (),
    state: Path | None = None,
    hosts: Mapping[str, str] | None = None,
    clock: float | None = None,
) -> Process:
    """Each listener has a `port` (0: a free one) and `vars`, the Worker's variables and secrets.

    With `keep`, the next one finds what this one's bindings hold, and goes on with its workflows.
    `source` is another Worker than ours, `flags` are Node's. For tests: `state` is a folder to keep
    that in, `hosts` are addresses on this machine by the names that lead there, and `clock` is a
    Unix time in place of the machine's, which `PUT /cdn-cgi/clock {"now": …}` moves.
    """
    options = json.dumps(
        {
            "listeners": list(listeners),
            "watch": watch,
            "keep": keep,
            "source": source,
            "state": state and str(state),
            "hosts": hosts and dict(hosts),
            "clock": None if clock is None else {"now": clock},
        }
    )
    # The flag gives Node what workerd has: Uint8Array's base64 methods.
    command: list[str | Path] = [NODE, "--js-base-64", *flags, "dev/runtime.mjs"]
    ready = r'^\{"ready":\[([\d,]+)\]\}'
    return Process("the runtime", command, ready, output, first_line=options)


@contextmanager
def stopped_at_the_end(*processes: Process) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.stop()
