// Cloudflare's endpoint as fast as it can be: drains the body, answers with bytes made before.
// The path says how much base64 the image has: /2000000/accounts/… After PUT /small all have little,
// until PUT /whole: a Worker that is warmed up has many answers. Under …/v1/images/generations the
// answer has OpenAI's shape, for litellm's proxy.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
const answers = new Map();

function answer(size, isOpenAI) {
  const bytes = Buffer.concat([JPEG, randomBytes(Math.floor((size * 3) / 4) - JPEG.length)]);
  const image = bytes.toString("base64");
  const ours = { result: { image }, success: true, errors: [], messages: [] };
  return Buffer.from(JSON.stringify(isOpenAI ? { created: 1, data: [{ b64_json: image }] } : ours));
}

const SMALL = 2_000;
let isSmall = false;

const server = createServer((request, response) => {
  const first = request.url.split("/")[1];
  if (request.method === "PUT") {
    isSmall = first === "small";
    return response.writeHead(204).end();
  }
  const size = isSmall ? SMALL : Number(first);
  const isOpenAI = request.url.endsWith("/v1/images/generations");
  const name = `${size} ${isOpenAI}`;
  if (!answers.has(name)) answers.set(name, answer(size, isOpenAI));
  const body = answers.get(name);
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => console.log(`Upstream on http://127.0.0.1:${server.address().port}`));
process.stdin.on("end", () => process.exit()).resume(); // whoever started us has gone
