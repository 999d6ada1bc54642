"""`POST /mcp`: the protocol, in both generations."""

import base64
import json

import pytest

from flux2 import __version__
from tests.unit.fakes import KEY, Server, data_url
from tests.unit.fakes.agents import META, MODERN, OLDER, PATH, Agent, check_refused, check_shut_out
from tests.unit.fakes.uploads import Request

ALL = [MODERN, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
SERVER = {"name": "flux2-workers-ai", "title": "FLUX.2 on Workers AI", "version": __version__}
both = pytest.mark.parametrize("version", [MODERN, OLDER])


def log(server: Server) -> dict:
    return json.loads(server.logged[-1])


# Who may ask, and how


async def test_key_is_needed():
    """As everywhere; clients that can do nothing else ask their user for it."""
    answer = await Agent().post({}, authorization=None)
    check_shut_out(answer, 401, "invalid_api_key")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_nothing_but_post_is_taken(method):
    """There is no stream of the server's own, and no session to end."""
    answer = await Server().get(PATH, method=method)
    check_shut_out(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST, OPTIONS"


async def test_any_page_may_ask():
    """The key travels in a header, which no foreign page has."""
    answer = await Agent().ask("server/discover", origin="https://elsewhere.example")
    assert answer.status == 200
    headers = {"access-control-request-headers": "mcp-protocol-version, mcp-method"}
    preflight = await Server().send(Request("OPTIONS", PATH, headers))
    assert preflight.headers["access-control-allow-headers"] == "mcp-protocol-version, mcp-method"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100])
async def test_body_that_is_no_json_is_refused(body):
    """With JSON-RPC's code for it, and no id, since there is none."""
    check_refused(await Agent().post(body), 400, -32700, "body", id=None)


@both
async def test_what_is_echoed_is_no_image(version):
    """A data URL stays outside Python, so that it could not be said again."""
    agent, image = Agent(Server(), version), data_url()
    answer = await agent.post({"jsonrpc": "2.0", "id": image, "method": "ping"})
    check_refused(answer, 400, -32600, "id must be no image", id=None)
    answer = await agent.call("generate_image", {"progressToken": image}, prompt="a cat")
    status = 400 if version == MODERN else 200
    check_refused(answer, status, -32602, "progressToken must be no image")


async def test_body_that_is_too_large_is_refused():
    """By HTTP's own status, before it is read."""
    check_shut_out(await Agent().post(b" " * 40_000_001), 413, "request_too_large")


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ([], "batch"),
        ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}], "batch"),
        (7, "object"),
        ({"id": 1, "method": "ping"}, "jsonrpc"),
        ({"jsonrpc": "1.0", "method": "ping"}, "jsonrpc"),
        ({"jsonrpc": "2.0"}, "method"),
        ({"jsonrpc": "2.0", "method": 3}, "method"),
        ({"jsonrpc": "2.0", "method": "ping", "id": None}, "id"),
        ({"jsonrpc": "2.0", "method": "ping", "id": True}, "id"),
        ({"jsonrpc": "2.0", "method": "ping", "id": 1.5}, "id"),
        ({"jsonrpc": "2.0", "method": "ping", "params": []}, "params"),
    ],
)
async def test_body_that_is_no_message_is_refused(message, says):
    """Its id is repeated where it can be read."""
    id = message.get("id") if isinstance(message, dict) and says != "id" else None
    check_refused(await Agent().post(message), 400, -32600, says, id=id)


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 3}},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}},
    ],
)
@pytest.mark.parametrize("version", [None, OLDER, MODERN])
async def test_what_needs_no_answer_gets_none(message, version):
    """202 and no body."""
    answer = await Agent().post(message, mcp_protocol_version=version)
    assert (answer.status, answer.text) == (202, "")


# Versions


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [*((version, version) for version in ALL[1:]), (MODERN, OLDER), ("2024-10-07", OLDER)],
)
async def test_initialize_agrees_on_a_version(asked, chosen):
    """What was asked for, or the latest that has this method; there is no session. The first
    TypeScript client with this transport knows nothing newer than 2024-11-05."""
    params = {"protocolVersion": asked, "capabilities": {}, "clientInfo": {"name": "x"}}
    answer = await Agent(version=OLDER).ask("initialize", params, mcp_protocol_version=None)
    assert answer.json["id"] == 7
    result = answer.json["result"]
    assert (result["protocolVersion"], result["serverInfo"]) == (chosen, SERVER)
    assert result["capabilities"] == {"tools": {}}
    assert "list_models" in result["instructions"]
    assert "mcp-session-id" not in answer.headers


async def test_initialize_without_a_version_is_refused():
    """In the older versions an error of a call has no status of its own."""
    check_refused(await Agent(version=OLDER).ask("initialize"), 200, -32602, "protocolVersion")


async def test_discover_tells_what_there_is():
    """The versions, the newest first, and how long that is fresh."""
    result = (await Agent().ask("server/discover")).json["result"]
    assert result["supportedVersions"] == ALL
    assert (result["resultType"], result["ttlMs"], result["cacheScope"]) == (
        "complete",
        3_600_000,
        "public",
    )
    assert result["_meta"] == {META + "serverInfo": SERVER}
    assert result["capabilities"] == {"tools": {}}


@pytest.mark.parametrize("asked", ["1999-01-01", ""])
@pytest.mark.parametrize("has_meta", [True, False])
async def test_version_that_is_not_spoken_is_refused(asked, has_meta):
    """The error lists those that are."""
    meta = {META + "protocolVersion": asked} if has_meta else {}
    agent = Agent(version=MODERN if has_meta else OLDER)
    answer = await agent.ask("tools/list", meta=meta, mcp_protocol_version=asked)
    check_refused(answer, 400, -32022)
    assert answer.json["error"]["data"] == {"supported": ALL, "requested": asked}


async def test_notification_in_an_unknown_version_is_refused():
    """As a call would be, but nobody asked for an answer with an id."""
    note = {"jsonrpc": "2.0", "method": "notifications/cancelled"}
    answer = await Agent().post(note, mcp_protocol_version="1999-01-01")
    check_refused(answer, 400, -32022, id=None)


@pytest.mark.parametrize("missing", ["protocolVersion", "clientCapabilities"])
async def test_meta_says_version_and_capabilities(missing):
    """Each message of the newer versions does."""
    answer = await Agent().ask("tools/list", meta={META + missing: None})
    check_refused(answer, 400, -32602, missing)


@pytest.mark.parametrize(
    "headers",
    [
        {"mcp_protocol_version": None},
        {"mcp_protocol_version": OLDER},
        {"mcp_method": None},
        {"mcp_method": "Tools/Call"},
        {"mcp_name": None},
        {"mcp_name": "edit_image"},
        {"mcp_name": "=?base64?***?="},
        {"mcp_name": "=?base64?/w==?="},
    ],
)
async def test_headers_that_say_something_else_are_refused(headers):
    """What passes a proxy by its headers is what is done."""
    answer = await Agent().ask("tools/call", {"name": "list_models"}, **headers)
    check_refused(answer, 400, -32020, "header")


@pytest.mark.parametrize("name", ["  list_models  ", "=?base64?bGlzdF9tb2RlbHM=?="])
async def test_header_may_be_encoded_or_have_spaces_around(name):
    """A name that is no ASCII could not be sent otherwise."""
    answer = await Agent().ask("tools/call", {"name": "list_models"}, mcp_name=name)
    assert answer.json["result"]["isError"] is False
    assert base64.b64decode("bGlzdF9tb2RlbHM=") == b"list_models"


async def test_older_version_in_meta_is_an_older_version():
    """Then there is no `resultType`."""
    meta = {META + "protocolVersion": OLDER}
    agent = Agent(version=OLDER)
    answer = await agent.ask(
        "tools/list",
        meta={**meta, META + "clientCapabilities": {}},
        mcp_method="tools/list",
    )
    assert answer.json["result"].keys() == {"tools"}


@pytest.mark.parametrize("method", ["resources/list", "logging/setLevel", "tools/Call"])
@pytest.mark.parametrize(("version", "status"), [(MODERN, 404), (OLDER, 200)])
async def test_method_that_is_not_here_is_refused(method, version, status):
    """Nothing is answered that is not declared."""
    answer = await Agent(version=version).ask(method)
    check_refused(answer, status, -32601, "Method not found")


@pytest.mark.parametrize(
    ("version", "method"),
    [(MODERN, "initialize"), (MODERN, "ping"), (OLDER, "server/discover")],
)
async def test_method_of_the_other_generation_is_not_here(version, method):
    """Each has its own beginning."""
    answer = await Agent(version=version).ask(method)
    check_refused(answer, 404 if version == MODERN else 200, -32601)


async def test_ping_is_answered():
    """With nothing, in the older versions."""
    answer = await Agent(version=OLDER).ask("ping")
    assert answer.json == {"jsonrpc": "2.0", "id": 7, "result": {}}


async def test_message_without_a_version_is_of_an_older_one():
    """The first of them had no header for it."""
    answer = await Agent(version=OLDER).ask("ping", mcp_protocol_version=None)
    assert answer.json["result"] == {}


# What there is to call


@both
async def test_tools_are_listed(version):
    """The newer versions are told how long that is fresh."""
    answer = await Agent(version=version).ask("tools/list")
    result = answer.json["result"]
    assert [tool["name"] for tool in result["tools"]] == [
        "generate_image",
        "edit_image",
        "list_models",
        "submit_batch",
        "get_batch",
    ]
    assert (result.get("ttlMs"), result.get("cacheScope")) == (
        (3_600_000, "public") if version == MODERN else (None, None)
    )


async def test_another_page_of_tools_is_refused():
    """There is one only."""
    answer = await Agent().ask("tools/list", {"cursor": "2"})
    check_refused(answer, 400, -32602, "page")


@pytest.mark.parametrize("name", ["draw", None, 3, ["generate_image"]])
@both
async def test_unknown_tool_is_an_error_of_the_protocol(name, version):
    """Not of the tool, which is not there."""
    params = {"name": name, "arguments": {}}
    named = name if isinstance(name, str) else None
    headers = {"mcp_name": named} if version == MODERN else {}
    answer = await Agent(version=version).ask("tools/call", params, **headers)
    check_refused(answer, 400 if version == MODERN else 200, -32602, "Unknown tool")


async def test_arguments_must_be_an_object():
    """As the schema of a call has it."""
    answer = await Agent().ask("tools/call", {"name": "list_models", "arguments": [1]})
    check_refused(answer, 400, -32602, "arguments")


async def test_log_tells_method_and_tool():
    """By names of ours, never as somebody typed them."""
    agent = Agent()
    await agent.call("list_models")
    line = log(agent.server)
    assert (line["route"], line["rpc"], line["tool"]) == (PATH, "tools/call", "list_models")
    await agent.ask("secret/method")
    assert "secret" not in agent.server.logged[-1]
    assert log(agent.server)["rpc_error"] == -32601


async def test_what_an_agent_sends_is_not_logged():
    """Neither arguments nor their names."""
    agent = Agent()
    await agent.ask("tools/call", {"name": "list_models", "arguments": {"key": KEY}})
    assert KEY not in "".join(agent.server.logged)
