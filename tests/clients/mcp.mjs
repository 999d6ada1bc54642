// MCP's TypeScript client: as mcp2.py.

import { createInterface } from "node:readline";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

async function call(client, { tool, arguments: given, progress: wanted }) {
  const progress = [];
  const onprogress = wanted ? (note) => progress.push([note.progress, note.total]) : undefined;
  try {
    const result = await client.callTool({ name: tool, arguments: given }, { onprogress });
    const { isError, content, structuredContent: structure } = result;
    return { is_error: isError, content, structure, progress };
  } catch (error) {
    return { refused: error.message };
  }
}

async function run({ url, key, mode, calls }) {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  const { tools } = await client.listTools();
  const results = [];
  for (const each of calls) results.push(await call(client, each));
  const outcome = {
    version: client.getNegotiatedProtocolVersion(),
    tools: tools.map(({ name }) => name),
    results,
  };
  await client.close();
  return outcome;
}

for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await run(JSON.parse(line)).catch((error) => ({ failed: error.message }));
  console.log(JSON.stringify(outcome));
}
