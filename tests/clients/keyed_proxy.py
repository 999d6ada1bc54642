"""A proxy that adds the key, for programs that take it on their command line only, which any other
user of the machine can read."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_OF_THE_CONNECTION = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@contextmanager
def keyed_proxy(url: str, key: str) -> Iterator[str]:
    """The address of a proxy for `url`."""

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name: value.strip() for name, value in self.headers.items()}
            headers = {k: v for k, v in headers.items() if k.lower() not in _OF_THE_CONNECTION}
            upstream = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
            upstream.request(
                self.command, self.path, body, {**headers, "authorization": f"Bearer {key}"}
            )
            with upstream.getresponse() as response:
                self.send_response(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in _OF_THE_CONNECTION:
                        self.send_header(name, value)
                self.end_headers()  # HTTP/1.0: the body ends with the connection
                with suppress(ConnectionError):  # not everybody reads all of it
                    while piece := response.read1():
                        self.wfile.write(piece)
            upstream.close()

        do_GET = do_POST = do_DELETE = do_OPTIONS = pass_on  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
