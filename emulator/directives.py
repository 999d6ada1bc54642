"""What a prompt can ask the emulator to do instead of answering well.

`emulate:NAME` or `emulate:NAME=ARG`. Behind either may stand, in this order, `@SEED` for the one
call whose seed that is, `%N` for the calls of the Nth account, and `*N` for the first N calls with
that prompt, seed and account. A prompt may hold several; they are applied in their order:
`a cat emulate:capacity@2*1 emulate:flagged@3`, or `emulate:quota%1`.

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
    code=N              any code of `errors.py`
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
"""

import base64
import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from random import Random
from typing import Any

from PIL import Image

from emulator import painter
from emulator.checks import Call
from emulator.errors import FLAGGED, BadInputError, RefusalError

HTML = b"<!doctype html><title>500</title><h1>Internal Server Error</h1><p>cloudflare</p>\n"
PAGE = {"headers": {"content-type": "text/html"}, "body": HTML}


def dump(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _good(result: object) -> dict[str, object]:
    return {"result": result, "success": True, "errors": [], "messages": []}


def _canonical(image: str) -> bytes:
    return dump(_good({"image": image}))


def _unsuccessful(image: str) -> bytes:
    failure = {"success": False, "errors": RefusalError(3001).document()["errors"]}
    return dump({**_good({"image": image}), **failure})


class End(Enum):
    COMPLETE = "complete"
    CUT = "cut"
    STALL = "stall"


@dataclass(frozen=True)
class Plan:
    """How a call will be answered: well, unless a directive changes it.

    `body` is bytes where no picture is needed. `part` picks what is sent of the body; an announced
    length is that of the whole. After each `piece` (bytes; 0: all at once) comes a `pause`.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    encode: Callable[[Image.Image], bytes] = painter.encode
    body: Callable[[str], bytes] | bytes = _canonical
    wrap: Callable[[bytes], bytes] = bytes
    part: Callable[[bytes], bytes] = bytes
    start: bool = True
    announce_length: bool = True
    end: End = End.COMPLETE
    delay: float = 0.0
    piece: int = 0
    pause: float = 0.0


# A change of the plan; the argument is what stands after `=`, or "".
Change = Callable[[Plan, str], Plan]


def _set(**fields: Any) -> Change:
    return lambda plan, argument: replace(plan, **fields)


def _refuse(code: int, message: str = "", **fields: Any) -> Change:
    refusal = RefusalError(code, message)
    return _set(**{"status": refusal.status, "body": dump(refusal.document()), **fields})


def _limit_rate(plan: Plan, argument: str) -> Plan:
    headers = {**plan.headers, "retry-after": argument or "7"}
    return _refuse(10013, headers=headers)(plan, "")


def _fail(plan: Plan, argument: str) -> Plan:
    status = int(argument or 500)
    if not 200 <= status <= 599:
        raise ValueError(status)
    return replace(plan, status=status, headers={}, body=b"")


def _compress(plan: Plan, argument: str) -> Plan:
    headers = {**plan.headers, "content-encoding": "gzip"}
    return replace(plan, wrap=gzip.compress, headers=headers)


def _enlarge(plan: Plan, argument: str) -> Plan:
    return replace(plan, encode=partial(_padded_jpeg, int(argument or 4_000_000)))


def _padded_jpeg(base64_size: int, picture: Image.Image) -> bytes:
    """A JPEG whose base64 has about `base64_size` bytes: COM segments (ITU-T T.81, B.2.4.5)."""
    jpeg = painter.encode(picture)
    noise = Random(base64_size).randbytes(max(0, base64_size * 3 // 4 - len(jpeg)))
    comments = [noise[begin : begin + 65_533] for begin in range(0, len(noise), 65_533)]
    segments = [b"\xff\xfe" + (len(each) + 2).to_bytes(2, "big") + each for each in comments]
    after_app0 = 4 + int.from_bytes(jpeg[4:6], "big")
    return b"".join([jpeg[:after_app0], *segments, jpeg[after_app0:]])


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _half_then(end: End, **fields: Any) -> Change:
    return _set(part=_half, end=end, **fields)


CODES = {
    **{"flagged": 3030, "invalid": 3030, "quota": 3036, "quota4006": 4006, "capacity": 3040},
    **{"ratelimit971": 971, "timeout": 3046, "timeout3007": 3007, "timeout3008": 3008},
    **{"internal": 3001, "toolarge": 3006, "nomodel": 5007, "forbidden": 5018, "paid": 5035},
    **{"account": 7003, "token": 10000, "token9109": 9109, "badrequest": 3003},
}
DIRECTIVES: Mapping[str, Change] = {
    **{name: _refuse(code) for name, code in CODES.items()},
    "flagged": _refuse(3030, FLAGGED),
    "flagged200": _refuse(3030, FLAGGED, status=200),
    "ratelimit": _limit_rate,
    "code": lambda plan, argument: _refuse(int(argument))(plan, ""),
    "nocode": _set(status=500, **PAGE),
    "error": _fail,
    "stall": _set(start=False, body=b"", end=End.STALL),
    "stall_middle": _half_then(End.STALL),
    "break_before": _set(start=False, body=b"", end=End.CUT),
    "break_headers": _set(part=lambda body: b"", end=End.CUT),
    "break_middle": _half_then(End.CUT),
    "break_chunked": _half_then(End.CUT, announce_length=False),
    "redirect": _set(status=302, headers={"location": "/_emulator/redirected"}, body=b""),
    "delay": lambda plan, argument: replace(plan, delay=float(argument or 1)),
    "drip": lambda plan, argument: replace(plan, piece=int(argument or 1024), pause=0.003),
    "nolength": _set(announce_length=False),
    "gzip": _compress,
    "short": _half_then(End.COMPLETE, announce_length=False),
    "short_tail": _set(part=lambda body: body[: body.find(b'"}') + 1], announce_length=False),
    "success_false": _set(body=_unsuccessful),
    "empty": _set(body=dump(_good({}))),
    "null_result": _set(body=dump(_good(None))),
    "array": _set(body=b"[]"),
    "empty_image": _set(body=_canonical("")),
    "notimage": _set(body=_canonical(base64.b64encode(b"This is no image. " * 99).decode())),
    "garbage": _set(body=b"\x00\xff\xfenot JSON at all{{{"),
    "html": _set(**PAGE),
    "wrongtype": _set(headers={"content-type": "text/plain"}),
    "reordered": _set(body=lambda image: dump(dict(reversed(_good({"image": image}).items())))),
    "spaced": _set(body=lambda image: json.dumps(_good({"image": image}), indent=2).encode()),
    "escaped": _set(body=lambda image: _canonical(image).replace(b"/", b"\\/")),
    "extra": _set(body=lambda image: dump(_good({"note": "not asked for", "image": image}))),
    "png": _set(encode=partial(painter.encode, file_format="PNG")),
    "webp": _set(encode=partial(painter.encode, file_format="WEBP")),
    "big": _enlarge,
}

DIRECTIVE = re.compile(
    r"\s*emulate:(\w+)(?:=(\d+(?:\.\d+)?))?(?:@(\d+))?(?:%(\d+))?(?:\*(\d+))?", re.ASCII
)


def make_plan(call: Call) -> Plan:
    plan = Plan()
    for found in DIRECTIVE.finditer(call.prompt):
        text = found[0].strip()
        name, argument, *limits = found.groups()
        if name not in DIRECTIVES:
            raise BadInputError(f"no such directive: '{text}'. There are: {', '.join(DIRECTIVES)}")
        if not _is_meant(call, *limits):
            continue
        try:
            plan = DIRECTIVES[name](plan, argument or "")
        except (ValueError, KeyError) as exc:
            raise BadInputError(f"the directive '{text}' has an argument of no use") from exc
    return plan


def _is_meant(call: Call, seed: str | None, account: str | None, times: str | None) -> bool:
    return (
        (seed is None or call.seed == int(seed))
        and (account is None or call.account == int(account))
        and (times is None or call.repetition < int(times))
    )
