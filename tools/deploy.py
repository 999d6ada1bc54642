"""`npm run deploy`: what Cloudflare's builds run, on a fresh clone with Python, Node and npm alone.

    python -m tools.deploy [ARGUMENT OF `wrangler deploy` …]

Cloudflare's build image has Python and pip (Cloudflare, "Workers Builds, Build image") but no uv,
which its own tool for Python Workers needs. So a machine without one gets one from PyPI.

The database gets its tables (migrations/) before the new code, which may need them; the code that
is there does not mind, since a migration only adds. The first deployment alone is the other way
round: it makes the database. `wrangler deploy` itself applies none.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import ROOT, migrations, page
from tools.setup import TOOLS, prepare

OLDEST_UV = (0, 13, 4)
"""What pywrangler takes (`MIN_UV_VERSION` in its utils.py)."""

LOCKED = ("export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project",
          "--format=pylock.toml", "--output-file=pylock.toml")  # fmt: skip
# Nothing of the development: that would be a gigabyte for one deployment.
PYWRANGLER = ("run", "--quiet", "--frozen", "--only-group=deploy", f"--python={sys.executable}",
              "pywrangler")  # fmt: skip

NOTHING = "deploy: the database cannot be brought up to date, so nothing was deployed."
NO_TABLES = "deploy: the Worker is deployed and makes images, but its database has no tables."
ADVICE = """Once the reason is out of the way, deploy again.
A token that may not change databases needs the permission "D1: Edit" of the account; the one of
Cloudflare's builds stands in the Worker's Settings, under Builds. Without [[d1_databases]] in
wrangler.toml images are made all the same, but there are no keys for others and no usage."""


def main() -> None:
    arguments = sys.argv[1:]
    for problem in page.problems(ROOT):
        sys.exit(f"deploy: {problem}")
    uv = find_uv(os.environ.get("PATH", os.defpath))
    told = environment(uv)
    wanted = migrations.are_wanted(ROOT, arguments)
    why_not = migrations.apply(arguments, told) if wanted else ""
    if why_not and not migrations.AFTERWARDS.search(why_not):
        sys.exit(f"{why_not}\n\n{NOTHING} {ADVICE}")
    done = subprocess.run(pywrangler(uv, "deploy", *arguments), cwd=ROOT, env=told, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    if why_not and (why_not := migrations.apply(arguments, told)):
        sys.exit(f"{why_not}\n\n{NO_TABLES} {ADVICE}")


def pywrangler(uv: Path, *arguments: str) -> Sequence[str | Path]:
    """Its command line, after it was told which versions to take: those that the tests ran with.

    It resolves [project].dependencies anew, but keeps to the pylock.toml that it finds.
    """
    subprocess.run([uv, *LOCKED], cwd=ROOT, env=environment(uv), check=True)
    return [uv, *PYWRANGLER, *arguments]


def environment(uv: Path) -> dict[str, str]:
    """An own one for uv to install into, so that .venv stays as it is."""
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    path = f"{uv.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**inherited, "PATH": path, "UV_PROJECT_ENVIRONMENT": str(TOOLS / "deploy")}


def find_uv(path: str) -> Path:
    """The machine's own if it is new enough, otherwise PyPI's, in .tools/."""
    found = shutil.which("uv", path=path)
    if found and _version(found) >= OLDEST_UV:
        return Path(found)
    prepare("uv")
    return TOOLS / "bin/uv"


def _version(uv: str) -> tuple[int, ...]:
    said = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"uv (\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, version.groups())) if version else ()


if __name__ == "__main__":
    main()
