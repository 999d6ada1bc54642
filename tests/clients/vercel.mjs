// Vercel's AI SDK: node vercel.mjs. Each line of its input is a task,
// {"url": …, "key": …, "provider": "openai", "model": …, "prompt": …}; for each it prints
// {"images": [{"base64": …}, …]} or {"refused": …}, and the paths that it asked for. With "say",
// "whole" or "stream", it chats, and prints {"text": …, "finishReason": …}.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage, generateText, streamText } from "ai";

globalThis.AI_SDK_LOG_WARNINGS = false;
const PROVIDERS = { openai: createOpenAI, compatible: createOpenAICompatible };

const SAY = { whole: generateText, stream: streamText };

async function chat(say, model, messages, rest) {
  const onError = () => {}; // it is thrown as well
  const answer = await SAY[say]({ model, messages, maxRetries: 0, onError, ...rest });
  return { text: await answer.text, finishReason: await answer.finishReason };
}

async function run({ url, key, provider, model, files, prompt, say, messages, ...rest }, fetch) {
  const settings = { name: "flux", baseURL: url, apiKey: key || undefined, fetch };
  if (say) {
    const { chatModel, chat: openai } = PROVIDERS[provider](settings);
    return chat(say, (chatModel ?? openai)(model), messages, rest);
  }
  const { images } = await generateImage({
    model: PROVIDERS[provider](settings).imageModel(model),
    prompt: files ? { images: files.map((path) => readFileSync(path)), text: prompt } : prompt,
    abortSignal: AbortSignal.timeout(60_000),
    ...rest,
  });
  return { images: images.map(({ base64, mediaType }) => ({ base64, mediaType })) };
}

const shown = ({ name, message, statusCode }) => ({ name, message, statusCode });

for await (const line of createInterface({ input: process.stdin })) {
  const requests = [];
  const noted = (address, init) => {
    requests.push(new URL(address).pathname);
    return fetch(address, init);
  };
  const outcome = await run(JSON.parse(line), noted).catch((error) => ({ refused: shown(error) }));
  console.log(JSON.stringify({ ...outcome, requests }));
}
