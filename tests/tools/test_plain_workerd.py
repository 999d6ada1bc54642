"""Plain workerd, which `make bench` and the tests of clients that leave start: by a Worker that
needs no Python."""

import contextlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dev.plain_workerd import PlainWorkerd
from dev.processes import DidNotStart, stopped_at_the_end

ECHO = """export default {
  fetch: (request, env) => Response.json({ ...env, bound: Object.keys(env), url: request.url })
};
"""


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    """A Worker that tells its environment."""
    path = tmp_path / "echo.js"
    path.write_text(ECHO)
    return path


def test_each_worker_has_a_port_and_variables_of_its_own(echo: Path) -> None:
    """With all bindings of wrangler.toml but those that are not to be there."""
    listeners = [
        {"port": 0, "vars": {"ACCOUNT": "one", "IMAGES": None, "KEY_LIMITER": None}},
        {"port": 0, "vars": {"ACCOUNT": "two"}},
    ]
    worker = PlainWorkerd(listeners, source=echo)
    with stopped_at_the_end(worker):
        ports = worker.wait_until_ready().split(",")
        one, two = (httpx.get(f"http://127.0.0.1:{port}/v1/x").json() for port in ports)
        name = Path(f"/proc/{worker.find_worker()}/cmdline").read_bytes()
    assert (one["ACCOUNT"], sorted(one["bound"])) == (
        "one",
        ["ACCOUNT", "ADDRESS_LIMITER", "DB", "RESULTS"],
    )
    assert two["ACCOUNT"] == "two"
    assert {"IMAGES", "KEY_LIMITER"} < set(two["bound"])
    assert one["url"] == f"http://127.0.0.1:{ports[0]}/v1/x"
    assert b"workerd" in name


COUNTING = """export default {
  async fetch(request, env) {
    return Response.json(await env.DB.prepare("SELECT count(*) FROM keys").raw());
  }
};
"""


@pytest.mark.parametrize("is_apart", [False, True])
def test_database_has_its_tables_also_where_it_is_apart(tmp_path: Path, is_apart: bool) -> None:
    """Its process is not the Worker's then."""
    path = tmp_path / "counting.js"
    path.write_text(COUNTING)
    worker = PlainWorkerd([{"port": 0, "vars": {}}], source=path, is_database_apart=is_apart)
    with stopped_at_the_end(worker):
        port = worker.wait_until_ready()
        assert httpx.get(f"http://127.0.0.1:{port}").json() == [[0]]
        assert keeps_a_database(worker.find_worker()) is not is_apart


def keeps_a_database(pid: int) -> bool:
    """Workerd names D1's file by 32 bytes in hexadecimal."""
    name = re.compile(r"/miniflare-D1DatabaseObject/[0-9a-f]{64}\.sqlite$")
    return any(name.search(path) for path in open_files(pid))


def open_files(pid: int) -> Iterator[str]:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            yield str(link.readlink())


def test_worker_that_does_not_load_is_told(tmp_path: Path) -> None:
    """What workerd said comes first."""
    path = tmp_path / "broken.js"
    path.write_text("export default {")
    said = io.StringIO()
    worker = PlainWorkerd([{"port": 0, "vars": {}}], said, source=path)
    with pytest.raises(DidNotStart, match="workerd did not start"):
        worker.wait_until_ready()
    assert "SyntaxError" in said.getvalue()


def test_without_python_it_says_what_it_needs() -> None:
    """In one line, for whoever measures or tests there."""
    said = "*** Uncaught exception ***\nDNS lookup failed. host = pyodide-capnp-bin.x.y; service"
    worker = PlainWorkerd([], source="bench/workers/plain.js")
    with stopped_at_the_end(worker):
        assert worker.explain(json.dumps(said)).startswith("Python for it could not be fetched")
