"""`env`: the variables and bindings of a Worker, and the effects of one request."""

import os
import time
from collections.abc import Callable
from functools import cached_property, partial
from typing import TypeVar

import js
from pyodide.ffi import JsProxy

from edge.database import Database
from edge.file import decode_data_url
from edge.images import Images
from edge.lifetime import defer
from edge.limiter import Limiter
from edge.native import read_text
from edge.outgoing import post
from edge.request import Request
from edge.storage import Storage
from edge.timers import make_gate, sleep
from edge.upstream import fetch
from edge.workflow import Workflow
from flux2.accounts import Account
from flux2.log import Log
from flux2.room import Room, Rooms
from flux2.services import BODIES, IMAGES, SMALL_BODIES, SMALL_IMAGES, Services
from flux2.settings import Settings

T = TypeVar("T")

_cooldowns: dict[tuple[Account, str], float] = {}
_known_keys: dict[str, tuple[str, float]] = {}
_blocked: dict[str, float] = {}


def _make_rooms(large: int, small: int) -> Rooms:
    return Rooms(Room(large, make_gate, time.time), Room(small, make_gate, time.time))


_bodies = _make_rooms(BODIES, SMALL_BODIES)
_images = _make_rooms(IMAGES, SMALL_IMAGES)


def make_services(env: JsProxy, ctx: JsProxy, request: Request | None = None) -> Services:
    """Make the effects of one request, or of what nobody asked for."""
    env = getattr(env, "_env", env)  # the SDK's wrapper converts what must stay native
    settings, bindings = _read_env(env)
    return Services(
        settings=settings,
        bindings=bindings,
        fetch=partial(fetch, request),
        post=post,
        decode_data_url=decode_data_url,
        sleep=sleep,
        now=time.time,
        new_id=lambda: os.urandom(16).hex(),
        random_below=lambda bound: int.from_bytes(os.urandom(16)) % bound,
        defer=partial(defer, ctx),
        log=Log(print),
        cooldowns=_cooldowns,
        known_keys=_known_keys,
        blocked=_blocked,
        bodies=_bodies,
        images=_images,
    )


_read: tuple[JsProxy, Settings, "Bindings"] | None = None


def _read_env(env: JsProxy) -> tuple[Settings, "Bindings"]:
    """Read the variables, and find bindings, once as long as the environment stays the same: each
    is a call."""
    global _read
    if _read is None or _read[0] != env:
        _read = env, _read_settings(env), Bindings(env)
    return _read[1:]


def _read_settings(env: JsProxy) -> Settings:
    return Settings.read(
        js.Object.keys(env).to_py(), lambda name: read_text(getattr(env, name, None))
    )


class Bindings:
    """What `env` binds, as `bindings.Bindings`."""

    def __init__(self, env: JsProxy) -> None:
        self._env = env

    @cached_property
    def images(self) -> Images | None:
        return self._find("IMAGES", Images)

    @cached_property
    def results(self) -> Storage | None:
        return self._find("RESULTS", Storage)

    @cached_property
    def database(self) -> Database | None:
        return self._find("DB", Database)

    @cached_property
    def batches(self) -> Workflow | None:
        return self._find("BATCHES", Workflow)

    @cached_property
    def key_limiter(self) -> Limiter | None:
        return self._find("KEY_LIMITER", Limiter)

    @cached_property
    def address_limiter(self) -> Limiter | None:
        return self._find("ADDRESS_LIMITER", Limiter)

    def _find(self, name: str, kind: Callable[[JsProxy], T]) -> T | None:
        binding = getattr(self._env, name, None)
        return kind(binding) if isinstance(binding, JsProxy) else None
