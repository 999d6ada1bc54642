"""Which browser the tests drive: npm's Chromium on Linux x64, elsewhere the machine's own."""

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.node import NODE

FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
COMMANDS = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", MAC)

# `executablePath` unpacks browser and fonts into TMPDIR; the libraries only if it believes to be
# on AWS.
UNPACK = """
import chromium, { inflate } from "@sparticuz/chromium";
import { fileURLToPath } from "node:url";
await chromium.executablePath();
const here = import.meta.resolve("@sparticuz/chromium");
await inflate(fileURLToPath(new URL("../bin/al2023.tar.br", here)));
"""


def launch_options() -> dict[str, Any]:
    """For Playwright's `launch`."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        folder = _unpacked()
        own = folder / "chromium"
        return {"executable_path": own, "args": FLAGS, "env": _environment(folder)}
    for command in COMMANDS:
        if program := shutil.which(command):
            return {"executable_path": program, "args": FLAGS}
    return {"channel": "chrome", "args": FLAGS}


def _unpacked() -> Path:
    """The folder of npm's Chromium, unpacked once a version, and whole or not there at all."""
    package = ROOT / "node_modules/@sparticuz/chromium/package.json"
    folder = ROOT / ".tools" / f"chromium-{json.loads(package.read_text())['version']}"
    if folder.exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix="chromium-"))
    try:
        _unpack(scratch)
        fonts = scratch / "fonts" / "fonts.conf"
        fonts.write_text(fonts.read_text().replace("/tmp/fonts", str(folder / "fonts")))
        with contextlib.suppress(OSError):  # another run was quicker
            scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _unpack(folder: Path) -> None:
    subprocess.run(
        [NODE, "--input-type=module", "--eval", UNPACK],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        check=True,
    )


def _environment(folder: Path) -> dict[str, str]:
    """A bare machine lacks fonts and NSS; where they are, the machine's own are the better ones."""
    added = {}
    if not Path("/etc/fonts/fonts.conf").exists():
        added["FONTCONFIG_PATH"] = str(folder / "fonts")
    needed = subprocess.run(["ldd", folder / "chromium"], capture_output=True, text=True).stdout
    if "not found" in needed:
        added["LD_LIBRARY_PATH"] = str(folder / "al2023/lib")
    return {**os.environ, **added}
