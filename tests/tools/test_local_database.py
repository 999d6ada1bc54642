"""The database on this machine: that it has its tables, and that `make dev` keeps what it holds."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.tools.conftest import Dev
from tools import ROOT
from tools.node import node_environment

COUNTING = """
from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        await self.env.DB.prepare("INSERT INTO visits (page) VALUES (?)").bind("x").run()
        visits = await self.env.DB.prepare("SELECT count(*) AS n FROM visits").first("n")
        return Response(str(visits))

    async def scheduled(self, controller, env, ctx):
        print(f"scheduled by {controller.cron!r}, in its time: {controller.scheduledTime}")
        if controller.cron == "bad":
            raise ValueError("nothing was cleaned up")
"""
"""A Worker that counts its visits."""

VISITS = """
-- Semicolons; and 'quotes' are common in comments.
CREATE TABLE visits (page TEXT);
CREATE TRIGGER one AFTER INSERT ON visits BEGIN SELECT 1; SELECT 2; END;
"""
READY = "Ctrl-C stops it"


@pytest.fixture
def counting(dev: Callable[..., Dev], checkout: Path) -> Callable[[], Dev]:
    """Starts `make dev` with that Worker, and waits until it is ready."""
    (checkout / "src/entry.py").write_text(COUNTING)
    (checkout / "migrations/9001_visits.sql").write_text(VISITS)

    def start() -> Dev:
        server = dev()
        server.read_until(READY)
        return server

    return start


def visit(server: Dev) -> str:
    answer = httpx.get(f"{server.url}/health")
    assert answer.status_code == 200, answer.text
    return answer.text


def apply_by_wrangler(folder: Path) -> str:
    """Wrangler's own command, on what `make dev` has left."""
    command = [ROOT / "node_modules/.bin/wrangler", "d1", "migrations", "apply", "DB", "--local"]
    return subprocess.check_output(
        command, cwd=folder, env={**node_environment(), "CI": "1"}, text=True
    )


def test_make_dev_keeps_the_database_over_a_restart(
    counting: Callable[[], Dev], checkout: Path
) -> None:
    """Also over a change of the page, which opens it anew. Each migration is applied once, a new
    one at the next start; wrangler agrees which are there."""
    server = counting()
    assert visit(server) == "1"
    (checkout / "assets/new.txt").write_text("x")
    server.read_until("assets/ has changed and was loaded anew")
    assert visit(server) == "2"
    assert server.finish(signal.SIGTERM) == 0
    (checkout / "migrations/9002_more.sql").write_text("ALTER TABLE visits ADD COLUMN more;")
    server = counting()
    assert visit(server) == "3"
    assert server.finish(signal.SIGTERM) == 0
    assert "No migrations to apply!" in apply_by_wrangler(checkout)
    (checkout / "migrations/9003_last.sql").write_text("ALTER TABLE visits ADD COLUMN last;")
    assert "9003_last.sql" in apply_by_wrangler(checkout)
    assert visit(counting()) == "4"


def test_migration_that_cannot_be_applied_is_told_and_leaves_nothing(
    dev: Callable[..., Dev], counting: Callable[[], Dev], checkout: Path
) -> None:
    """By name, with the database's reason; mended, it is applied whole."""
    broken = checkout / "migrations/9001_visits.sql"
    broken.write_text(f"{VISITS}\nCREATE TABL oops (x);")
    said, _ = dev().process.communicate(timeout=60)
    last = said.splitlines()[-1]
    assert "migrations/9001_visits.sql cannot be applied: D1_ERROR" in last
    assert "syntax error" in last
    broken.write_text(VISITS)
    assert visit(counting()) == "1"


def test_crons_are_called_where_wrangler_calls_them(counting: Callable[[], Dev]) -> None:
    """With the time and the cron that are asked for; an error is told."""
    server = counting()
    asked = {"cron": "* * * * *", "time": 1000}
    for place in ("local", "handler"):
        answer = httpx.get(f"{server.url}/cdn-cgi/{place}/scheduled", params=asked)
        assert (answer.status_code, answer.text) == (200, "ok")
        server.read_until("scheduled by '* * * * *', in its time: 1000")
    answer = httpx.get(f"{server.url}/cdn-cgi/local/scheduled?cron=bad")
    assert (answer.status_code, answer.text) == (500, "exception")
    server.read_until("ValueError: nothing was cleaned up")
