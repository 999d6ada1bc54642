/** What is composed: taken over from elsewhere, checked, and sent. */

import assert from "node:assert/strict";
import test from "node:test";

import { LARGEST_SEED, LONGEST_PROMPT } from "../../assets/js/model/catalog.js";
import { DEFAULTS, adopt, isBlank, problems } from "../../assets/js/model/draft.js";
import { extension, fileName, referenceName } from "../../assets/js/model/names.js";
import { asText, toFields, toSettings } from "../../assets/js/model/request.js";
import { draft, reference, result } from "./samples.mjs";

test("a draft of another version becomes one of today", () => {
  assert.deepEqual(adopt(null), DEFAULTS);
  assert.deepEqual(adopt({ text: "x", n: 3, own: 1, model: "flux-1" }), { ...DEFAULTS, text: "x" });
});

test("a size that is not among those to choose is a free one", () => {
  assert.equal(adopt({ width: "1000", height: "1000" }).free, true);
  assert.equal(adopt({ width: "1024", height: "768" }).free, false);
});

test("a prompt of white space is blank", () => {
  assert.deepEqual(problems(draft({ text: " \n" })), { prompt: { name: "problem.blank" } });
  assert.equal(isBlank(draft({ text: " ", json: "{" })), false);
  assert.equal(isBlank(draft({ text: " " })), true);
});

test("the length of a prompt is counted in characters, as the API does", () => {
  assert.deepEqual(problems(draft({ text: "🐈".repeat(LONGEST_PROMPT) })), {});
  assert.deepEqual(problems(draft({ text: "🐈".repeat(LONGEST_PROMPT + 1) })).prompt, {
    name: "problem.long", values: { length: LONGEST_PROMPT + 1, most: LONGEST_PROMPT },
  });
});

test("JSON must be JSON and say something", () => {
  const problem = (json) => problems(draft({ mode: "json", json })).prompt?.name;
  assert.equal(problem("{"), "problem.json");
  assert.equal(problem('{"scene": ""}'), "problem.blank");
  assert.equal(problem('{"scene": "x"}'), undefined);
});

test("numbers stay within their bounds and are written in digits", () => {
  const wrong = (changes) => Object.keys(problems(draft(changes)));
  assert.deepEqual(wrong({ width: "255" }), ["width"]);
  assert.deepEqual(wrong({ width: "256", height: "2048" }), []);
  assert.deepEqual(wrong({ n: "1.5", steps: "1e1" }), ["steps", "n"]);
  assert.deepEqual(wrong({ guidance: "20.1" }), ["guidance"]);
  assert.deepEqual(wrong({ guidance: ".5" }), []);
  assert.deepEqual(wrong({ n: "" }), ["n"]);
});

test("what the model does not know is not checked", () => {
  assert.deepEqual(problems(draft({ model: "flux-2-klein-4b", steps: "", guidance: "x" })), {});
  assert.deepEqual(problems(draft({ seed: "x", locked: false })), {});
});

test("the seeds of all images of a job must be valid", () => {
  const locked = { locked: true, seed: String(LARGEST_SEED) };
  assert.deepEqual(problems(draft(locked)), {});
  assert.deepEqual(problems(draft({ ...locked, n: "2" })).seed.values, {
    low: 0, high: LARGEST_SEED - 1,
  });
});

test("what is wrong comes in the order of the page", () => {
  const wrong = { text: "", width: "", n: "", steps: "", seed: "x", locked: true };
  assert.deepEqual(Object.keys(problems(draft(wrong))), ["prompt", "width", "steps", "n", "seed"]);
});

test("only what does something for the model is sent", () => {
  assert.deepEqual(toFields(draft({ width: "0768", guidance: " 2.50 ", seed: "9", n: "2" })), {
    prompt: "a boat", model: "flux-2-dev", size: "768x1024", steps: 25, guidance: 2.5, n: 2,
  });
  const klein = { model: "flux-2-klein-4b", guidance: "2", seed: "9", locked: true };
  assert.deepEqual(toSettings(draft(klein)), { model: klein.model, size: "1024x1024", seed: 9 });
});

test("a JSON prompt is sent as an object, and in a form as JSON", () => {
  const { prompt } = toFields(draft({ mode: "json", json: '{ "scene": "x" }' }));
  assert.deepEqual(prompt, { scene: "x" });
  assert.equal(asText(prompt), '{"scene":"x"}');
  assert.equal(asText(7), "7");
});

test("files are called by what they show", () => {
  const named = (asked) => fileName(result("1", { asked: draft(asked) }));
  assert.equal(named({ text: "A Boat,\n at sea!" }), "a-boat-at-sea-7.jpg");
  assert.equal(named({ text: "一艘船" }), "一艘船-7.jpg");
  assert.equal(named({ text: "!?" }), "image-7.jpg");
  assert.equal(named({ text: "x".repeat(90) }), `${"x".repeat(60)}-7.jpg`);
  assert.equal(named({ mode: "json", json: '{"style": "x", "scene": "A cat"}' }), "a-cat-7.jpg");
  assert.equal(named({ mode: "json", json: "{broken" }), "broken-7.jpg");
});

test("reference images are called by their place and type", () => {
  assert.equal(referenceName(reference("image/webp"), 2), "reference-2.webp");
  assert.equal(extension("image/bmp"), "bin");
});
