/** A request as code. tests/browser runs what is shown; here is what it must hold. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";

import { snippets } from "../../assets/js/model/code.js";
import { reference } from "./samples.mjs";

const fields = (changes = {}) =>
  ({ prompt: "a boat", model: "flux-2-dev", size: "1024x1024", steps: 25, ...changes });
const request = (changes, references = []) =>
  ({ origin: "https://example.com", fields: fields(changes), references });

/** The code in one language. */
const write = (language, wish) => snippets(wish).find((one) => one.language === language).text;

/** What a shell hands to curl. */
function shellArguments(code) {
  const script = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${code}`;
  const { stdout, status } = spawnSync("sh", ["-c", script], { env: { API_MASTER_KEY: "the key" } });
  assert.equal(status, 0);
  return String(stdout).split("\0").slice(0, -1);
}

for (const { language } of snippets(request())) {
  test(`the key comes from the environment: ${language}`, () => {
    const code = write(language, request());
    assert.match(code, /API_MASTER_KEY/);
    assert.match(code, /https:\/\/example\.com\/v1/);
  });

  test(`reference images are sent as the files that they are downloaded as: ${language}`, () => {
    const code = write(language, request({}, [reference("image/png"), reference("image/jpeg")]));
    assert.match(code, /reference-0\.png[^]*reference-1\.jpg/);
  });
}

test("a shell hands on a prompt as it was typed", () => {
  const prompt = 'It\'s "x" $(date) `date` \\ @home\n<貓>';
  const plain = shellArguments(write("curl", request({ prompt })));
  assert.ok(plain.includes("Authorization: Bearer the key"));
  assert.deepEqual(JSON.parse(plain[plain.indexOf("-d") + 1]), fields({ prompt }));
  const form = shellArguments(write("curl", request({ prompt }, [reference()])));
  assert.ok(form.includes(`prompt=${prompt}`));
  assert.ok(form.includes("input_image_0=@reference-0.png"));
});

test("Python has its own constants, and imports only what it needs", () => {
  const prompt = { on: true, off: false, none: null, list: [], deep: { "\u2028": 1 } };
  const code = write("Python (openai)", request({ prompt }));
  for (const part of ['"on": True', '"off": False', '"none": None', '"list": []', '"\\u2028": 1']) {
    assert.ok(code.includes(part), part);
  }
  assert.match(code, /^import json$/m);
  assert.doesNotMatch(write("Python (openai)", request()), /^import json$/m);
});

test("what OpenAI's client does not know goes into its extra body", () => {
  const code = write("Python (openai)", request({ n: 2, seed: 5 }));
  assert.match(code, /^ {4}n=2,$/m);
  assert.match(code, /extra_body=\{\n {8}"steps": 25,\n {8}"seed": 5,\n {4}\},/);
  assert.match(code, /images\.generate\(/);
  assert.match(write("Python (openai)", request({}, [reference()])), /images\.edit\([^]*image=\[open\("reference-0/);
});

test("a name that means something else to JavaScript stays a name", () => {
  const code = write("JavaScript", request({ prompt: JSON.parse('{"__proto__": {"a": 1}}') }));
  const [, literal] = /const body = JSON\.stringify\(([^]*?)\);\n/.exec(code);
  const { prompt } = new Function(`return ${literal}`)();
  assert.deepEqual(Object.keys(prompt), ["__proto__"]);
});
