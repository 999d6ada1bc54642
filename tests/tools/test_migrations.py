"""`make deploy` and the database: wrangler's own `d1 migrations apply`, against a stand-in for
Cloudflare's API. The upload of the Worker is played too."""

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools import ROOT, deploy

NAME = "flux2-workers-ai"
FILES = sorted(file.name for file in (ROOT / "migrations").iterdir())

UPLOAD = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + '/upload', b'{}')"
"""In place of `wrangler deploy`, which makes the database that it does not find."""


class Cloudflare(ThreadingHTTPServer):
    """An account with a database, or with none yet."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.is_there = True
        self.refuses = False
        self.uploads: list[list[str]] = []
        """The migrations that were there at each."""

    def migrations(self) -> list[str]:
        (is_there,) = self.database.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'd1_migrations'"
        ).fetchone()
        rows = self.database.execute("SELECT name FROM d1_migrations") if is_there else []
        return [name for (name,) in rows]


class _Asked(BaseHTTPRequestHandler):
    server: Cloudflare

    def do_GET(self) -> None:
        assert self.path.startswith(f"/accounts/a1/d1/database/{NAME}?"), self.path
        if self.server.refuses:
            self._answer(403, errors=[{"code": 10000, "message": "Authentication error"}])
        elif self.server.is_there:
            self._answer(200, {"uuid": "u1", "name": NAME})
        else:
            self._answer(404, errors=[{"code": 7404, "message": "The database was not found"}])

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/upload":
            self.server.uploads.append(self.server.migrations())
            self.server.is_there = True
            return self._answer(200)
        assert self.path == "/accounts/a1/d1/database/u1/query"
        return self._query(asked["sql"])

    def _query(self, sql: str) -> None:
        database = self.server.database
        database.row_factory = sqlite3.Row
        try:
            rows = database.execute(sql).fetchall() if sql.startswith("SELECT") else []
            if not rows:
                database.executescript(sql)
        except sqlite3.Error as exc:
            return self._answer(400, errors=[{"code": 7500, "message": str(exc)}])
        results = [dict(row) for row in rows]
        return self._answer(200, [{"results": results, "success": True, "meta": {"duration": 1}}])

    def _answer(self, status: int, result: object = None, errors: list | None = None) -> None:
        told = {"success": status == 200, "result": result, "errors": errors or [], "messages": []}
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The tests say what matters."""


@pytest.fixture
def cloudflare() -> Iterator[Cloudflare]:
    with Cloudflare() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def run(cloudflare: Cloudflare, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str | int | None]:
    """`make deploy` with these arguments: what it ends with."""
    for name, value in {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # for npx
        "WRANGLER_SEND_METRICS": "false",
        "CLOUDFLARE_API_BASE_URL": cloudflare.url,
        "CLOUDFLARE_ACCOUNT_ID": "a1",
        "CLOUDFLARE_API_TOKEN": "t1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(deploy, "find_uv", lambda _: ROOT / "uv")
    upload = [sys.executable, "-c", UPLOAD, cloudflare.url]
    monkeypatch.setattr(deploy, "pywrangler", lambda *_: upload)

    def run_with(*arguments: str) -> str | int | None:
        monkeypatch.setattr(sys, "argv", ["deploy", *arguments])
        try:
            return deploy.main()
        except SystemExit as exc:
            return exc.code

    return run_with


def test_tables_are_there_before_the_code_that_needs_them(
    cloudflare: Cloudflare, run: Callable[..., str | int | None]
) -> None:
    """And each migration is applied once."""
    for _ in range(2):
        assert run() is None
    assert cloudflare.uploads == [FILES, FILES]
    assert cloudflare.migrations() == FILES


def test_first_deployment_makes_the_database_and_then_its_tables(
    cloudflare: Cloudflare,
    run: Callable[..., str | int | None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """That there was none before is no error, and nobody is told to make one."""
    cloudflare.is_there = False
    assert run() is None
    assert (cloudflare.uploads, cloudflare.migrations()) == ([[]], FILES)
    assert "ERROR" not in capfd.readouterr().err


def test_nothing_is_deployed_when_the_database_cannot_be_brought_up_to_date(
    cloudflare: Cloudflare, run: Callable[..., str | int | None]
) -> None:
    """The end says why, and what to do."""
    cloudflare.database.execute("CREATE TABLE spending (x)")
    said = str(run())
    assert "table spending already exists" in said
    assert "nothing was deployed" in said
    cloudflare.refuses = True
    said = str(run())
    assert "Authentication error" in said
    assert '"D1: Edit"' in said
    assert cloudflare.uploads == []


def test_deployment_whose_database_has_no_tables_fails(
    cloudflare: Cloudflare, run: Callable[..., str | int | None]
) -> None:
    """Though the Worker is there by then, and makes images."""
    cloudflare.is_there = False
    cloudflare.database.execute("CREATE TABLE spending (x)")
    said = str(run())
    assert "the Worker is deployed and makes images, but its database has no tables" in said
    assert cloudflare.uploads == [[]]


@pytest.mark.parametrize("argument", ["--dry-run", "--dry-run=true", "--help"])
def test_what_deploys_nothing_leaves_the_database_alone(
    cloudflare: Cloudflare, run: Callable[..., str | int | None], argument: str
) -> None:
    """Whatever else is asked for."""
    assert run("--outdir=build", argument) is None
    assert (len(cloudflare.uploads), cloudflare.migrations()) == (1, [])


def test_account_and_configuration_are_those_of_the_deployment(
    cloudflare: Cloudflare, run: Callable[..., str | int | None]
) -> None:
    """Else the database of another one would be changed."""
    said = str(run("--name=other", "--minify", "-c", "no-such.toml"))
    assert "no-such.toml" in said
    assert cloudflare.uploads == []


def test_wrangler_says_what_is_looked_for() -> None:
    """Another version may use other words."""
    source = (ROOT / "node_modules/wrangler/wrangler-dist/cli.js").read_text()
    assert "`Couldn't find a D1 DB named '${lookupName}'" in source
    assert "In a non-interactive environment, it's necessary to set" in source
    assert "unable to select one in non-interactive mode" in source
