// OpenAI's own client for Node: node openai.mjs. Each line of its input is a task,
// {"url": …, "key": …, "action": "generate", "body": {…}}; for each it prints {"answer": …} or
// {"refused": …}, and how many requests that took.

import fs from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import OpenAI, { toFile } from "openai";

const opened = async (path, as) =>
  as === "stream" ? fs.createReadStream(path) : toFile(fs.readFileSync(path), basename(path));

const ACTIONS = {
  generate: (client, body) => client.images.generate(body),
  edit: (client, body) => client.images.edit(body),
  chat: (client, body) => client.chat.completions.create(body),
  models: async (client) => (await client.models.list()).data,
  model: (client, { id }) => client.models.retrieve(id),
  usage: (client, query) => client.admin.organization.usage.images(query),
  costs: (client, query) => client.admin.organization.usage.costs(query),
};

async function run({ action, body, files, as }, client) {
  for (const [name, paths] of Object.entries(files)) {
    const several = Array.isArray(paths);
    const found = await Promise.all([paths].flat().map((path) => opened(path, as)));
    body[name] = several ? found : found[0];
  }
  const answer = await ACTIONS[action](client, body);
  if (!body.stream) return { answer, request_id: answer._request_id };
  const events = [];
  for await (const event of answer) events.push(event);
  return { answer: events };
}

const shown = (error) => ({
  kind: error.constructor.name,
  status: error.status,
  code: error.code,
  type: error.type,
  param: error.param,
  message: error.message,
  request_id: error.requestID,
});

for await (const line of createInterface({ input: process.stdin })) {
  const { url, key, options, ...task } = JSON.parse(line);
  let requests = 0;
  const counted = (address, init) => {
    requests += String(address).startsWith(url); // it tries `data:` addresses first
    return fetch(address, init);
  };
  const fixed = { baseURL: url, apiKey: key, adminAPIKey: key, fetch: counted, timeout: 60_000 };
  const client = new OpenAI({ ...fixed, ...options });
  const outcome = await run(task, client).catch((error) => ({ refused: shown(error) }));
  console.log(JSON.stringify({ ...outcome, requests }));
}
