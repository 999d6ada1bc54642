"""MCP's Python client of the second generation: as `mcp1/client.py`, and the task's `mode` is how
it agrees on a version."""

import asyncio
import json
from typing import Any

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client


async def run(task: dict[str, Any]) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {task['key']}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(task["url"], http_client=http)
        async with Client(transport, mode=task["mode"]) as client:
            listed = await client.list_tools()
            return {
                "version": client.protocol_version,
                "tools": [tool.name for tool in listed.tools],
                "results": [await call(client, each) for each in task["calls"]],
            }


async def call(client: Client, asked: dict[str, Any]) -> dict[str, Any]:
    progress: list[tuple[float, float | None]] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        progress.append((done, total))

    try:
        result = await client.call_tool(
            asked["tool"], asked["arguments"], progress_callback=note if asked["progress"] else None
        )
    except MCPError as error:
        return {"refused": str(error)}
    shown = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        "is_error": result.is_error,
        "content": shown["content"],
        "structure": shown.get("structuredContent"),
        "progress": progress,
    }


def main() -> None:
    try:
        outcome = asyncio.run(run(json.loads(input())))
    except (MCPError, BaseExceptionGroup) as error:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        outcome = {"failed": str(error)}
    print(json.dumps(outcome))


main()
