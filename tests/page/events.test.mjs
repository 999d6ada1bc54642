/** Server-sent events, however the network cuts them. */

import assert from "node:assert/strict";
import test from "node:test";

import { ApiError } from "../../assets/js/model/errors.js";
import { readEvents } from "../../assets/js/model/events.js";

async function* pieces(...texts) {
  yield* texts;
}

const read = (...texts) => Array.fromAsync(readEvents(pieces(...texts)));

const TEXT = 'event: one\ndata: {"n":1}\n\n: a comment\n\ndata:{"n":"貓"}\n\n';

test("each line of data is an event", async () => {
  assert.deepEqual(await read(TEXT), [{ n: 1 }, { n: "貓" }]);
});

test("it does not matter where the text is cut", async () => {
  const whole = await read(TEXT);
  assert.deepEqual(await read(...TEXT), whole);
  for (let cut = 0; cut <= TEXT.length; cut += 1) {
    assert.deepEqual(await read(TEXT.slice(0, cut), TEXT.slice(cut)), whole);
  }
});

test("a line without its end is no event", async () => {
  assert.deepEqual(await read('data: {"n":1}\n\ndata: {"n":2}'), [{ n: 1 }]);
});

test("data that is no JSON is odd", async () => {
  await assert.rejects(read("data: <html>\n"), (error) =>
    error instanceof ApiError && error.code === "odd");
});
