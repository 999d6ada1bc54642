/** The only module that speaks to the server. */

import { asText, referenceName } from "./request.js";

/** What went wrong, as the API's error `code`, or one of our own: unreachable, broken_off, odd. */
export class ApiError extends Error {
  constructor(code, { message = "", retryAfter = 0 } = {}) {
    super(message);
    Object.assign(this, { code, retryAfter });
  }
}

const VARIABLES = {
  token_configured: "CF_API_TOKEN",
  account_configured: "ACCOUNT",
  api_key_configured: "API_MASTER_KEY",
};

/** The names of the required variables that this deployment lacks. */
export async function missingVariables() {
  const health = await (await request("/health", { cache: "no-store" })).json();
  return Object.keys(VARIABLES).filter((field) => !health[field]).map((field) => VARIABLES[field]);
}

/** Whether a key could be one at all: a header takes visible ASCII only. */
export const couldBeKey = (key) => /^[\x21-\x7e]+$/.test(key);

/** Throws `invalid_api_key` if the server does not take the key; costs nothing. */
export async function checkKey(key) {
  await request("/v1/models", { headers: authorization(key), cache: "no-store" });
}

/** Makes images; calls `arrived({blob, seed, actual})` for each, in the order they come.
 *
 * What `arrived` does for one image does not keep the next from coming, since all are paid for; it
 * is done when this ends, in whichever way. Throws an ApiError if one or more do not come, and
 * what `arrived` threw.
 */
export async function generate({ key, fields, references }, signal, arrived) {
  const wish = { ...fields, stream: true };
  const headers = authorization(key);
  if (!references.length) headers["Content-Type"] = "application/json";
  const body = references.length ? form(wish, references) : JSON.stringify(wish);
  const response = await request("/v1/images/generations", { method: "POST", headers, body, signal });
  let missing = fields.n ?? 1;
  const kept = [];
  try {
    for await (const event of events(response)) {
      if (event.error) throw fromDocument(event, response);
      kept.push(arrived(toImage(event)));
      kept.at(-1).catch(() => {}); // thrown at the end
      missing -= 1;
    }
  } finally {
    await Promise.allSettled(kept);
    await Promise.all(kept);
  }
  if (missing > 0) throw new ApiError("broken_off");
}

const authorization = (key) => ({ Authorization: `Bearer ${key}` });

function form(fields, references) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, asText(value));
  references.forEach((reference, index) =>
    data.append(`input_image_${index}`, reference.blob, referenceName(reference, index)));
  return data;
}

async function request(path, options) {
  const response = await fetch(path, options).catch((error) => {
    if (options.signal?.aborted) throw error;
    throw new ApiError("unreachable");
  });
  if (response.ok) return response;
  throw fromDocument(await response.json().catch(() => null), response);
}

function fromDocument(document, response) {
  const { code, message } = document?.error ?? {};
  const retryAfter = Number(response.headers.get("retry-after")) || 0;
  return new ApiError(code ?? "odd", { message, retryAfter });
}

/** The JSON of each server-sent event (WHATWG HTML, 9.2); our server sends one data line each. */
async function* events(response) {
  let unfinished = [];
  for await (const piece of pieces(response)) {
    const [first, ...rest] = piece.split("\n");
    unfinished.push(first);
    for (const begun of rest) {
      const line = unfinished.join("");
      unfinished = [begun];
      if (line.startsWith("data:")) yield parsed(line.slice(5));
    }
  }
}

async function* pieces(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw error.name === "AbortError" ? error : new ApiError("broken_off");
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("odd");
  }
}

function toImage({ b64_json: base64, output_format: format, seed, size, steps, model, cost }) {
  if (!base64) throw new ApiError("odd");
  const bytes = Uint8Array.fromBase64?.(base64)
    ?? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const blob = new Blob([bytes], { type: `image/${format}` });
  return { blob, seed, actual: { model, size, steps, seed, format, cost } };
}
