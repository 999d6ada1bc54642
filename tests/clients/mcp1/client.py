"""MCP's Python client of the first generation: one line of its input is a task,
{"url": …, "key": …, "calls": [{"tool": …, "arguments": …}]}; it prints what became of it."""

import asyncio
import json
from typing import Any

import httpx
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client


async def run(task: dict[str, Any]) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {task['key']}"}
    async with (
        httpx.AsyncClient(headers=headers, timeout=60) as http,
        streamable_http_client(task["url"], http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        begun = await session.initialize()
        listed = await session.list_tools()
        return {
            "version": begun.protocolVersion,
            "tools": [tool.name for tool in listed.tools],
            "results": [await call(session, each) for each in task["calls"]],
        }


async def call(session: ClientSession, asked: dict[str, Any]) -> dict[str, Any]:
    progress: list[tuple[float, float | None]] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        progress.append((done, total))

    try:
        result = await session.call_tool(
            asked["tool"],
            asked["arguments"],
            progress_callback=note if asked["progress"] else None,
        )
    except McpError as error:
        return {"refused": str(error)}
    shown = result.model_dump(mode="json", exclude_none=True)
    return {
        "is_error": result.isError,
        "content": shown["content"],
        "structure": shown.get("structuredContent"),
        "progress": progress,
    }


def main() -> None:
    try:
        outcome = asyncio.run(run(json.loads(input())))
    except BaseExceptionGroup as group:
        errors: list[BaseException] = [group]
        while isinstance(errors[0], BaseExceptionGroup):
            errors = list(errors[0].exceptions)
        outcome = {"failed": str(errors[0])}
    print(json.dumps(outcome))


main()
