"""What tests ask of both runtimes: state that outlives them, names that lead here, and a clock."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os.path import relpath
from pathlib import Path
from threading import Thread

import httpx
import pytest

from dev.plain_workerd import PlainWorkerd
from dev.processes import Process, runtime, stopped_at_the_end
from tools import ROOT

LISTENERS = [{"port": 0, "vars": {}}]
ASKING = """export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/v1/time") return Response.json(Date.now() / 1000);
    if (pathname === "/v1/put") await env.RESULTS.put("it", "is here");
    if (pathname === "/v1/get") return new Response(await env.RESULTS.get("it"));
    const answer = await fetch("https://hooks.example.com/a?b=c", { method: "POST", body: "said" });
    return new Response(await answer.text());
  }
};
"""

Start = Callable[..., Process]


def start_embedded(source: Path, **options: object) -> Process:
    return runtime(LISTENERS, io.StringIO(), source=relpath(source, ROOT), **options)  # type: ignore[arg-type]


def start_workerd(source: Path, **options: object) -> Process:
    return PlainWorkerd(LISTENERS, io.StringIO(), source=source, **options)  # type: ignore[arg-type]


@pytest.fixture
def asking(tmp_path: Path) -> Path:
    """A Worker that needs no Python."""
    path = tmp_path / "asking.js"
    path.write_text(ASKING)
    return path


@contextmanager
def hook() -> Iterator[str]:
    """A server that tells what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{self.path} {said}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


both = pytest.mark.parametrize("start", [start_embedded, start_workerd])


@both
def test_killed_process_has_left_what_its_bindings_hold(
    start: Start, asking: Path, tmp_path: Path
) -> None:
    """The next one on the same folder finds it."""
    with hook() as url:
        options = {"state": tmp_path / "state", "hosts": {"hooks.example.com": url}}
        first = start(asking, **options)
        port = first.wait_until_ready()
        httpx.get(f"http://127.0.0.1:{port}/v1/put")
        first.kill()
        second = start(asking, **options)
        with stopped_at_the_end(second):
            port = second.wait_until_ready()
            assert httpx.get(f"http://127.0.0.1:{port}/v1/get").text == "is here"


@both
def test_name_leads_to_this_machine(start: Start, asking: Path) -> None:
    """With what is sent there, and the path."""
    with hook() as url:
        worker = start(asking, hosts={"hooks.example.com": url})
        with stopped_at_the_end(worker):
            port = worker.wait_until_ready()
            answer = httpx.get(f"http://127.0.0.1:{port}/v1/ask")
    assert answer.text == "/a?b=c said"


def test_clock_goes_on_from_where_it_was_put(asking: Path) -> None:
    """Without one that was asked for there is nothing to move."""
    worker = start_embedded(asking, clock=1_900_000_000)
    with stopped_at_the_end(worker):
        address = f"http://127.0.0.1:{worker.wait_until_ready()}"
        before = httpx.get(f"{address}/v1/time").json()
        httpx.put(f"{address}/cdn-cgi/clock", json={"now": 2_000_000_000}).raise_for_status()
        after = httpx.get(f"{address}/v1/time").json()
    assert 1_900_000_000 <= before < 1_900_000_100
    assert 2_000_000_000 <= after < 2_000_000_100


def test_clock_of_the_machine_cannot_be_moved(asking: Path) -> None:
    """The address is one like any other then."""
    worker = start_embedded(asking)
    with stopped_at_the_end(worker):
        address = f"http://127.0.0.1:{worker.wait_until_ready()}"
        refused = httpx.put(f"{address}/cdn-cgi/clock", json={"now": 2_000_000_000})
        now = httpx.get(f"{address}/v1/time").json()
    assert refused.status_code >= 400
    assert now < 2_000_000_000
