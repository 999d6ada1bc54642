"""An emulator of Cloudflare's Workers AI endpoint for FLUX.2: the painter behind the real protocol.

    python -m emulator --port 8788 --token T --account A [--token T2 --account A2 …]

It checks what Cloudflare checks and is stricter where Cloudflare's behaviour is unknown (unknown
fields, references larger than 512x512), so that a caller's mistake shows here and not on a bill.

A prompt can ask for a failure: `emulate:NAME` or `emulate:NAME=ARG`. Behind either may stand, in
this order, `@SEED` for the one call whose seed that is, `%N` for the calls of the Nth account, and
`*N` for the first N calls with that prompt, seed and account. A prompt may hold several; they are
applied in their order: `a cat emulate:capacity@2*1 emulate:flagged@3`, or `emulate:quota%1`.

    Refusals            code     HTTP
    flagged             3030     400   the output was flagged; `flagged200`: the same with HTTP 200
    invalid             3030     400   generic invalid input
    quota, quota4006    3036     429   the daily allocation is used up
    capacity            3040     429
    ratelimit=SECONDS   10013    429   with `retry-after`, 7 unless told; `ratelimit971`: code 971
    timeout             3046     408   also `timeout3007`, `timeout3008`
    internal            3001     500
    toolarge            3006     413
    nomodel             5007     400
    forbidden, paid     5018, 5035  403
    account             7003     404
    token, token9109    10000, 9109  401, 403
    badrequest          3003     400
    code=N              any code of ERRORS below
    nocode                       500   a page of HTML
    error=STATUS                       that status (500 unless told) and an empty body

    Connections
    stall               never answers          stall_middle   half of the answer, then nothing
    break_before        closes, no answer      break_headers  closes after the headers
    break_middle        closes in the middle; break_chunked: without a content-length
    redirect            302 to a path that records being called
    delay=SECONDS       a good answer after that time (1 unless told)
    drip=BYTES          a good answer in small pieces (1024 unless told)
    nolength            a good answer without content-length
    gzip                a good answer, compressed

    Odd answers, all HTTP 200
    short, short_tail   ends early but properly: inside the base64, or just after it
    success_false       an image, and then `"success":false`
    empty, null_result  `"result":{}`, `"result":null`      array    `[]`
    empty_image         `"image":""`                        notimage base64 of a sentence
    garbage             not JSON                            html     a page of HTML
    wrongtype           a good answer called text/plain
    reordered, spaced, escaped, extra    a good answer: other order, white space, `\\/`, a key more
    png, webp           a good answer of another format
    big=BYTES           a good answer of about that many bytes (4 MB unless told)

`GET /_emulator/calls` lists the last 200 calls, newest last; `DELETE` forgets them.
"""

import argparse
import asyncio
import base64
import gzip
import hmac
import io
import json
import math
import re
import secrets
import signal
import socket
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from random import Random
from typing import Any

import anyio
import anyio.to_thread
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from emulator import painter

MODEL_PREFIX = "@cf/black-forest-labs/"
MODELS = ("flux-2-dev", "flux-2-klein-4b", "flux-2-klein-9b")
MODEL_WITH_STEPS = "flux-2-dev"
KLEIN_STEPS = 4
REFERENCE_SIDE = 512
REFERENCE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# What Pillow raises for bytes that are not, or not quite, an image.
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
CALLS_KEPT = 200

FLAGGED = "Your output has been flagged. Please choose another prompt / input image combination"
QUOTA = (
    "You have used up your daily free allocation of 10,000 neurons. Please upgrade to Cloudflare's"
    " Workers Paid plan if you would like to continue usage."
)

# Cloudflare's code -> HTTP status, message; `{path}` is that of the call.
ERRORS: Mapping[int, tuple[int, str]] = {
    971: (429, "Please wait and consider throttling your request speed"),
    3001: (500, "Internal server error"),
    3003: (400, "Request is missing headers or body"),
    3006: (413, "Request is too large"),
    3007: (408, "Request timeout"),
    3008: (408, "Request was aborted"),
    3023: (403, "Service unavailable for account"),
    3030: (400, "Invalid input"),
    3036: (429, QUOTA),
    3040: (429, "Capacity temporarily exceeded, please try again."),
    3041: (403, "The account is not allowed to access private model"),
    3042: (404, "The model name is invalid"),
    3046: (408, "Request timeout"),
    4006: (429, QUOTA),
    5004: (400, "Invalid data type for base64 input"),
    5006: (400, "Bad input"),
    5007: (400, "No such model or task"),
    5016: (403, "User has not agreed to the model terms"),
    5018: (403, "The account is not allowed to access this model"),
    5035: (403, "This model requires the Workers Paid plan"),
    7000: (404, "No route for that URI"),
    7003: (404, "Could not route to {path}, perhaps your object identifier is invalid?"),
    8001: (400, "Invalid input"),
    9106: (400, "Missing authentication headers"),
    9109: (403, "Unauthorized to access requested resource"),
    10000: (401, "Authentication error"),
    10013: (429, "You have been rate limited. Please try again later."),
    10405: (405, "Method not allowed for this authentication scheme"),
}

HTML = b"<!doctype html><title>500</title><h1>Internal Server Error</h1><p>cloudflare</p>\n"


class RefusalError(Exception):
    """A call that Cloudflare would not run."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _compact(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _error_body(code: int, message: str = "") -> bytes:
    errors = [{"code": code, "message": message or ERRORS[code][1]}]
    return _compact({"success": False, "errors": errors, "result": None, "messages": []})


# Checking a call.


@dataclass(frozen=True)
class Call:
    """What is to be painted."""

    path: str
    model: str
    prompt: str
    width: int
    height: int
    seed: int | None
    steps: int
    references: Sequence[Image.Image] = ()
    account: int = 1
    """Which of the accounts calls."""
    repetition: int = 0
    """How many such calls there were before, with this prompt, seed and account."""

    def paint(self) -> Image.Image:
        seed = secrets.randbelow(2**32) if self.seed is None else self.seed
        return painter.paint(
            # Without its directives, so that every odd answer carries the same picture.
            DIRECTIVE.sub("", self.prompt).strip() or self.prompt,
            (self.width, self.height),
            seed=seed,
            steps=self.steps,
            references=self.references,
        )


def _bad(message: str) -> RefusalError:
    return RefusalError(5006, f"Bad input: {message}")


def _text(name: str, value: str) -> str:
    if not value.strip():
        raise _bad(f"'{name}' must not be empty")
    return value


def _integer(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, value: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", value) or not low <= int(value) <= high:
            raise _bad(f"'{name}' must be an integer from {low} to {high}, not '{value[:40]}'")
        return int(value)

    return parse


def _number(name: str, value: str) -> float:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]{1,3})?", value):
        raise _bad(f"'{name}' must be a number, not '{value[:40]}'")
    return float(value)


FIELDS: Mapping[str, Callable[[str, str], Any]] = {
    "prompt": _text,
    "width": _integer(256, 2048),
    "height": _integer(256, 2048),
    "seed": _integer(0, 2**32 - 1),
    "guidance": _number,
    "steps": _integer(1, 50),
}
REFERENCES = tuple(f"input_image_{index}" for index in range(4))
# Cloudflare has defaults for all but the prompt; a caller that relies on them pays for surprises.
REQUIRED = ("prompt", "width", "height")


def _field_names(model: str) -> tuple[set[str], set[str]]:
    """The text fields that `model` takes, and those that must be there."""
    if model == MODEL_WITH_STEPS:
        return set(FIELDS), {*REQUIRED, "steps"}
    return set(FIELDS) - {"steps"}, set(REQUIRED)


def _check_names(model: str, form: FormData) -> None:
    allowed, required = _field_names(model)
    names = [name for name, _ in form.multi_items()]
    for name in names:
        if name not in allowed and name not in REFERENCES:
            raise _bad(f"{model} takes no field '{name}'")
        if names.count(name) > 1:
            raise _bad(f"'{name}' was sent more than once")
    for name in sorted(required - set(names)):
        raise _bad(f"required property '{name}' is missing")
    count = sum(name in REFERENCES for name in names)
    for name in REFERENCES[:count]:
        if name not in names:
            raise _bad(f"'{name}' is missing though a later reference image was sent")


def _check_fields(form: FormData) -> dict[str, Any]:
    values = {}
    for name, value in form.items():
        if name in REFERENCES:
            continue
        if not isinstance(value, str):
            raise _bad(f"'{name}' must be a text field, not a file")
        values[name] = FIELDS[name](name, value)
    return values


def _open_image(data: bytes) -> Image.Image | None:
    """The picture in `data` with its pixels not read yet, or None."""
    try:
        return Image.open(io.BytesIO(data), formats=REFERENCE_FORMATS)
    except UNREADABLE:
        return None


def _load_reference(name: str, part: UploadFile | str) -> Image.Image:
    if isinstance(part, str):
        raise _bad(f"'{name}' must be a file part, with a filename")
    part.file.seek(0)
    picture = _open_image(part.file.read())
    if picture is None:
        raise _bad(f"'{name}' is not an image that can be read")
    if max(picture.size) > REFERENCE_SIDE:
        size = f"{picture.width}x{picture.height}"
        raise _bad(f"'{name}' is {size}; at most {REFERENCE_SIDE}x{REFERENCE_SIDE} is allowed")
    try:
        picture.load()
    except UNREADABLE as exc:
        raise _bad(f"'{name}' is a damaged image") from exc
    return picture


def _check_form(path: str, model: str, form: FormData) -> Call:
    _check_names(model, form)
    values = _check_fields(form)
    return Call(
        path=path,
        model=model,
        prompt=values["prompt"],
        width=values["width"],
        height=values["height"],
        seed=values.get("seed"),
        steps=values.get("steps", KLEIN_STEPS),
        references=[_load_reference(name, form[name]) for name in REFERENCES if name in form],
    )


# Planning an answer. A plan starts as the good answer; each directive changes it.


class End(Enum):
    COMPLETE = "complete"
    CUT = "cut"
    STALL = "stall"


def _canonical(image: str) -> bytes:
    return _compact(
        {"result": {"image": image}, "success": True, "errors": [], "messages": []},
    )


def _whole(body: bytes) -> bytes:
    return body


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _nothing(body: bytes) -> bytes:
    return b""


def _through_image(body: bytes) -> bytes:
    """As far as the quote that closes the image."""
    return body[: body.find(b'"}') + 1]


@dataclass(frozen=True)
class Plan:
    """How a call will be answered.

    `body` is bytes where no picture is needed. `part` picks what is sent of the body; an announced
    length is that of the whole.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    encode: Callable[[Image.Image], bytes] = painter.encode
    body: Callable[[str], bytes] | bytes = _canonical
    wrap: Callable[[bytes], bytes] = _whole
    part: Callable[[bytes], bytes] = _whole
    start: bool = True
    announce_length: bool = True
    end: End = End.COMPLETE
    delay: float = 0.0
    piece: int = 0
    pause: float = 0.0

    def build_body(self, call: Call) -> bytes:
        if isinstance(self.body, bytes):
            return self.wrap(self.body.replace(b"{path}", call.path.encode()))
        picture = self.encode(call.paint())
        return self.wrap(self.body(base64.b64encode(picture).decode()))


# A change of the plan; the argument is what stands after `=`, or None.
Change = Callable[[Plan, str | None], Plan]


def _set(**fields: Any) -> Change:
    return lambda plan, argument: replace(plan, **fields)


def _number_of(argument: str | None, default: float) -> float:
    return default if argument is None else float(argument)


def _refuse(code: int, message: str = "", status: int | None = None) -> Change:
    return _set(status=status or ERRORS[code][0], body=_error_body(code, message))


def _refuse_by_code(plan: Plan, argument: str | None) -> Plan:
    return _refuse(int(argument or 3001))(plan, None)


def _add_header(plan: Plan, name: str, value: str) -> Plan:
    return replace(plan, headers={**plan.headers, name: value})


def _limit_rate(plan: Plan, argument: str | None) -> Plan:
    return _add_header(_refuse(10013)(plan, None), "retry-after", argument or "7")


def _bare_status(plan: Plan, argument: str | None) -> Plan:
    status = int(argument or 500)
    if not 200 <= status <= 599:
        raise ValueError(status)
    return replace(plan, status=status, headers={}, body=b"")


def _redirect(plan: Plan, argument: str | None) -> Plan:
    return replace(plan, status=302, headers={"location": "/_emulator/redirected"}, body=b"")


def _compress(plan: Plan, argument: str | None) -> Plan:
    return _add_header(replace(plan, wrap=gzip.compress), "content-encoding", "gzip")


def _padded_jpeg(picture: Image.Image, *, base64_size: int) -> bytes:
    """A JPEG whose base64 has about `base64_size` bytes: COM segments (ITU-T T.81, B.2.4.5)."""
    jpeg = painter.encode(picture)
    missing = max(0, base64_size * 3 // 4 - len(jpeg))
    after_app0 = 4 + int.from_bytes(jpeg[4:6], "big")
    noise = Random(base64_size)
    comments = []
    while missing > 4:
        size = min(missing - 4, 65_533)
        comments.append(b"\xff\xfe" + (size + 2).to_bytes(2, "big") + noise.randbytes(size))
        missing -= size + 4
    return b"".join([jpeg[:after_app0], *comments, jpeg[after_app0:]])


def _enlarge(plan: Plan, argument: str | None) -> Plan:
    size = int(_number_of(argument, 4_000_000))
    return replace(plan, encode=partial(_padded_jpeg, base64_size=size))


def _drip(plan: Plan, argument: str | None) -> Plan:
    return replace(plan, piece=max(1, int(_number_of(argument, 1024))), pause=0.003)


def _delay(plan: Plan, argument: str | None) -> Plan:
    return replace(plan, delay=_number_of(argument, 1.0))


def _unsuccessful(image: str) -> bytes:
    errors = [{"code": 3001, "message": ERRORS[3001][1]}]
    return _compact(
        {"result": {"image": image}, "success": False, "errors": errors, "messages": []}
    )


def _reordered(image: str) -> bytes:
    return _compact({"success": True, "errors": [], "messages": [], "result": {"image": image}})


def _spaced(image: str) -> bytes:
    return json.dumps(json.loads(_canonical(image)), indent=2).encode() + b"\n"


def _with_extra_key(image: str) -> bytes:
    result = {"note": "a key that nobody asked for", "image": image}
    return _compact({"result": result, "success": True, "errors": [], "messages": []})


def _escaped(image: str) -> bytes:
    return _canonical(image).replace(b"/", b"\\/")


DIRECTIVES: Mapping[str, Change] = {
    "flagged": _refuse(3030, FLAGGED),
    "flagged200": _refuse(3030, FLAGGED, status=200),
    "invalid": _refuse(3030),
    "quota": _refuse(3036),
    "quota4006": _refuse(4006),
    "capacity": _refuse(3040),
    "ratelimit": _limit_rate,
    "ratelimit971": _refuse(971),
    "timeout": _refuse(3046),
    "timeout3007": _refuse(3007),
    "timeout3008": _refuse(3008),
    "internal": _refuse(3001),
    "toolarge": _refuse(3006),
    "nomodel": _refuse(5007),
    "forbidden": _refuse(5018),
    "paid": _refuse(5035),
    "account": _refuse(7003),
    "token": _refuse(10000),
    "token9109": _refuse(9109),
    "badrequest": _refuse(3003),
    "code": _refuse_by_code,
    "nocode": _set(status=500, headers={"content-type": "text/html"}, body=HTML),
    "error": _bare_status,
    "stall": _set(start=False, body=b"", end=End.STALL),
    "stall_middle": _set(part=_half, end=End.STALL),
    "break_before": _set(start=False, body=b"", end=End.CUT),
    "break_headers": _set(part=_nothing, end=End.CUT),
    "break_middle": _set(part=_half, end=End.CUT),
    "break_chunked": _set(part=_half, end=End.CUT, announce_length=False),
    "redirect": _redirect,
    "delay": _delay,
    "drip": _drip,
    "nolength": _set(announce_length=False),
    "gzip": _compress,
    "short": _set(part=_half, announce_length=False),
    "short_tail": _set(part=_through_image, announce_length=False),
    "success_false": _set(body=_unsuccessful),
    "empty": _set(body=_compact({"result": {}, "success": True, "errors": [], "messages": []})),
    "null_result": _set(
        body=_compact({"result": None, "success": True, "errors": [], "messages": []})
    ),
    "array": _set(body=b"[]"),
    "empty_image": _set(body=_canonical("")),
    "notimage": _set(body=_canonical(base64.b64encode(b"This is no image. " * 99).decode())),
    "garbage": _set(body=b"\x00\xff\xfenot JSON at all{{{"),
    "html": _set(headers={"content-type": "text/html"}, body=HTML),
    "wrongtype": _set(headers={"content-type": "text/plain"}),
    "reordered": _set(body=_reordered),
    "spaced": _set(body=_spaced),
    "escaped": _set(body=_escaped),
    "extra": _set(body=_with_extra_key),
    "png": _set(encode=partial(painter.encode, file_format="PNG")),
    "webp": _set(encode=partial(painter.encode, file_format="WEBP")),
    "big": _enlarge,
}

DIRECTIVE = re.compile(
    r"\s*emulate:(\w+)(?:=(\d+(?:\.\d+)?))?(?:@(\d+))?(?:%(\d+))?(?:\*(\d+))?", re.ASCII
)


def _is_meant(call: Call, seed: str | None, account: str | None, times: str | None) -> bool:
    return (
        (seed is None or call.seed == int(seed))
        and (account is None or call.account == int(account))
        and (times is None or call.repetition < int(times))
    )


def _make_plan(call: Call) -> Plan:
    plan = Plan()
    for found in DIRECTIVE.finditer(call.prompt):
        text = found[0].strip()
        name, argument, seed, account, times = found.groups()
        if name not in DIRECTIVES:
            raise _bad(f"no such directive: '{text}'. There are: {', '.join(DIRECTIVES)}")
        if not _is_meant(call, seed, account, times):
            continue
        try:
            plan = DIRECTIVES[name](plan, argument)
        except (ValueError, KeyError) as exc:
            raise _bad(f"the directive '{text}' has an argument that it cannot use") from exc
    return plan


# Sending it.


async def _client_left(receive: Receive, *, within: float = math.inf) -> bool:
    """Whether the client goes away `within` so many seconds; 0 asks about this moment."""
    with anyio.move_on_after(within):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False


@dataclass(frozen=True)
class Delivery:
    """Sends a body as its plan says: an ASGI application, as every Starlette response is."""

    plan: Plan
    body: bytes
    record: dict[str, Any]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await _client_left(receive, within=self.plan.delay):
            self.record["left"] = True
            return
        if self.plan.start:
            await self._send_start(send)
            if not await self._send_pieces(receive, send):
                return
        await ENDINGS[self.plan.end](self, scope, receive, send)

    async def _send_start(self, send: Send) -> None:
        headers = dict(self.plan.headers)
        if self.plan.announce_length:
            headers["content-length"] = str(len(self.body))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.plan.status, "headers": raw})

    async def _send_pieces(self, receive: Receive, send: Send) -> bool:
        """False if the client went away meanwhile."""
        sent = self.plan.part(self.body)
        step = self.plan.piece or len(sent) or 1
        for begin in range(0, len(sent), step):
            piece = sent[begin : begin + step]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if await _client_left(receive, within=self.plan.pause):
                self.record["left"] = True
                return False
        return True

    async def _complete(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.record["completed"] = True
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _stall(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.record["left"] = await _client_left(receive)

    async def _cut(self, scope: Scope, receive: Receive, send: Send) -> None:
        hang_up = scope.get("state", {}).get("hang_up")
        if hang_up is None:
            raise ConnectionAbortedError("this server cannot cut its connections")
        hang_up()
        await _client_left(receive)


ENDINGS = {
    End.COMPLETE: Delivery._complete,
    End.STALL: Delivery._stall,
    End.CUT: Delivery._cut,
}


def _refusal_delivery(refusal: RefusalError, path: str, record: dict[str, Any]) -> Delivery:
    status, message = ERRORS[refusal.code]
    message = refusal.message or message.replace("{path}", path)
    return Delivery(Plan(status=status), _error_body(refusal.code, message), record)


# The application.


def _new_record(model: str, authorization_ok: bool) -> dict[str, Any]:
    return {
        "model": model,
        "fields": {},
        "files": [],
        "authorization_ok": authorization_ok,
        "account": None,
        "completed": False,
        "left": False,
    }


def _note_form(record: dict[str, Any], form: FormData) -> None:
    for name, value in form.multi_items():
        if isinstance(value, str):
            record["fields"][name] = value
        else:
            record["files"].append(_describe_file(name, value))


def _describe_file(name: str, part: UploadFile) -> dict[str, Any]:
    picture = _open_image(part.file.read())
    width, height = picture.size if picture else (None, None)
    return {
        "field": name,
        "filename": part.filename,
        "content_type": part.content_type,
        "size": part.size,
        "width": width,
        "height": height,
    }


@dataclass(frozen=True)
class Emulator:
    accounts: Mapping[str, str] = field(repr=False)
    """Tokens by account id."""
    repetitions: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    calls: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))

    async def run(self, request: Request) -> Delivery:
        """`POST /accounts/{account}/ai/run/{model}`."""
        # Read to its end even if it will be refused: else the client fails while still sending.
        await request.body()
        name = request.path_params["model"].removeprefix(MODEL_PREFIX)
        record = _new_record(name, self._is_authorized(request))
        self.calls.append(record)
        try:
            self._check_door(request, record)
            async with request.form() as form:
                # In a thread, so that calls paint side by side.
                return await anyio.to_thread.run_sync(self._answer, request.url.path, form, record)
        except HTTPException as exc:
            refusal = _bad(f"the form cannot be read: {exc.detail}")
        except RefusalError as exc:
            refusal = exc
        return _refusal_delivery(refusal, request.url.path, record)

    def _answer(self, path: str, form: FormData, record: dict[str, Any]) -> Delivery:
        _note_form(record, form)
        call = _check_form(path, record["model"], form)
        this = (call.prompt, call.seed, record["account"])
        call = replace(call, account=record["account"], repetition=self.repetitions[this])
        self.repetitions[this] += 1
        plan = _make_plan(call)
        return Delivery(plan, plan.build_body(call), record)

    def _is_authorized(self, request: Request) -> bool:
        """A token that belongs to another account is right, but not for this path."""
        given = request.headers.get("authorization", "").encode()
        account = request.path_params.get("account")
        token = self.accounts.get(account)
        tokens = self.accounts.values() if token is None else [token]
        return any(hmac.compare_digest(given, f"Bearer {each}".encode()) for each in tokens)

    def _check_door(self, request: Request, record: dict[str, Any]) -> None:
        if not record["authorization_ok"]:
            raise RefusalError(10000)
        if request.path_params["account"] not in self.accounts:
            raise RefusalError(7003)
        record["account"] = 1 + list(self.accounts).index(request.path_params["account"])
        if request.path_params["model"] not in {MODEL_PREFIX + model for model in MODELS}:
            raise RefusalError(5007, f"No such model {request.path_params['model'][:100]} or task")
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "multipart/form-data":
            raise _bad("required properties at '/' are 'multipart'")

    async def list_calls(self, request: Request) -> Response:
        return JSONResponse(list(self.calls))

    async def forget_calls(self, request: Request) -> Response:
        self.calls.clear()
        return Response(status_code=204)

    async def redirected(self, request: Request) -> Response:
        """Where `emulate:redirect` leads: a caller that follows it shows in the list."""
        self.calls.append(_new_record("redirected", self._is_authorized(request)))
        return Response(_error_body(7000), 404, media_type="application/json")


async def _land(request: Request) -> Response:
    text = "The local emulator of Cloudflare's Workers AI endpoint. Its calls: /_emulator/calls\n"
    return Response(text, media_type="text/plain")


async def _refuse_route(request: Request, exc: Exception) -> Response:
    status = exc.status_code if isinstance(exc, HTTPException) else 404
    body = _error_body(10405 if status == 405 else 7000)
    headers = exc.headers if isinstance(exc, HTTPException) else None
    return Response(body, status, headers, media_type="application/json")


def create_app(accounts: Mapping[str, str]) -> Starlette:
    """`accounts` are tokens by account id."""
    emulator = Emulator(accounts)
    run = "/client/v4/accounts/{account}/ai/run/{model:path}"
    return Starlette(
        routes=[
            Route("/", _land),
            Route(run, emulator.run, methods=["POST"]),
            Route("/_emulator/calls", emulator.list_calls, methods=["GET"]),
            Route("/_emulator/calls", emulator.forget_calls, methods=["DELETE"]),
            Route("/_emulator/redirected", emulator.redirected, methods=["GET", "POST"]),
        ],
        exception_handlers={HTTPException: _refuse_route},
    )


# Serving it.


class Protocol(H11Protocol):
    """Lends each request the means to hang up, which ASGI itself does not have.

    Raising inside the application would close the connection too, but with a traceback, and not
    before an answer has begun. `state` is the one part of a scope that is the server's to fill.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "hang_up": transport.close}


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()
        print(f"Emulator on http://{host}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Stalled answers would hold the process up for ever.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m emulator")
    parser.add_argument("--port", type=int, default=8788, help="0 means a free one")
    parser.add_argument("--token", required=True, action="append")
    parser.add_argument("--account", required=True, action="append")
    parser.add_argument("--attached", action="store_true", help="end when standard input ends")
    options = parser.parse_args(arguments)
    if len(options.token) != len(options.account):
        parser.error("each --account needs a --token")
    app = create_app(dict(zip(options.account, options.token, strict=True)))
    config = uvicorn.Config(
        app,
        port=options.port,
        http=Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
    )
    server = Server(config)
    # uvicorn raises the signal again when it has shut down, for whoever handled it before: without
    # these lines that is Python, and the exit code not 0.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    if options.attached:
        threading.Thread(target=_end_with_standard_input, args=(server,), daemon=True).start()
    server.run()


def _end_with_standard_input(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True
