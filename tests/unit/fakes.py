"""The world around `flux2` in memory: requests, uploads, Cloudflare, the clock.

`Server` is the door: it hands a request to `flux2.app.handle`, pours the answer, and checks what
must hold for every answer whatever a test is about.
"""

import asyncio
import base64
import binascii
import hashlib
import io
import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from PIL import Image

from flux2 import app, ports
from flux2.log import Log
from flux2.ports import TypedFile
from flux2.services import Services
from flux2.settings import Settings
from tests.unit import shapes

KEY = "the-master-key"
TOKEN = "the-cloudflare-token"
ACCOUNT = "a11ce" + "0" * 27
NOW = 1_800_000_000.9
DRAWN_SEED = 41
ENVIRONMENT = {"CF_API_TOKEN": TOKEN, "ACCOUNT": ACCOUNT, "API_MASTER_KEY": KEY}
GENERATIONS = "/v1/images/generations"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A real image file."""
    file = io.BytesIO()
    mode = "P" if kind == "GIF" else "RGB"
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 20).convert(mode).save(file, kind, **options)
    return file.getvalue()


JPEG = picture("JPEG")
PNG = picture("PNG")
WEBP = picture("WEBP")
GIF = picture("GIF")


def encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()


def data_url(image: bytes = PNG, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{encoded(image)}"


# What the edge gives


class Buffer:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]

    def find(self, byte: int, start: int) -> int:
        return self.data.find(byte, start)

    def slice(self, start: int, stop: int) -> "Buffer":
        return Buffer(self.data[start:stop])


class File:
    def __init__(self, data: bytes, size: int | None = None) -> None:
        self.data = data
        self.size = len(data) if size is None else size

    async def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]

    async def digest(self) -> bytes:
        return hashlib.sha256(self.data).digest()


Pairs = Sequence[tuple[str, str | bytes | File]]


class Form:
    """Text is str; a file is bytes or a `File`."""

    def __init__(self, pairs: Pairs, size: int) -> None:
        self.size = size
        self._pairs = pairs
        self.count = len(pairs)
        self.names = [name for name, _ in pairs]

    def text(self, name: str) -> str | None:
        value = next(value for each, value in self._pairs if each == name)
        return value if isinstance(value, str) else None

    def has_file(self, name: str) -> bool:
        return any(each == name and not isinstance(value, str) for each, value in self._pairs)

    def files(self, name: str) -> Sequence[File]:
        return [_file(value) for each, value in self._pairs if each == name]


def _file(value: str | bytes | File) -> File:
    if isinstance(value, File):
        return value
    return File(value.encode() if isinstance(value, str) else value)


class Body:
    def __init__(self, data: bytes, form: Pairs | None) -> None:
        self.buffer = Buffer(data)
        self._form = form

    async def form(self, content_type: str) -> Form:
        if content_type.lower().startswith("application/x-www-form-urlencoded"):
            pairs = parse_qsl(self.buffer.data.decode(), keep_blank_values=True)
            return Form(pairs, self.buffer.size)
        if self._form is None:
            raise ValueError("no boundary")
        return Form(self._form, self.buffer.size)


@dataclass
class Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes | Exception = b""
    form: Pairs | None = None
    limits: list[int] = field(default_factory=list)
    origin: str = "https://images.example.com"

    def header(self, name: str) -> str | None:
        return {k.lower(): v for k, v in self.headers.items()}.get(name.lower())

    async def form_data(self, limit: int) -> Form | None:
        length = self.header("content-length")
        if length is None or int(length) > limit or bytes(self.data).lstrip().startswith(b"{"):
            return None
        if self.form is None:
            raise ValueError("not a form")
        return Form(self.form, int(length))

    async def body(self, limit: int) -> Body | None:
        self.limits.append(limit)
        if isinstance(self.data, Exception):
            raise self.data
        return Body(self.data, self.form) if len(self.data) <= limit else None


async def decode_data_url(url: Buffer) -> File:
    """As the platform does: the JSON string's characters, then forgiving base64."""
    text = json.loads(b'"' + url.data + b'"')
    match = re.fullmatch(r"data:[^,]*;base64,(.*)", text, re.DOTALL | re.IGNORECASE)
    if match is None:
        raise ValueError("not a data URL")
    try:
        return File(base64.b64decode(match[1], validate=True))
    except binascii.Error as exc:
        raise ValueError("not base64") from exc


class Resizer:
    """The `IMAGES` binding; `error` is raised by every use of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, int]] = []
        self._error = error

    async def __call__(self, image: TypedFile, *, side: int) -> TypedFile:
        self.asked.append((image.media_type, side))
        if self._error is not None:
            raise self._error
        return TypedFile(File(b"shrunk"), "image/png")


@dataclass
class Images:
    """The `IMAGES` binding, of what a test gives it."""

    resize: Callable[..., Any] | None
    convert: Callable[..., Any] | None


@dataclass
class Bindings:
    images: Images | None = None
    results: Any = None
    key_limiter: Any = None
    address_limiter: Any = None


class Store:
    """The `RESULTS` binding; `error` is raised by every use of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[str, bytes] = {}
        self.seconds: list[int] = []
        self._error = error

    async def put(self, name: str, image: Any, seconds: int) -> None:
        self._keep(name, base64.b64decode(_poured(image)), seconds)

    async def put_text(self, name: str, image: Any, seconds: int) -> None:
        self._keep(name, _poured(image), seconds)

    def _keep(self, name: str, data: bytes, seconds: int) -> None:
        if self._error:
            raise self._error
        self.seconds.append(seconds)
        self.kept[name] = data

    async def get(self, name: str) -> Buffer | None:
        if self._error:
            raise self._error
        return Buffer(self.kept[name]) if name in self.kept else None


# Cloudflare


def canonical(image: bytes = JPEG) -> bytes:
    """An answer as Cloudflare writes it."""
    return b'{"result":{"image":"%s"},"success":true,"errors":[],"messages":[]}' % (
        base64.b64encode(image)
    )


def refusal(code: int | None, message: str = "It went wrong.") -> bytes:
    errors = [] if code is None else [{"code": code, "message": message}]
    document = {"success": False, "errors": errors, "result": None, "messages": []}
    return json.dumps(document).encode()


class ImageStream(ports.ImageStream):
    """An image's base64, which is taken from upstream by `drain` or by `pour`."""

    def __init__(self, upstream: "Upstream", start: int, finish: Callable[[bytes], None]) -> None:
        self._upstream = upstream
        self._start = start
        self._finish = finish
        self._held: bytes | None = None
        self.is_short = upstream.is_short
        self.cancelled = False

    async def drain(self) -> None:
        await asyncio.sleep(0)
        self._held = self._take()

    async def cancel(self) -> None:
        self.cancelled = True
        self._upstream.close()

    def pour(self) -> bytes:
        return self._take() if self._held is None else self._held

    def _take(self) -> bytes:
        self._upstream.close()
        if self._upstream.broken is not None:
            raise self._upstream.broken
        body = self._upstream.body
        end = body.find(b'"', self._start)
        if end < 0:
            raise ConnectionError("upstream ended inside an image")
        self._finish(body[end:])
        return body[self._start : end]


class Upstream:
    """One answer of Cloudflare's; `broken` is raised where the rest of an image should come."""

    def __init__(
        self,
        body: bytes | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        broken: Exception | None = None,
        *,
        is_short: bool = False,
    ) -> None:
        self.is_short = is_short
        self.body = canonical() if body is None else body
        self.status = status
        self.headers = {"content-type": "application/json"} if headers is None else headers
        self.broken = broken
        self.cancelled = False
        self.streams: list[ImageStream] = []
        self.on_close: Callable[[], None] = lambda: None

    def header(self, name: str) -> str | None:
        return self.headers.get(name)

    async def head(self, size: int) -> bytes:
        return self.body[:size]

    async def buffer(self, limit: int) -> Buffer | None:
        self.close()
        return Buffer(self.body) if len(self.body) <= limit else None

    def image(self, start: int, finish: Callable[[bytes], None]) -> ImageStream:
        self.streams.append(ImageStream(self, start, finish))
        return self.streams[-1]

    async def cancel(self) -> None:
        self.cancelled = True
        self.close()

    def close(self) -> None:
        self.on_close()
        self.on_close = lambda: None


@dataclass
class Call:
    url: str
    headers: Mapping[str, str]
    form: Sequence[tuple[str, str | TypedFile]]
    timeout: float

    @property
    def fields(self) -> dict[str, str]:
        return {name: value for name, value in self.form if isinstance(value, str)}

    @property
    def images(self) -> list[tuple[str, str, bytes]]:
        """(name, media type, bytes) of the reference images."""
        return [
            (name, value.media_type, value.file.data)  # type: ignore[attr-defined]
            for name, value in self.form
            if isinstance(value, TypedFile)
        ]


class Cloudflare:
    """Answers each call with the next of `answers`, and with the last one ever after."""

    def __init__(self, *answers: Upstream | Exception) -> None:
        self._answers = answers
        self.calls: list[Call] = []
        self.open = 0
        self.most_open = 0

    async def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        form: Sequence[tuple[str, str | TypedFile]],
        timeout: float,
    ) -> Upstream:
        answer = (
            self._answers[min(len(self.calls), len(self._answers) - 1)]
            if (self._answers)
            else Upstream()
        )
        self.calls.append(Call(url, headers, form, timeout))
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            self._closed()
            raise answer
        answer.on_close = self._closed
        return answer

    def _closed(self) -> None:
        self.open -= 1


# The door


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Server:
    """A deployment. `answers` are what Cloudflare says, call by call; by default an image."""

    def __init__(
        self,
        *answers: Upstream | Exception,
        resize: Any = None,
        convert: Any = None,
        results: Any = None,
        limit_key: Any = None,
        limit_address: Any = None,
        environment: Mapping[str, str] = ENVIRONMENT,
        **effects: Any,
    ) -> None:
        """`effects` replace those of Services by name."""
        images = Images(resize, convert) if resize or convert else None
        self.cloudflare = Cloudflare(*answers)
        self.logged: list[str] = []
        self.draws: list[int] = []
        self.slept: list[float] = []
        self._ids = 0
        self.services = Services(
            settings=Settings.read(environment, environment.get),
            fetch=self.cloudflare,
            bindings=Bindings(images, results, limit_key, limit_address),
            decode_data_url=decode_data_url,
            sleep=self._sleep,
            now=lambda: NOW,
            new_id=self._new_id,
            random_below=self._random_below,
            log=Log(self.logged.append),
            cooldowns={},
            blocked={},
        )
        self.services = replace(self.services, **effects)

    async def _sleep(self, seconds: float) -> None:
        """A tenth of a second for each turn of the event loop."""
        self.slept.append(seconds)
        for _ in range(round(10 * seconds)):
            await asyncio.sleep(0)

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
            poured = [_poured(part) async for part in parts]
        else:
            poured = [_poured(part) for part in parts]
        text = b"".join(poured).decode(errors="replace")
        answer = Answer(response.status, response.headers, text)
        _check_every_answer(request, answer)
        return answer

    async def get(self, path: str, key: str | None = KEY, method: str = "GET") -> Answer:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return await self.send(Request(method, path, headers))

    async def post(
        self,
        data: bytes | Exception,
        content_type: str | None = "application/json",
        form: Pairs | None = None,
        path: str = GENERATIONS,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {KEY}"}
        if content_type is not None:
            headers["Content-Type"] = content_type
        return await self.send(Request("POST", path, headers, data, form))

    async def generate(self, **fields: Any) -> Answer:
        """Ask in JSON, with a prompt unless there is one among the fields."""
        body = {"prompt": "a valley", **fields}
        return await self.post(json.dumps(body, ensure_ascii=False).encode())

    async def generate_from_form(self, *pairs: tuple[str, str | bytes | File]) -> Answer:
        """Ask in multipart; add a prompt unless there is one among the parts."""
        named = {name for name, _ in pairs} & {"prompt", "input"}
        parts = [*pairs] if named else [("prompt", "a valley"), *pairs]
        return await self.post(b"--x\r\n", "multipart/form-data; boundary=x", parts)


def _poured(part: Any) -> bytes:
    if isinstance(part, str):
        return part.encode()
    return part.data if isinstance(part, Buffer) else part.pour()


def _check_every_answer(request: Request, answer: Answer) -> None:
    """An id, CORS, nothing of a secret, and the shape that its route promises."""
    assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-request-id" in answer.headers["access-control-expose-headers"]
    for secret in (KEY, TOKEN, ACCOUNT):
        assert secret not in answer.text
        assert secret not in str(answer.headers)
    if answer.text:
        shapes.check(request.path, answer.status, answer.headers, answer.text)


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
