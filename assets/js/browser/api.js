/** The only module that speaks to the server. */

import { ApiError } from "../model/errors.js";
import { readEvents } from "../model/events.js";
import { toHealth } from "../model/health.js";
import { referenceName } from "../model/names.js";
import { asText } from "../model/request.js";

/** @import { Arrival, Reference } from "../model/state.js" */
/** @import { Account, Fields } from "../model/wire.js" */

/** What the deployment says of itself. */
export async function readHealth() {
  return toHealth(await (await request("/health", { cache: "no-store" })).json());
}

/** Whether a key could be one at all: a header takes visible ASCII only.
 *
 * @param {string} key
 */
export const couldBeKey = (key) => /^[\x21-\x7e]+$/.test(key);

/** Whose key it is, and what may be done with it. Throws `invalid_api_key` if the server does not
 * take it; costs nothing.
 *
 * @param {string} key
 * @returns {Promise<Account>}
 */
export const readAccount = (key) => ask(key, "GET", "/v1/key");

/** Any other thing to ask with a key, with fields as JSON.
 *
 * @param {string} key
 * @param {string} method
 * @param {string} path
 * @param {Record<string, unknown>} [fields]
 * @param {Record<string, string>} [more] headers
 * @returns {Promise<any>}
 */
export async function ask(key, method, path, fields, more) {
  const sent = fields ? message(key, fields, []) : { headers: authorization(key) };
  const headers = { ...sent.headers, ...more };
  const keepalive = method === "DELETE"; // though the page is left
  return (await request(path, { ...sent, method, headers, cache: "no-store", keepalive })).json();
}

/** A file of the server's; without a key one that needs none.
 *
 * @param {string} path
 * @param {string} [key]
 */
export async function readFile(path, key) {
  const response = await request(path, key ? { headers: authorization(key) } : {});
  return response.blob().catch(() => {
    throw new ApiError("broken_off");
  });
}

/** Makes images; calls `arrived` for each, in the order they come.
 *
 * What `arrived` does for one image does not keep the next from coming, since all are paid for; it
 * is done when this ends, in whichever way. Throws an ApiError if one or more do not come, and
 * what `arrived` threw.
 *
 * @param {{key: string, fields: Fields, references: Reference[]}} wish
 * @param {AbortSignal} signal
 * @param {(image: Arrival) => Promise<void>} arrived
 */
export async function generate({ key, fields, references }, signal, arrived) {
  const options = { method: "POST", ...message(key, { ...fields, stream: true }, references) };
  const response = await request("/v1/images/generations", { ...options, signal });
  let missing = fields.n ?? 1;
  const kept = [];
  try {
    for await (const event of readEvents(pieces(response))) {
      if (event.error) throw fromDocument(event, response);
      const keeping = arrived(toImage(event));
      kept.push(keeping);
      keeping.catch(() => {}); // thrown at the end
      missing -= 1;
    }
  } finally {
    await Promise.allSettled(kept);
    await Promise.all(kept);
  }
  if (missing > 0) throw new ApiError("broken_off");
}

/** @param {string} key */
const authorization = (key) => ({ Authorization: `Bearer ${key}` });

/** JSON, or a form where there are images in it.
 *
 * @param {string} key
 * @param {Record<string, unknown>} fields
 * @param {Reference[]} references
 */
function message(key, fields, references) {
  const headers = authorization(key);
  if (references.length) return { headers, body: form(fields, references) };
  return {
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  };
}

/**
 * @param {Record<string, unknown>} fields
 * @param {Reference[]} references
 */
function form(fields, references) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, asText(value));
  references.forEach((reference, index) =>
    data.append(`input_image_${index}`, reference.blob, referenceName(reference, index)));
  return data;
}

/**
 * @param {string} path
 * @param {RequestInit} options
 */
async function request(path, options) {
  const response = await fetch(path, options).catch((error) => {
    if (options.signal?.aborted) throw error;
    throw new ApiError("unreachable");
  });
  if (response.ok) return response;
  throw fromDocument(await response.json().catch(() => null), response);
}

/**
 * @param {any} document whatever came as JSON, or null
 * @param {Response} response
 */
function fromDocument(document, response) {
  const { code, message: text, param } = document?.error ?? {};
  const retryAfter = Number(response.headers.get("retry-after")) || 0;
  const requestId = response.headers.get("x-request-id") ?? "";
  return new ApiError(code ?? "odd", { message: text, param: param ?? "", retryAfter, requestId });
}

/**
 * @param {Response} response
 * @returns {AsyncGenerator<string>}
 */
async function* pieces(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw error instanceof Error && error.name === "AbortError" ? error : new ApiError("broken_off");
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * @param {any} event of ours, which the specification describes
 * @returns {Arrival}
 */
function toImage({ b64_json: base64, output_format: format, seed, size, steps, model, cost, kept_id: id }) {
  if (!base64) throw new ApiError("odd");
  const blob = new Blob([toBytes(base64)], { type: `image/${format}` });
  return { id, blob, seed, actual: { model, size, steps, seed, format, cost } };
}

/** @param {string} base64 */
const toBytes = (base64) =>
  Uint8Array.fromBase64?.(base64)
  ?? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
