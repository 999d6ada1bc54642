/** What a prompt is called where there is one line for it, and the file of an image. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULTS } from "../../assets/js/model/draft.js";
import { fileName, titleOf } from "../../assets/js/model/names.js";

/** @param {string} json */
const title = (json) => titleOf({ ...DEFAULTS, mode: "json", json });

test("a text is its own title, a JSON prompt has that of its scene", () => {
  assert.equal(titleOf({ ...DEFAULTS, text: "a boat", json: '{"scene": "x"}' }), "a boat");
  assert.equal(title('{"style": "photo", "scene": " a night\\nmarket "}'), "a night\nmarket");
});

test("without a scene it is the JSON in one line, whatever that says", () => {
  assert.equal(title('{"scene": "",\n  "style": "photo"}'), '{"scene": "", "style": "photo"}');
  for (const json of ["{", "null", "7", '{"scene": 7}', '{"scene": ["a"]}', ""]) {
    assert.equal(title(json), json);
  }
});

test("a file is called by its title and its seed", () => {
  const result = { asked: { ...DEFAULTS, mode: "json", json: '{"scene": "A fox, asleep!"}' }, actual: { seed: 7 } };
  assert.equal(fileName({ ...result, blob: new Blob([], { type: "image/png" }) }), "a-fox-asleep-7.png");
});
