"""Hundreds of clients leave, each by a reset: nothing of them stays in the isolate, and the log has
a line for each. Without `waitUntil` around a request workerd never comes back to its coroutine, and
all that it holds stays for good."""

import io
import json
import shutil
import socket
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dev.plain_workerd import PlainWorkerd
from dev.processes import emulator, stopped_at_the_end
from tests.conftest import ACCOUNT, KEY, TOKEN, variables_for, wait_until
from tools import ROOT

LEAVERS, AT_ONCE = 200, 100
HELD = "/held"
"""A path of inspected.py."""
GENERATIONS, EDITS, AGENTS = "/v1/images/generations", "/v1/images/edits", "/mcp"
CHAT = "/v1/chat/completions"
FILE = f"/v1/images/files/{0:032}.png"


@dataclass(frozen=True)
class Inspected:
    """A Worker, and what is told of it."""

    port: int
    log: io.StringIO
    client: httpx.Client

    def held(self) -> Mapping[str, object]:
        """Tasks, and coroutines by name."""
        found: Mapping[str, object] = self.client.get(HELD).json()
        return found

    def tasks(self) -> int:
        return int(str(self.held()["tasks"]))

    def lines(self, start: int) -> list[Mapping[str, object]]:
        """Of the log, from a place in it."""
        lines = self.log.getvalue()[start:].splitlines()
        told = [json.loads(line) for line in lines if line.startswith('{"event"')]
        return [line for line in told if line["event"] == "request"]


@pytest.fixture(scope="module")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspected]:
    """The product with a view into its isolate, which the product itself has not."""
    source = tmp_path_factory.mktemp("inspected") / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "entry.py").rename(source / "product.py")
    shutil.copy(Path(__file__).with_name("inspected.py"), source / "entry.py")
    log = io.StringIO()
    upstream = emulator({ACCOUNT: TOKEN}, log)
    with stopped_at_the_end(upstream):
        variables = {**variables_for(upstream.wait_until_ready()), "KEY_LIMITER": None}
        worker = PlainWorkerd([{"port": 0, "vars": variables}], log, source=source)
        with stopped_at_the_end(worker):
            port = int(worker.wait_until_ready())
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                yield Inspected(port, log, client)


def head(line: str, *more: str) -> bytes:
    lines = [f"{line} HTTP/1.1", "host: localhost", f"authorization: Bearer {KEY}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def asking(directives: str, **fields: object) -> bytes:
    asked = {"prompt": f"x {directives}", "size": "256x256", "steps": 1, "seed": 1, **fields}
    body = json.dumps(asked).encode()
    return head(f"POST {GENERATIONS}", f"content-length: {len(body)}") + body


def calling(directives: str) -> bytes:
    """The same by an agent's program, which wants to hear how far it is."""
    params = {
        "name": "generate_image",
        "arguments": {"prompt": f"x {directives}", "size": "256x256", "steps": 1, "n": 2},
        "_meta": {"progressToken": 1},
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    body = json.dumps(message).encode()
    return head(f"POST {AGENTS}", f"content-length: {len(body)}", "accept: */*") + body


def chatting(directives: str, **fields: object) -> bytes:
    """The same in a chat."""
    messages = [{"role": "user", "content": f"x {directives}"}]
    body = json.dumps({"messages": messages, "size": "256x256", "steps": 1, **fields}).encode()
    return head(f"POST {CHAT}", f"content-length: {len(body)}") + body


PART = b'--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nx\r\n--b\r\n'
FORM = head(
    f"POST {EDITS}", "content-type: multipart/form-data; boundary=b", "content-length: 99999"
)
UNFINISHED: Mapping[str, bytes] = {
    "JSON": head(f"POST {GENERATIONS}", "content-length: 99999") + b'{"prompt": "x"',
    "chunks": head(f"POST {GENERATIONS}", "transfer-encoding: chunked") + b'5\r\n{"pro\r\n',
    "form": FORM + PART,
}
UNANSWERED: Mapping[str, bytes] = {
    "one": asking("emulate:stall"),
    "n=4": asking("emulate:stall", n=4),
    "stream": asking("emulate:stall", stream=True),
    "waits to ask again": asking("emulate:capacity"),
    "n=4, in the middle of each": asking("emulate:big=200000 emulate:stall_middle", n=4),
    "an agent": calling("emulate:stall"),
    "a chat": chatting("emulate:stall", stream=True),
}
POURING: Mapping[str, bytes] = {
    "upstream stalls": asking("emulate:big=3000000 emulate:stall_middle"),
    "upstream is quicker": asking("emulate:big=8000000"),
    "upstream of a stream stalls": asking("emulate:big=3000000 emulate:stall_middle", stream=True),
}


def leave(inspected: Inspected, request: bytes, *, after: int = 0) -> list[Mapping[str, object]]:
    """Let all of them ask and leave: after so many bytes of the answer each, or else while all are
    still being served. Returns what the log says of them, once nothing is left."""
    idle, start = inspected.held(), len(inspected.log.getvalue())
    for _ in range(LEAVERS // AT_ONCE):
        clients = [socket.create_connection(("127.0.0.1", inspected.port)) for _ in range(AT_ONCE)]
        for client in clients:
            client.sendall(request)
        if after:
            for client in clients:
                client.recv(after, socket.MSG_WAITALL)
        else:
            wait_until(lambda: inspected.tasks() >= AT_ONCE)
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        wait_until(lambda: inspected.held() == idle)
    wait_until(lambda: len(inspected.lines(start)) >= LEAVERS)
    return inspected.lines(start)


@pytest.mark.parametrize("stage", UNFINISHED)
def test_nothing_stays_of_who_leaves_in_the_upload(inspected: Inspected, stage: str) -> None:
    """For whoever sent half a body, it is one that broke off: 400, as if it still could be read."""
    lines = leave(inspected, UNFINISHED[stage])
    assert Counter(line["status"] in (400, 499) for line in lines) == {True: LEAVERS}


@pytest.mark.parametrize("stage", UNANSWERED)
def test_nothing_stays_of_who_leaves_before_the_answer(inspected: Inspected, stage: str) -> None:
    """Each is logged with 499."""
    lines = leave(inspected, UNANSWERED[stage])
    assert Counter(line["status"] for line in lines) == {499: LEAVERS}


@pytest.mark.parametrize("stage", POURING)
def test_nothing_stays_of_who_leaves_in_the_answer(inspected: Inspected, stage: str) -> None:
    """The status was sent by then, so the log has that one, and says that the answer broke off."""
    start = len(inspected.log.getvalue())
    lines = leave(inspected, POURING[stage], after=1_000)
    assert Counter(line["status"] for line in lines) == {200: LEAVERS}
    assert inspected.log.getvalue()[start:].count('"event":"answer_broke_off"') == LEAVERS


def test_nothing_stays_of_who_leaves_while_a_file_is_looked_up(inspected: Inspected) -> None:
    """Which anybody can ask for: what was found is logged, though nobody waits for it."""
    lines = leave(inspected, head(f"GET {FILE}"))
    assert Counter(line["status"] for line in lines) == {404: LEAVERS}


def test_who_stays_is_answered_after_all_that(inspected: Inspected) -> None:
    """The isolate is as good as new."""
    response = inspected.client.post(
        GENERATIONS,
        json={"prompt": "x", "size": "256x256", "steps": 1},
        headers={"authorization": f"Bearer {KEY}"},
    )
    assert response.status_code == 200
