"""`npm run deploy`: what Cloudflare's builds run, on a fresh clone with Python, Node and npm alone.

    python -m local.deploy [ARGUMENT OF `wrangler deploy` …]

Cloudflare's build image has Python and pip (Cloudflare, "Workers Builds, Build image") but no uv,
which its own tool for Python Workers needs. So a machine without one gets one from PyPI.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from local.setup import ROOT, TOOLS, UV_STEP, prepare

OLDEST_UV = (0, 13, 4)
"""What pywrangler takes (`MIN_UV_VERSION` in its utils.py)."""

LOCKED = ("export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project",
          "--format=pylock.toml", "--output-file=pylock.toml")  # fmt: skip
# Nothing of the development: that would be a gigabyte for one deployment.
PYWRANGLER = ("run", "--quiet", "--frozen", "--only-group=deploy", f"--python={sys.executable}",
              "pywrangler")  # fmt: skip


def main() -> None:
    uv = find_uv(os.environ.get("PATH", os.defpath))
    # pywrangler resolves [project].dependencies anew, unless this file says which versions to take:
    # the ones that the tests ran with.
    _run(uv, *LOCKED)
    sys.exit(_run(uv, *PYWRANGLER, "deploy", *sys.argv[1:]))


def find_uv(path: str) -> Path:
    """The machine's own if it is new enough, otherwise PyPI's, in .tools/."""
    found = shutil.which("uv", path=path)
    if found and _version(found) >= OLDEST_UV:
        return Path(found)
    prepare(UV_STEP)
    return TOOLS / "bin/uv"


def _version(uv: str) -> Sequence[int]:
    said = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"uv (\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, version.groups())) if version else ()


def _run(uv: Path, *arguments: str) -> int:
    """Its exit code; the environment is one of its own, so that .venv stays as it is."""
    environment = {
        **os.environ,
        "PATH": f"{uv.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "UV_PROJECT_ENVIRONMENT": str(TOOLS / "deploy"),
    }
    environment.pop("VIRTUAL_ENV", None)
    return subprocess.run([uv, *arguments], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    main()
