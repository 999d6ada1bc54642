"""`POST /mcp`: images for agents, by the Model Context Protocol, without sessions.

Any page may call it as it may call the rest: the key travels in a header, which neither a foreign
page nor one whose name was bound anew to this server has. So no `Origin` is refused.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from flux2.access.auth import Caller
from flux2.answers.errors import describe, explain
from flux2.answers.style import Style
from flux2.catalog import REFERENCE_SIDE, find_usable
from flux2.errors import ApiError, ClientClosedRequest, InvalidJson
from flux2.handlers import agent_batches, making
from flux2.handlers.making import Door
from flux2.mcp import messages, tools, versions
from flux2.mcp.listed import TOOLS
from flux2.mcp.messages import Call, Id, RpcError
from flux2.mcp.progress import ProgressEvents
from flux2.mcp.results import ImageWriter, write_failure, write_models
from flux2.ports import Request, Response
from flux2.request import bodies, json_bodies
from flux2.request.bodies import Memory
from flux2.request.json_references import Images
from flux2.services import Services

PATH = "/mcp"
PREVIEW_SIDE = REFERENCE_SIDE
"""Pixels; enough to judge an image by."""
_INSTRUCTIONS = (
    "Makes and edits images with FLUX.2 on Cloudflare Workers AI. Each image costs money: "
    "list_models says how much. Many images, or what nobody has to wait for, are a batch."
)
_CAPABILITIES: Mapping[str, object] = {"tools": {}}
_FRESH = {"ttlMs": 3_600_000, "cacheScope": "public"}
"""How long a client need not ask again what the tools are; they are the same for everybody."""

_UNBUFFERED = {"x-accel-buffering": "no"}
"""Or a proxy might keep signs of life to itself ("Streamable HTTP, Receiving Messages")."""


@dataclass(frozen=True)
class _Asked:
    """Who asks, and what came with the message."""

    request: Request
    caller: Caller
    images: Images
    memory: Memory
    services: Services


async def respond(request: Request, caller: Caller, services: Services) -> Response:
    async def act(memory: Memory) -> Response:
        document = await bodies.read_json(request, memory, json_bodies.RULES)
        images = Images(document.images, services.decode_data_url)
        return await _answer(document.value, _Asked(request, caller, images, memory, services))

    return await making.with_memory(act, services)


def write_error(error: ApiError) -> str:
    """Write what was wrong before there was a message to answer. Of the protocol's codes one is
    for that; the others are HTTP's, which it leaves to us."""
    code = messages.PARSE_ERROR if isinstance(error, InvalidJson) else error.status
    return messages.write_error(None, RpcError(code, error.message, describe(error)))


async def _answer(value: object, asked: _Asked) -> Response:
    call = None
    images = asked.images.by_marker
    if (id := messages.read_id(value)) in images:
        error = RpcError(messages.INVALID_REQUEST, "id must be no image.")
        return _refuse(None, error, asked.services)
    try:
        message = messages.read(value)
        if message is None:
            return Response(status=202)
        is_modern = versions.is_modern(asked.request, message)
        if message.id is None:
            return Response(status=202)
        call = Call(message, message.id, is_modern)
        if call.progress_token in images:
            raise RpcError(messages.INVALID_PARAMS, "progressToken must be no image.")
        return await _find_method(call, asked.services)(call, asked)
    except RpcError as error:
        response = _refuse(id, error, asked.services)
        is_older = call is not None and not call.is_modern
        return replace(response, status=200) if is_older else response


Method = Callable[[Call, _Asked], Awaitable[Response]]


def _find_method(call: Call, services: Services) -> Method:
    method = (_MODERN if call.is_modern else _OLDER).get(call.message.method)
    if method is None:
        raise RpcError(messages.METHOD_NOT_FOUND, "Method not found")
    services.log.add(rpc=call.message.method)
    return method


def _refuse(id: Id | None, error: RpcError, services: Services) -> Response:
    services.log.add(rpc_error=error.code)
    return replace(_respond(messages.write_error(id, error)), status=error.status)


def _respond(text: str) -> Response:
    return Response(headers={"content-type": "application/json"}, body=[text])


# The methods


async def _initialize(call: Call, asked: _Asked) -> Response:
    result = {
        "protocolVersion": versions.choose(call.message.params.get("protocolVersion")),
        "capabilities": _CAPABILITIES,
        "serverInfo": messages.SERVER,
        "instructions": _INSTRUCTIONS,
    }
    return _respond(call.write(result))


async def _ping(call: Call, asked: _Asked) -> Response:
    return _respond(call.write({}))


async def _discover(call: Call, asked: _Asked) -> Response:
    result = {
        "supportedVersions": versions.SUPPORTED,
        "capabilities": _CAPABILITIES,
        "instructions": _INSTRUCTIONS,
        **_FRESH,
    }
    return _respond(call.write(result))


async def _list_tools(call: Call, asked: _Asked) -> Response:
    if call.message.params.get("cursor") is not None:
        raise RpcError(messages.INVALID_PARAMS, "There is one page of tools only.")
    fresh = f'"ttlMs":{_FRESH["ttlMs"]},"cacheScope":"{_FRESH["cacheScope"]}",'
    listed = f'{fresh * call.is_modern}"tools":[{",".join(TOOLS)}]}}}}'
    return _respond(f"{call.open()}{listed}")


async def _call_tool(call: Call, asked: _Asked) -> Response:
    """What an agent can do something about is the tool's result, though it is an error."""
    name, arguments = tools.read_call(call.message.params)
    log = asked.services.log
    log.add(tool=name)
    try:
        if name == tools.LIST_MODELS:
            tools.refuse_unknown(name, arguments, ())
            return _respond(write_models(call, find_usable(asked.caller.models)))
        if name == tools.SUBMIT_BATCH:
            request, caller, services = asked.request, asked.caller, asked.services
            return _respond(
                await agent_batches.submit(call, arguments, asked.images, request, caller, services)
            )
        if name == tools.GET_BATCH:
            return _respond(await agent_batches.show(call, arguments, asked.caller, asked.services))
        return await _make_images(call, name, arguments, asked)
    except ClientClosedRequest:
        raise
    except Exception as error:
        told = explain(error, log)
        log.add(error=told.code)
        return _respond(write_failure(call, describe(told), told.headers().get("retry-after")))


_MODERN: Mapping[str, Method] = {
    "server/discover": _discover,
    "tools/list": _list_tools,
    "tools/call": _call_tool,
}
_OLDER: Mapping[str, Method] = {
    "initialize": _initialize,
    "ping": _ping,
    "tools/list": _list_tools,
    "tools/call": _call_tool,
}


async def _make_images(
    call: Call, name: str, arguments: Mapping[str, object], asked: _Asked
) -> Response:
    services, request = asked.services, asked.request
    check_count = making.begin_count(asked.caller, services)
    is_stream = call.progress_token is not None and _accepts_events(request)
    payload = tools.read_arguments(name, arguments, asked.images, stream=is_stream)
    await check_count()
    writer = ImageWriter(call)
    style = Style(writer.write_document, lambda plan, _: ProgressEvents(writer, plan), PREVIEW_SIDE)
    door = Door(style, tools.SOURCES[name])
    response = await making.answer(payload, request, asked.caller, door, asked.memory, services)
    return replace(response, headers={**response.headers, **_UNBUFFERED})


def _accepts_events(request: Request) -> bool:
    accepted = (request.header("accept") or "").lower()
    return "text/event-stream" in accepted or "*/*" in accepted
