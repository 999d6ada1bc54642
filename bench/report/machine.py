"""Where and when something was measured, and with which versions."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench.figures import table
from tools import ROOT
from tools.node import NODE


def describe_machine() -> Mapping[str, str]:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    pydantic = next((ROOT / "python_modules").glob("pydantic-*.dist-info")).stem.split("-")[1]
    return {
        "date": _say("date", "-u", "+%Y-%m-%d %H:%M UTC"),
        "commit": _say("git", "describe", "--always", "--dirty", "--exclude=*"),
        "machine": f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, {platform.system()} {platform.release()}",
        "workerd": _workerd(),
        "wrangler, Miniflare": f"{_version('wrangler')}, {_version('miniflare')}",
        "Node, Pyodide, srvx": f"{_say(str(NODE), '--version')}, {_version('pyodide')}, "
        f"{_version('srvx')}",
        "pydantic": pydantic,
    }


def tell_machines(machines: Mapping[str, Mapping[str, str]]) -> str:
    """A column for each thing that was measured."""
    names = dict.fromkeys(name for machine in machines.values() for name in machine)
    rows = [[name, *(machine.get(name, "-") for machine in machines.values())] for name in names]
    return table(["", *machines], rows)


def _workerd() -> str:
    program = os.environ.get("MINIFLARE_WORKERD_PATH") or ROOT / "node_modules/.bin/workerd"
    return _say(str(program), "--version").removeprefix("workerd ")


def _say(*command: str) -> str:
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.check_output(command, cwd=ROOT, env=environment, text=True).strip()


def _version(package: str) -> str:
    return json.loads((ROOT / "node_modules" / package / "package.json").read_text())["version"]
