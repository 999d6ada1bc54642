"""The only translator between the Worker's JavaScript and `flux2`'s Python."""

import os
import re
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import cached_property, partial

import js
from pyodide.ffi import JsException, JsProxy, to_js

from flux2 import web
from flux2.hollow import DATA_URL
from flux2.log import Log
from flux2.services import Services
from flux2.settings import Account, Settings
from splice import (
    CHUNK,
    Buffer,
    ImageStream,
    Pieces,
    UpstreamResponse,
    Watch,
    announced,
    stream,
)

_LONGEST_PREFIX = 256
"""Bytes of a data URL before its base64."""
_IMAGES_ERROR = re.compile(r"\bIMAGES_\w+_ERROR (\d+)|\bUnexpected error response", re.ASCII)
_TRANSFORMATIONS_USED_UP = "9422"
"""Cloudflare's "Images, Troubleshooting"."""


class Request:
    """A `Request`, as `flux2.web.Request`."""

    def __init__(self, request) -> None:
        self._request = getattr(request, "js_object", request)
        self._headers = self._request.headers
        self.method: str = self._request.method
        scheme, _, host, path = self._request.url.partition("?")[0].partition("#")[0].split("/", 3)
        self.origin = f"{scheme}//{host}"
        self.path = f"/{path}"

    @property
    def signal(self) -> JsProxy | None:
        """Aborted when the client leaves; workerd has it with the flag `enable_request_signal`."""
        signal = getattr(self._request, "signal", None)
        return signal if isinstance(signal, JsProxy) else None

    def header(self, name: str) -> str | None:
        return _text(self._headers.get(name))

    async def form_data(self, limit: int) -> "Form | None":
        length = announced(self.header("content-length"))
        if length is None or length > limit:
            return None
        if (await self._beginning()).lstrip().startswith(b"{"):
            return None
        try:
            return Form(await self._request.formData(), length)
        except JsException as exc:
            raise ValueError("not a form") from exc

    async def _beginning(self) -> bytes:
        """What comes first, read from a copy that is let go of then; the request stays unread."""
        body = self._request.clone().body
        if not isinstance(body, JsProxy):
            return b""
        reader = body.getReader()
        try:
            first = (await reader.read()).value
        except JsException as exc:
            raise ValueError("the client broke off") from exc
        reader.cancel()  # settles with the other branch, so there is nothing to wait for
        return first.subarray(0, 256).to_bytes() if isinstance(first, JsProxy) else b""

    async def body(self, limit: int) -> "Body | None":
        length = announced(self.header("content-length"))
        try:
            if length is not None:
                if length > limit:
                    return None
                return Body(js.Uint8Array.new(await self._request.arrayBuffer()))
            return await self._count(limit)
        except JsException as exc:
            raise ConnectionError("the client broke off") from exc

    async def _count(self, limit: int) -> "Body | None":
        """A chunked body announces no length, so its bytes are counted as they come."""
        parts = js.Array.new()
        if isinstance(self._request.body, JsProxy):
            pieces = Pieces(self._request.body, _unwatched)
            size = 0
            while (piece := await pieces.next(CHUNK, CHUNK)) is not None:
                parts.push(piece)
                size += piece.length
                if size > limit:
                    await pieces.cancel()
                    return None
        return Body(js.Uint8Array.new(await js.Blob.new(parts).arrayBuffer()))


class Body:
    def __init__(self, array: JsProxy) -> None:
        self.buffer = Buffer(array)

    async def form(self, content_type: str) -> "Form":
        init = _object({"headers": {"content-type": content_type}})
        try:
            return Form(await js.Response.new(self.buffer.js, init).formData(), self.buffer.size)
        except JsException as exc:
            raise ValueError("not a form") from exc


class Form:
    def __init__(self, form: JsProxy, size: int) -> None:
        self._form = form
        self.size = size
        self._names = js.Array.from_(form.keys())
        self.count: int = self._names.length

    @cached_property
    def names(self) -> Sequence[str]:
        return self._names.to_py()

    def text(self, name: str) -> str | None:
        return _text(self._form.get(name))

    def has_file(self, name: str) -> bool:
        return not all(isinstance(value, str) for value in self._form.getAll(name))

    def files(self, name: str) -> "Sequence[UploadedFile]":
        values = self._form.getAll(name)
        return [UploadedFile(js.Blob.new(values.slice(i, i + 1))) for i in range(values.length)]


class UploadedFile:
    def __init__(self, blob: JsProxy) -> None:
        self.js = blob
        self.size: int = blob.size

    async def read(self, start: int, stop: int) -> bytes:
        return (await self.js.slice(start, stop).arrayBuffer()).to_bytes()

    async def digest(self) -> bytes:
        return (await js.crypto.subtle.digest("SHA-256", await self.js.arrayBuffer())).to_bytes()


_rests: dict[tuple[Account, str], float] = {}
_blocked: dict[str, float] = {}


def services(env, request: Request) -> Services:
    """The effects of one request."""
    env = getattr(env, "_env", env)  # the SDK's wrapper converts what must stay native
    return LazyServices(
        env,
        settings=Settings.read(
            js.Object.keys(env).to_py(), lambda name: _text(getattr(env, name, None))
        ),
        fetch=partial(fetch, request),
        decode_data_url=decode_data_url,
        sleep=sleep,
        now=time.time,
        new_id=lambda: os.urandom(16).hex(),
        random_below=lambda bound: int.from_bytes(os.urandom(16)) % bound,
        log=Log(print),
        rests=_rests,
        blocked=_blocked,
    )


class LazyServices(Services):
    """Looks at a binding when it is needed: most requests need none, and looking is not free."""

    def __init__(self, env: JsProxy, **effects) -> None:
        vars(self).update(effects, _env=env)

    @cached_property
    def resize(self):
        return self._bound("IMAGES", resize)

    @cached_property
    def convert(self):
        return self._bound("IMAGES", convert)

    @cached_property
    def results(self):
        bound = self._bound("RESULTS", Results)
        return bound and bound()

    @cached_property
    def limit_key(self):
        return self._bound("KEY_LIMITER", limit)

    @cached_property
    def limit_address(self):
        return self._bound("ADDRESS_LIMITER", limit)

    def _bound(self, name: str, effect: Callable) -> Callable | None:
        binding = getattr(self._env, name, None)
        return partial(effect, binding) if isinstance(binding, JsProxy) else None


async def limit(limiter: JsProxy, key: str) -> bool:
    try:
        return (await limiter.limit(_object({"key": key}))).success
    except JsException as exc:
        raise OSError(str(exc)) from exc


async def fetch(
    request: Request,
    url: str,
    *,
    headers: Mapping[str, str],
    form: Sequence[tuple[str, "str | web.TypedFile"]],
    timeout: float,
) -> UpstreamResponse:
    body = js.FormData.new()
    for name, value in form:
        if isinstance(value, str):
            body.append(name, value)
        else:
            blob = value.file.js
            extension = value.media_type.partition("/")[2]
            body.append(name, blob.slice(0, blob.size, value.media_type), f"{name}.{extension}")
    watch = Watch(timeout, request.signal)
    init = _object(
        {
            "method": "POST",
            "headers": headers,
            "body": body,
            "signal": watch.signal,
            "redirect": "manual",  # the token goes to one host only
        }
    )
    return UpstreamResponse(await watch.progress(js.fetch(url, init)), watch)


async def decode_data_url(url: "Buffer | UploadedFile") -> UploadedFile:
    if isinstance(url, Buffer):
        start, cut = url.read(0, _LONGEST_PREFIX), url.js.subarray
    else:
        start, cut = await url.read(0, _LONGEST_PREFIX), url.js.slice
    prefix = DATA_URL.match(start)
    if prefix is None:
        raise ValueError("not a base64 data URL")
    return _file(await _from_base64(cut(prefix.end())))


async def _from_base64(*pieces: "JsProxy | str") -> JsProxy:
    """A `Uint8Array`, natively from JSON's characters: the base64 never becomes a Python string.

    Raises ValueError for anything that is none, as the fetch of a data URL in workerd would not.
    """
    try:
        quoted = js.Blob.new(js.Array.of('["', *pieces, '"]'))
        arguments = await js.Response.new(quoted).json()
        return js.Reflect.apply(js.Uint8Array.fromBase64, js.Uint8Array, arguments)
    except JsException as exc:
        raise ValueError("not base64") from exc


def _file(array: JsProxy) -> UploadedFile:
    return UploadedFile(js.Blob.new(js.Array.of(array)))


async def _pieces(image: web.Base64) -> "Sequence[JsProxy | str]":
    if isinstance(image, ImageStream):
        return await image.pieces()
    return [image if isinstance(image, str) else image.js]


async def _encode(blob: JsProxy) -> Buffer:
    """To base64, natively: `Array.from` calls the method, so its result stays in JavaScript.

    It calls it with an item, here an empty list of arguments, and the item's index.
    """
    array = js.Uint8Array.new(await blob.arrayBuffer())
    to_base64 = js.Reflect.apply.bind(None, js.Uint8Array.prototype.toBase64, array)
    encoded = js.Blob.new(js.Array.from_(js.Array.of(js.Array.new()), to_base64))
    return Buffer(js.Uint8Array.new(await encoded.arrayBuffer()))


async def convert(images: JsProxy, image: web.Base64, format: str) -> Buffer:
    """By the `IMAGES` binding."""
    file = _file(await _from_base64(*await _pieces(image)))
    try:
        output = await images.input(file.js.stream()).output(_still(f"image/{format}"))
        return await _encode(await output.response().blob())
    except JsException as exc:
        raise ValueError(str(exc)) from exc


def _still(media_type: str) -> JsProxy:
    """The first picture of an animation; large animations would come back as they are."""
    return _object({"format": media_type, "anim": False})


class Results:
    """Images in a KV namespace."""

    def __init__(self, namespace: JsProxy) -> None:
        self._namespace = namespace

    async def put(self, name: str, image: web.Base64, seconds: int) -> None:
        array = await _from_base64(*await _pieces(image))
        await self._put(name, array.buffer, seconds)

    async def put_text(self, name: str, image: web.Base64, seconds: int) -> None:
        blob = js.Blob.new(js.Array.of(*await _pieces(image)))
        await self._put(name, await blob.arrayBuffer(), seconds)

    async def _put(self, name: str, bytes_: JsProxy, seconds: int) -> None:
        try:
            await self._namespace.put(name, bytes_, _object({"expirationTtl": seconds}))
        except JsException as exc:
            raise OSError(str(exc)) from exc

    async def get(self, name: str) -> Buffer | None:
        try:
            value = await self._namespace.get(name, "arrayBuffer")
        except JsException as exc:
            raise OSError(str(exc)) from exc
        return Buffer(js.Uint8Array.new(value)) if isinstance(value, JsProxy) else None


_SHRUNK_TO = {"image/jpeg": "image/jpeg", "image/webp": "image/webp"}


async def resize(images: JsProxy, image: web.TypedFile, *, side: int) -> web.TypedFile:
    """By the `IMAGES` binding, which turns photos upright."""
    media_type = _SHRUNK_TO.get(image.media_type, "image/png")
    box = _object({"width": side, "height": side, "fit": "scale-down"})
    try:
        transformed = images.input(image.file.js.stream()).transform(box)
        output = await transformed.output(_still(media_type))
        blob = await output.response().blob()
    except JsException as exc:
        raise _why_not(exc) from exc
    return web.TypedFile(UploadedFile(blob), media_type)


def _why_not(exc: JsException) -> ValueError | OSError:
    """What the binding itself says is about the image, but for one number; a lost connection, say,
    is not."""
    text = str(exc).split("\n")[0][:200]
    said = _IMAGES_ERROR.search(text)
    return ValueError(text) if said and said[1] != _TRANSFORMATIONS_USED_UP else OSError(text)


async def sleep(seconds: float) -> None:
    """As `asyncio.sleep`, whose timers leave a proxy behind when a request ends before them."""
    resolvers = js.Promise.withResolvers()
    timer = js.setTimeout(resolvers.resolve, seconds * 1000)
    try:
        await resolvers.promise
    finally:
        js.clearTimeout(timer)


def to_js_response(response: web.Response, services: Services, ctx: JsProxy) -> JsProxy:
    init = _object(
        {
            "status": response.status,
            "statusText": _reason(response.reason),
            "headers": response.headers,
        }
    )
    return js.Response.new(_body(response.body, services, ctx), init)


def _body(
    parts: "Sequence[web.Part] | AsyncGenerator[web.Part, None]", services: Services, ctx: JsProxy
):
    if isinstance(parts, AsyncGenerator):
        return stream(parts, services.log, ctx)
    if all(isinstance(part, str) for part in parts):
        return "".join(parts) or None
    if len(parts) == 1 and isinstance(parts[0], Buffer):
        return parts[0].js
    whole = _whole(parts)
    if whole is None:
        return stream(parts, services.log, ctx)
    return js.Blob.new(js.Array.of(*whole))


def _whole(parts: "Sequence[web.Part]") -> "list[str | JsProxy] | None":
    """The parts as they go into a `Blob`; None if one of them is still on its way, or if they are
    so long that the copy which a `Blob` is would matter."""
    whole: list[str | JsProxy] = []
    size = 0
    for part in parts:
        if isinstance(part, str):
            whole.append(part)
        elif isinstance(part, Buffer):
            whole.append(part.js)
            size += part.size
        elif part.held is None:
            return None
        else:
            whole += part.held
            size += sum(piece.length for piece in part.held)
    return whole if size <= CHUNK else None


def _reason(text: str) -> str:
    """What RFC 9112, 4 allows, and no more than a proxy will carry."""
    return re.sub(r"[^ -~]", "?", text)[:200]


async def _unwatched(promise: JsProxy) -> JsProxy:
    """The runtime itself ends a request that its client has left."""
    return await promise


def _text(value) -> str | None:
    """JavaScript's null and undefined are None here."""
    return value if isinstance(value, str) else None


def _object(value: Mapping) -> JsProxy:
    return to_js(dict(value), dict_converter=js.Object.fromEntries)
