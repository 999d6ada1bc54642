"""Servers that the tests talk to: one emulator, and the Worker with different variables."""

import io
import os
import socket
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dev.processes import emulator, stopped_at_the_end
from tests.runtimes import RUNTIME, RUNTIMES, Find, Variant, Variants, check_workerd, wrangler

KEY = "sk-test-key-of-the-caller"
TOKEN = "token-for-cloudflare"
ACCOUNT = f"acc1{0:028}"
OTHERS = {f"acc{n}{0:028}": f"token-{n}-for-cloudflare" for n in (2, 3, 4, 5)}
"""Tokens of other accounts at Cloudflare."""

IN_WORKERD = ("api", "clients", "programs")
"""The folders whose tests talk to the Worker alone."""
WORKERD_ONLY = ("workerd",)
"""Those that look at what only workerd does."""

_HTTP = httpx.Client(verify=False)


def pytest_configure() -> None:
    if RUNTIME not in RUNTIMES:
        raise pytest.UsageError(f"RUNTIME must be {' or '.join(RUNTIMES)}, not {RUNTIME!r}")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist starts its workers, whose end it takes ill
def pytest_sessionstart() -> None:
    if RUNTIME == "workerd" and "PYTEST_XDIST_WORKER" not in os.environ:
        check_workerd()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    folder = Path(__file__).parent
    if not collection_path.is_relative_to(folder):
        return None
    top = collection_path.relative_to(folder).parts[:1]
    if RUNTIME == "embedded":
        return True if top and top[0] in WORKERD_ONLY else None
    return True if top and top[0] not in (*IN_WORKERD, *WORKERD_ONLY) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    if RUNTIME == "workerd" and (mark := item.get_closest_marker("embedded")):
        pytest.skip(mark.args[0])


@dataclass(frozen=True)
class Server:
    url: str
    emulator_url: str
    log: io.StringIO
    pid: int
    """Of the runtime."""
    key: str = KEY

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.url,
            headers={"authorization": f"Bearer {self.key}"},
            timeout=60,
            verify=False,  # plain HTTP: making an SSL context would cost 60 ms each time
        )

    def calls(self) -> list[dict]:
        """What the emulator was asked since `forget_calls`."""
        return _HTTP.get(f"{self.emulator_url}/_emulator/calls").json()

    def forget_calls(self) -> None:
        _HTTP.delete(f"{self.emulator_url}/_emulator/calls")


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline


def _two_accounts(first: tuple[str, str], second: tuple[str, str]) -> Mapping[str, str]:
    return {
        **{"ACCOUNT": first[0], "CF_API_TOKEN": first[1]},
        **{"ACCOUNT_1": second[0], "CF_API_TOKEN_1": second[1]},
    }


class Servers(Mapping[str, Server]):
    """By what is special about each; one starts, if it must, when it is first asked for."""

    def __init__(self, names: Collection[str], find: Find, emulator_url: str, log: io.StringIO):
        self._names, self._find = names, find
        self._emulator_url, self._log = emulator_url, log

    def __getitem__(self, name: str) -> Server:
        url, pid = self._find(name)
        return Server(url, self._emulator_url, self._log, pid)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def variables_for(emulator_url: str) -> Mapping[str, str]:
    """Of a Worker that asks this emulator, and is fully configured."""
    return {
        "CF_API_TOKEN": TOKEN,
        "ACCOUNT": ACCOUNT,
        "API_MASTER_KEY": KEY,
        "CF_API_BASE_URL": f"{emulator_url}/client/v4",
    }


def _variants(emulator_url: str, closed_port: int) -> Variants:
    full: dict[str, str | None] = {
        **variables_for(emulator_url),
        "KEY_LIMITER": None,
        "ADDRESS_LIMITER": None,
    }
    others = [*OTHERS.items()]
    two, two_others = _two_accounts(*others[:2]), _two_accounts(*others[2:])
    planted = {
        "CF_API_BASE_URL": "http://127.0.0.1:1/planted-path",
        "UPSTREAM_TIMEOUT": "planted-timeout",
        "CACHE_TTL": "planted-seconds",
    }
    variables = {
        "configured": full,
        "no CF_API_TOKEN": full | {"CF_API_TOKEN": ""},
        "no ACCOUNT": full | {"ACCOUNT": ""},
        "no API_MASTER_KEY": full | {"API_MASTER_KEY": ""},
        "malformed": full | {"CACHE_TTL": "5"},
        "demo": full | {"DEMO_PAINTER": "1"},
        "wrong token": full | {"CF_API_TOKEN": "another-token"},
        "wrong account": full | {"ACCOUNT": f"acc9{0:028}"},
        "impatient": full | {"UPSTREAM_TIMEOUT": "0.5"},
        "unreachable": full | {"CF_API_BASE_URL": f"http://127.0.0.1:{closed_port}/client/v4"},
        "no such host": full | {"CF_API_BASE_URL": "http://no-such-host.invalid/client/v4"},
        "no TLS": full | {"CF_API_BASE_URL": emulator_url.replace("http:", "https:")},
        "no IMAGES": full | {"IMAGES": None},
        "no RESULTS": full | {"RESULTS": None},
        "no DB": full | {"DB": None},
        "three seconds": full | {"UPSTREAM_TIMEOUT": "3"},
        # What is remembered of an account outlives a test, so these are for one module each.
        "two accounts": full | two,
        "two others": full | two_others,
        "planted": full | planted,
        "cache": full | {"CACHE_TTL": "60"},
        "keeping": full | {"KEEP_IMAGES": "30"},
        "limited": {k: v for k, v in full.items() if not k.endswith("_LIMITER")},
    }
    return {
        **{name: Variant(told) for name, told in variables.items()},
        **{f"DB {fault}": Variant(full, {"DB": fault}) for fault in ("fails", "hangs")},
    }


@pytest.fixture(scope="session")
def servers() -> Iterator[Mapping[str, Server]]:
    """The Worker with different variables, by what is special about them."""
    log = io.StringIO()
    closed = socket.socket()  # bound, so that nobody else takes it, but nobody listens
    closed.bind(("127.0.0.1", 0))
    upstream = emulator({ACCOUNT: TOKEN, **OTHERS}, log)
    with closed, _HTTP, stopped_at_the_end(upstream):
        emulator_url = upstream.wait_until_ready()
        variants = _variants(emulator_url, closed.getsockname()[1])
        with RUNTIMES[RUNTIME](variants, log) as find:
            yield Servers(variants, find, emulator_url, log)


@pytest.fixture(scope="session")
def server(servers: Mapping[str, Server]) -> Server:
    """The Worker, fully configured."""
    return servers["configured"]


@pytest.fixture(scope="session")
def site(servers: Mapping[str, Server]) -> Iterator[str]:
    """The address of a Worker with its page beside it, and without a key."""
    if RUNTIME == "embedded":
        yield servers["no API_MASTER_KEY"].url
        return
    with wrangler({}, io.StringIO()) as url:
        yield url


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client with the key, of the fully configured Worker."""
    server.forget_calls()
    with server.client() as client:
        yield client
