"""The page as it is deployed: at a name of its own, and with newer versions."""

import contextlib
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx

from tools import ROOT, page

HOST = "images.localhost"
"""Chromium finds it on this machine, and trusts it as it trusts what comes by HTTPS."""

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
LEFT_OUT = {"connection", "content-encoding", "content-length", "date", "transfer-encoding"}


class Site:
    """A copy of assets/, and for all else the Worker behind it."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.folder = folder
        self.worker = httpx.Client(base_url=worker, timeout=60)
        self.url = ""
        self.asked: list[str] = []
        """Files that were asked for, by their address."""
        shutil.copytree(ROOT / "assets", folder / "assets", ignore=shutil.ignore_patterns("docs"))

    def deploy(self, changes: dict[str, tuple[str, str]]) -> None:
        """A newer version, in which the first text of each file is the second."""
        for name in changes:
            self.change(name, *changes[name])
        self.path("files.js").write_text(page.write_list(self.folder))

    def change(self, name: str, before: str, after: str) -> None:
        """What no list knows of."""
        text = self.path(name).read_text()
        assert before in text
        self.path(name).write_text(text.replace(before, after))

    def path(self, name: str) -> Path:
        return self.folder / "assets" / name

    def find(self, address: str) -> Path | None:
        name = address.partition("?")[0].lstrip("/") or "index.html"
        return path if (path := self.path(name)).is_file() else None


@contextmanager
def served(folder: Path, worker: str) -> Iterator[Site]:
    site = Site(folder, worker)
    headers = _headers(site.path("_headers").read_text())

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            if path := site.find(self.path):
                self.send_file(path)
            else:
                self.pass_on()

        do_GET = do_POST = handle_any  # noqa: N815

        def send_file(self, path: Path) -> None:
            site.asked.append(self.path)
            kind = KINDS.get(path.suffix, "text/plain")
            caching = {"cache-control": "public, max-age=0, must-revalidate", "content-type": kind}
            self.answer(HTTPStatus.OK, headers | caching, path.read_bytes())

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            told = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            got = site.worker.request(self.command, self.path, headers=told, content=body)
            kept = {name: value for name, value in got.headers.items() if name not in LEFT_OUT}
            self.answer(got.status_code, kept, got.content)

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            with contextlib.suppress(ConnectionError):  # the page has left
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, site.worker:
        site.url = f"http://{HOST}:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


def _headers(text: str) -> dict[str, str]:
    """Those of every file."""
    lines = text.partition("\n\n")[0].splitlines()[1:]
    return {
        name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
