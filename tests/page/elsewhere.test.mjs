// Images that are kept on the server, as the gallery has them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { forgettable, markOf, mayStillCome, sift, toResult } from "../../assets/js/model/elsewhere.js";

const image = (id, more = {}) => ({ id, prompt: "a boat", ...more });
const gone = (id) => ({ id, deleted: true });

test("what is new is what is not here, down to where the list was read before", () => {
  const page = [image("d"), gone("c"), image("b"), image("a")];
  const sifted = sift(page, { top: "a", known: new Set(["b"]) });
  assert.deepEqual(sifted.fresh.map(({ id }) => id), ["d"]);
  assert.deepEqual(sifted.gone, ["c"]);
  assert.equal(sifted.isEnd, true);
});

test("one that was deleted since is not where the list was read before", () => {
  const page = [gone("a"), image("b")];
  assert.equal(sift(page, { top: markOf(image("a")), known: new Set() }).isEnd, false);
  assert.equal(sift(page, { top: markOf(gone("a")), known: new Set() }).isEnd, true);
});

test("a result has the settings that it was made with", () => {
  const made = image("img_1", {
    created_at: 12, url: "https://x/y", request_id: "req_1", model: "@cf/black-forest-labs/flux-2-dev",
    size: "512x256", steps: 7, guidance: 2.5, seed: 3, references: 2, output_format: "png",
    cost: { neurons: 1, usd: 2 },
  });
  const { asked, ...result } = toResult(made, "key_1");
  assert.deepEqual(result, {
    id: "img_1", keptBy: "key_1", job: "req_1", created: 12_000, references: [], lacking: 2, seconds: 0,
    actual: {
      model: made.model, size: "512x256", steps: 7, seed: 3, format: "png", cost: made.cost,
    },
  });
  const { mode, text, width, height, steps, guidance, seed, locked } = asked;
  assert.deepEqual({ mode, text, width, height, steps, guidance, seed, locked }, {
    mode: "text", text: "a boat", width: "512", height: "256", steps: "7", guidance: "2.5", seed: "3",
    locked: true,
  });
});

test("an object is a JSON prompt, and nothing else is", () => {
  const modeOf = (prompt) => toResult(image("a", { prompt, model: "m", size: "1x1" }), "owner").asked.mode;
  assert.deepEqual(['{"scene":"x"}', "[1]", "12", "{a boat}"].map(modeOf), ["json", "text", "text", "text"]);
});

test("the server forgets what nobody can bring back, of the key that is in use", () => {
  const unwanted = [{ id: "a", keptBy: "me" }, { id: "b", keptBy: "me" }, { id: "c", keptBy: "other" }];
  const state = { account: { id: "me" }, removed: [{ id: "b" }] };
  assert.deepEqual(forgettable(unwanted, state).map(({ id }) => id), ["a"]);
  assert.deepEqual(forgettable(unwanted, { ...state, account: null }), []);
});

test("what was made a moment ago may not be written down yet", () => {
  assert.equal(mayStillCome({ created: 0 }, 59_000), true);
  assert.equal(mayStillCome({ created: 0 }, 61_000), false);
});
