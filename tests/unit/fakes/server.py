"""The door: hands a request to `flux2.app.handle`, pours the answer, and checks what must hold for
every answer whatever a test is about."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flux2 import app
from flux2.log import Log
from flux2.ports import Response
from flux2.room import Gate, Room
from flux2.services import BODIES, IMAGES, Services
from flux2.settings import Settings
from tests.unit import shapes
from tests.unit.fakes.bindings import Bindings, Images
from tests.unit.fakes.cloudflare import Cloudflare, Upstream
from tests.unit.fakes.receivers import Receiver
from tests.unit.fakes.uploads import BOUNDARY, Request, decode_data_url, pour, write_form

KEY = "the-master-key"
TOKEN = "the-cloudflare-token"
ACCOUNT = "a11ce" + "0" * 27
NOW = 1_800_000_000.9
DRAWN_SEED = 41
ENVIRONMENT = {"CF_API_TOKEN": TOKEN, "ACCOUNT": ACCOUNT, "API_MASTER_KEY": KEY}
GENERATIONS = "/v1/images/generations"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def make_gate() -> Gate:
    future = asyncio.get_running_loop().create_future()
    return future, lambda: future.done() or future.set_result(None)


class Server:
    """A deployment. `answers` are what Cloudflare says, call by call; by default an image."""

    def __init__(
        self,
        *answers: Upstream | Exception,
        resize: Any = None,
        convert: Any = None,
        shrink: Any = None,
        results: Any = None,
        database: Any = None,
        batches: Any = None,
        limit_key: Any = None,
        limit_address: Any = None,
        environment: Mapping[str, str] = ENVIRONMENT,
        **effects: Any,
    ) -> None:
        """`effects` replace those of Services by name."""
        images = Images(resize, convert, shrink) if resize or convert or shrink else None
        self.cloudflare = Cloudflare(*answers)
        self.logged: list[str] = []
        self.draws: list[int] = []
        self.slept: list[float] = []
        self._ids = 0
        self._deferred: list[asyncio.Task[None]] = []
        self.services = Services(
            settings=Settings.read(environment, environment.get),
            fetch=self.cloudflare,
            post=Receiver(),
            bindings=Bindings(images, results, limit_key, limit_address, database, batches),
            decode_data_url=decode_data_url,
            sleep=self._sleep,
            now=lambda: NOW,
            new_id=self._new_id,
            random_below=self._random_below,
            defer=self._defer,
            log=Log(self.logged.append),
            cooldowns={},
            known_keys={},
            blocked={},
            bodies=Room(BODIES, make_gate, lambda: NOW),
            images=Room(IMAGES, make_gate, lambda: NOW),
        )
        self.services = replace(self.services, **effects)

    async def _sleep(self, seconds: float) -> None:
        """A tenth of a second for each turn of the event loop."""
        self.slept.append(seconds)
        for _ in range(round(10 * seconds)):
            await asyncio.sleep(0)

    def _defer(self, work: Coroutine[None, None, None]) -> None:
        self._deferred.append(asyncio.ensure_future(work))

    async def settle(self) -> None:
        """Wait for what no answer waits for."""
        while self._deferred:
            await self._deferred.pop(0)

    def _new_id(self) -> str:
        self._ids += 1
        return f"{self._ids:032x}"

    def _random_below(self, bound: int) -> int:
        self.draws.append(bound)
        return DRAWN_SEED

    @property
    def sent(self) -> dict[str, str]:
        """The text fields of the only call upstream."""
        (call,) = self.cloudflare.calls
        return call.fields

    async def send(self, request: Request) -> Answer:
        services = replace(self.services, log=Log(self.logged.append))
        response = await app.handle(request, services)
        parts = response.body
        if isinstance(parts, AsyncGenerator):
            poured = [pour(part) async for group in parts for part in group]
        else:
            poured = [pour(part) for part in parts]
        text = b"".join(poured).decode(errors="replace")
        await self.settle()
        answer = Answer(response.status, response.headers, text)
        _check_every_answer(request, answer)
        return answer

    async def open(self, **fields: Any) -> Response:
        """Ask in JSON; the answer is there, but its body has not been poured."""
        body = json.dumps({"prompt": "a valley", **fields}).encode()
        headers = {"Authorization": f"Bearer {KEY}"}
        return await app.handle(Request("POST", GENERATIONS, headers, body), self.services)

    async def get(self, path: str, key: str | None = KEY, method: str = "GET") -> Answer:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return await self.send(Request(method, path, headers))

    async def post(
        self,
        data: bytes | Exception,
        content_type: str | None = "application/json",
        path: str = GENERATIONS,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {KEY}"}
        if content_type is not None:
            headers["Content-Type"] = content_type
        return await self.send(Request("POST", path, headers, data))

    async def generate(self, **fields: Any) -> Answer:
        """Ask in JSON, with a prompt unless there is one among the fields."""
        body = {"prompt": "a valley", **fields}
        return await self.post(json.dumps(body, ensure_ascii=False).encode())

    async def generate_from_form(self, *pairs: tuple[str, str | bytes]) -> Answer:
        """Ask in multipart; add a prompt unless there is one among the parts."""
        named = {name for name, _ in pairs} & {"prompt", "input"}
        parts = [*pairs] if named else [("prompt", "a valley"), *pairs]
        return await self.post(write_form(parts), f"multipart/form-data; boundary={BOUNDARY}")


def _check_every_answer(request: Request, answer: Answer) -> None:
    """An id, CORS, nothing that a browser may misuse or guess, nothing of a secret, and the shape
    that its route promises: the contract of every answer."""
    assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-request-id" in answer.headers["access-control-expose-headers"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; frame-anc")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for secret in (KEY, TOKEN, ACCOUNT):
        assert secret not in answer.text
        assert secret not in str(answer.headers)
    if answer.text:
        shapes.check(request.path, answer.status, answer.headers, answer.text, request.method)


def events(server: Server) -> list[str]:
    """What the lines of the log are about."""
    return [json.loads(line)["event"] for line in server.logged]


def check_error(
    answer: Answer, status: int, code: str, *says: str, param: str | None = None
) -> None:
    """The answer is that error, and its message says that."""
    error = answer.json["error"]
    assert (answer.status, error["code"], error["param"]) == (status, code, param), error
    for words in says:
        assert words in error["message"]
    assert answer.headers.get("x-should-retry") in (None, "false")
