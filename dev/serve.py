"""`make dev`: the Worker on this machine, drawing with Cloudflare or with the demo painter."""

import os
import secrets
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import quote

from dev.processes import DidNotStart, Process, emulator, runtime

DEFAULT_KEY = "sk-local"
"""With the demo painter only: any page that a browser shows could spend neurons by a known key."""

Start = Callable[[int, Mapping[str, str]], Process]
"""Starts a Worker, on this port of the machine's own and with these variables."""


class CannotServe(Exception):
    """One line that says why."""


def main() -> None:
    run("dev", _embedded)


def _embedded(port: int, variables: Mapping[str, str]) -> Process:
    return runtime([{"port": port, "vars": variables}], sys.stderr, watch=True, keep=True)


def run(name: str, start: Start, always_demo: str = "") -> None:
    """`make NAME`, until Ctrl-C: the Worker, and the emulator unless .dev.vars has credentials.

    `always_demo` is the reason, if there is one, to leave the secrets of .dev.vars alone.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs ignore the first
        signal.signal(number, lambda *_: _interrupt())
    processes: list[Process] = []
    try:
        _serve(processes, name, start, always_demo)
    except KeyboardInterrupt:
        pass
    except (CannotServe, DidNotStart) as exc:
        sys.exit(f"{name}: {exc}")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for process in processes:
            process.stop()


def _interrupt() -> None:
    raise KeyboardInterrupt


def _serve(processes: list[Process], name: str, start: Start, always_demo: str) -> None:
    port = _port(name)
    with _told_if_src_does_not_load():
        from dev import variables  # which imports the Worker's settings
    told = variables.read_dev_vars()
    why_demo = always_demo or variables.missing(told)
    kept_key = "" if always_demo else told.get("API_MASTER_KEY")
    key = kept_key or (DEFAULT_KEY if why_demo else f"sk-{secrets.token_urlsafe(24)}")
    told["API_MASTER_KEY"] = key
    if why_demo:
        demo = emulator({variables.DEMO_ACCOUNT: variables.DEMO_TOKEN}, sys.stderr)
        processes.append(demo)
        told = variables.for_demo(told, demo.wait_until_ready())
    worker = start(port, told)
    processes.append(worker)
    worker.wait_until_ready()
    problems = variables.find_problems(told)
    shown_key = "YOUR_KEY" if kept_key else key
    print(_greeting(port, key, shown_key, why_demo, problems), flush=True)
    _wait_for_one(processes)


@contextmanager
def _told_if_src_does_not_load() -> Iterator[None]:
    try:
        yield
    except Exception as exc:
        traceback.print_exc()
        raise CannotServe("src/ does not load; mend it and start again") from exc


def _port(name: str) -> int:
    text = os.environ.get("PORT") or "8787"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotServe(f"PORT must be a number from 1 to 65535, not {text!r}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as exc:
            raise CannotServe(
                f"port {text} is in use ({exc.strerror}); choose another one: PORT=8788 make {name}"
            ) from exc
    return int(text)


def _greeting(port: int, key: str, shown_key: str, why_demo: str, problems: Sequence[str]) -> str:
    """The link has the key; anywhere else one of .dev.vars is not shown."""
    url = f"http://localhost:{port}"
    page = f"{url}/#key={quote(key, safe='')}"
    source = "Images come from Cloudflare, with the account of .dev.vars; they cost neurons."
    if why_demo:
        source = f"Images come from the demo painter, not from FLUX.2: {why_demo}"
    if problems:
        source = "No image can be made: in .dev.vars, " + "; ".join(problems) + "."
    return f"""Ready on {url}
{source}

The page, with the key, which the browser keeps to itself:

  {page}

The API; this makes picture.jpg, or shows the error:

  if curl --fail-with-body -sS {url}/v1/images/generations \\
    -H "Authorization: Bearer {shown_key}" -H "Content-Type: application/json" \\
    -d '{{"prompt": "a lighthouse at dawn", "size": "1024x768"}}' > answer.json
  then sed 's/.*"b64_json":"\\([^"]*\\)".*/\\1/' answer.json | base64 --decode > picture.jpg \\
    && echo "Made picture.jpg"
  else cat answer.json; fi

Ctrl-C stops it. A change under src/ or assets/ takes effect by itself."""


def _wait_for_one(processes: list[Process]) -> None:
    """Until one of them ends by itself, which none should."""
    ended = threading.Event()
    first: list[str] = []

    def watch(process: Process) -> None:
        process.wait()
        first.append(process.name)
        ended.set()

    for process in processes:
        threading.Thread(target=watch, args=(process,), daemon=True).start()
    ended.wait()
    raise CannotServe(f"{first[0]} has ended by itself; what it said is above")


if __name__ == "__main__":
    main()
