"""The routes of Cloudflare's Workers AI endpoint, and those of whoever tests with it.

GET /_emulator/calls       the last 2,000 calls that came, newest last; `DELETE` forgets them
PUT /_emulator/allocation  {"neurons": 10000} is what each account has in a day, null no end
PUT /_emulator/clock       {"now": 1800000000} is its Unix time, null the machine's
"""

import hmac
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.allocation import Allocation
from emulator.checks import MODELS, Call, check_form, open_image
from emulator.delivery import Delivery, build_body
from emulator.directives import Plan, make_plan
from emulator.errors import BadInputError, RefusalError
from emulator.prices import price

MODEL_PREFIX = "@cf/black-forest-labs/"
CALLS_KEPT = 2000


def create_app(accounts: Mapping[str, str], neurons: float | None = None) -> Starlette:
    """`accounts` are tokens by account id, `neurons` what each has in a day."""
    emulator = Emulator(accounts, Allocation(neurons))
    run = "/client/v4/accounts/{account}/ai/run/{model:path}"
    return Starlette(
        routes=[
            Route(run, emulator.run, methods=["POST"]),
            Route("/_emulator/calls", emulator.list_calls, methods=["GET"]),
            Route("/_emulator/calls", emulator.forget_calls, methods=["DELETE"]),
            Route("/_emulator/allocation", emulator.allot, methods=["PUT"]),
            Route("/_emulator/clock", emulator.move_clock, methods=["PUT"]),
            Route("/_emulator/redirected", emulator.redirected, methods=["GET", "POST"]),
        ],
        exception_handlers={HTTPException: _refuse_route},
    )


@dataclass(frozen=True)
class Emulator:
    accounts: Mapping[str, str] = field(repr=False)
    allocation: Allocation = field(default_factory=Allocation)
    repetitions: Counter[tuple[object, ...]] = field(default_factory=Counter)
    calls: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))

    async def run(self, request: Request) -> Response:
        # Read to its end even if it will be refused: else the client fails while still sending.
        await request.body()
        record = self._record(request, request.path_params["model"].removeprefix(MODEL_PREFIX))
        try:
            self._check_door(request, record)
            async with request.form() as form:
                # In a thread, so that calls paint side by side.
                plan, body = await anyio.to_thread.run_sync(
                    self._answer, request.url.path, form, record
                )
        except HTTPException as exc:
            refusal: RefusalError = BadInputError(f"the form cannot be read: {exc.detail}")
        except RefusalError as exc:
            refusal = exc
        else:
            return Delivery(plan, body, record, getattr(request.state, "hang_up", _cannot_hang_up))
        record["completed"] = True
        return JSONResponse(refusal.document(request.url.path), refusal.status)

    def _answer(self, path: str, form: FormData, record: dict[str, Any]) -> tuple[Plan, bytes]:
        for name, value in form.multi_items():
            if isinstance(value, str):
                record["fields"][name] = value
            else:
                record["files"].append(_describe_file(name, value))
        call = self._count(check_form(path, record["model"], form), record["account"])
        plan = make_plan(call)
        if callable(plan.body):  # a picture will be painted
            neurons = price(record["model"], call)
            self.allocation.spend(call.account, neurons)
            record["neurons"] = neurons
        return plan, build_body(plan, call)

    def _count(self, call: Call, account: int) -> Call:
        this = (call.prompt, call.seed, account)
        self.repetitions[this] += 1
        return replace(call, account=account, repetition=self.repetitions[this] - 1)

    def _record(self, request: Request, model: str) -> dict[str, Any]:
        record = {
            "at": self.allocation.now(),
            "model": model,
            "fields": {},
            "files": [],
            "authorization_ok": self._is_authorized(request),
            "account": None,
            "neurons": 0,
            "completed": False,
            "left": False,
        }
        self.calls.append(record)
        return record

    def _is_authorized(self, request: Request) -> bool:
        """A token that belongs to another account is right, but not for this path."""
        given = request.headers.get("authorization", "").encode()
        token = self.accounts.get(request.path_params.get("account", ""))
        tokens = self.accounts.values() if token is None else [token]
        return any(hmac.compare_digest(given, f"Bearer {each}".encode()) for each in tokens)

    def _check_door(self, request: Request, record: dict[str, Any]) -> None:
        account, model = request.path_params["account"], request.path_params["model"]
        if not record["authorization_ok"]:
            raise RefusalError(10000)
        if account not in self.accounts:
            raise RefusalError(7003)
        record["account"] = 1 + list(self.accounts).index(account)
        if model not in {MODEL_PREFIX + each for each in MODELS}:
            raise RefusalError(5007, f"No such model {model[:100]} or task")
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "multipart/form-data":
            raise BadInputError("required properties at '/' are 'multipart'")

    async def list_calls(self, request: Request) -> Response:
        return JSONResponse(list(self.calls))

    async def forget_calls(self, request: Request) -> Response:
        self.calls.clear()
        return Response(status_code=204)

    async def allot(self, request: Request) -> Response:
        self.allocation.neurons = (await request.json())["neurons"]
        return Response(status_code=204)

    async def move_clock(self, request: Request) -> Response:
        self.allocation.move((await request.json())["now"])
        return Response(status_code=204)

    async def redirected(self, request: Request) -> Response:
        """Where `emulate:redirect` leads: a caller that follows it shows in the list."""
        self._record(request, "redirected")
        return JSONResponse(RefusalError(7000).document(), 404)


def _describe_file(name: str, part: UploadFile) -> dict[str, Any]:
    picture = open_image(part)
    width, height = picture.size if picture else (None, None)
    return {
        "field": name,
        "filename": part.filename,
        "content_type": part.content_type,
        "size": part.size,
        "width": width,
        "height": height,
    }


def _cannot_hang_up() -> None:
    raise ConnectionAbortedError("this server cannot cut its connections")


async def _refuse_route(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    refusal = RefusalError(10405 if exc.status_code == 405 else 7000)
    return JSONResponse(refusal.document(), exc.status_code, exc.headers)
