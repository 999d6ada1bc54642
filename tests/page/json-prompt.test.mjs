/** JSON prompting: what is unusual in a prompt, and changes by the form. */

import assert from "node:assert/strict";
import test from "node:test";

import { change, longColour, removeItem, valueAt } from "../../assets/js/model/json-edits.js";
import { readPrompt, saysNothing } from "../../assets/js/model/json-prompt.js";

test("no text is an empty prompt", () => {
  assert.deepEqual(readPrompt("  \n"), { value: {}, problem: null, doubts: [] });
});

test("a prompt is an object", () => {
  const { value, problem } = readPrompt(" [1]");
  assert.deepEqual(value, {});
  assert.deepEqual(problem, { what: "top", path: undefined, offset: 1, line: 1, column: 2 });
});

test("what the form cannot show is doubted and kept", () => {
  const text = `{"scene": ["x"], "camera": "x", "subjects": [{"type": {}}, "x"],
    "color_palette": ["red", "#abc"], "effects": "x", "own": [{}], "style": 7}`;
  const { value, problem, doubts } = readPrompt(text);
  assert.equal(problem, null);
  assert.deepEqual(value, JSON.parse(text));
  assert.deepEqual(doubts.map(({ what, path }) => `${path} ${what}`), [
    "/scene text", "/subjects/1 notObject", "/subjects/0/type text", "/color_palette/0 colour",
    "/camera notObject", "/effects list",
  ]);
  const [, , , colour] = doubts;
  assert.equal(text.slice(colour.offset).startsWith('"red"'), true);
  assert.equal(colour.line, 2);
});

test("a change leaves the rest of the text as it was typed", () => {
  const text = '{"scene":   "a",\n "own": 1.50}';
  assert.equal(change(text, ["scene"], 'b"'), '{"scene":   "b\\"",\n "own": 1.50}');
});

test("what was not there is written with an indentation of two", () => {
  assert.equal(change("", ["camera", "lens"], "35mm"), `{
  "camera": {
    "lens": "35mm"
  }
}`);
  assert.deepEqual(JSON.parse(change("{}", ["subjects", 0], {})), { subjects: [{}] });
});

test("what is taken away takes with it what then is empty", () => {
  assert.equal(change('{"camera": {"lens": "x"}}', ["camera", "lens"], undefined), "");
  assert.deepEqual(
    JSON.parse(change('{"a": 1, "camera": {"lens": "x", "ISO": 1}}', ["camera", "lens"], undefined)),
    { a: 1, camera: { ISO: 1 } },
  );
});

test("a subject that is emptied keeps its place", () => {
  const text = '{"subjects": [{"type": "x"}, {"type": "y"}]}';
  assert.deepEqual(JSON.parse(change(text, ["subjects", 0, "type"], undefined)), {
    subjects: [{}, { type: "y" }],
  });
});

test("an item is taken out of its list, and the last one with the list", () => {
  assert.deepEqual(JSON.parse(removeItem('{"effects": ["a", "b"]}', "effects", 0)), { effects: ["b"] });
  assert.equal(removeItem('{"effects": ["a"]}', "effects", 0), "");
});

test("a path leads only to what the JSON has itself", () => {
  const value = { camera: { lens: "x" }, subjects: [{ type: "y" }] };
  assert.equal(valueAt(value, ["subjects", 0, "type"]), "y");
  assert.equal(valueAt(value, ["camera", "lens", "deep"]), undefined);
  assert.equal(valueAt(value, ["constructor"]), undefined);
});

test("a prompt of empty things says nothing", () => {
  assert.equal(saysNothing({ subjects: [{}], scene: "", camera: { lens: null } }), true);
  assert.equal(saysNothing({ subjects: [{ ISO: 0 }] }), false);
});

test("colours are written out, as a picker needs them", () => {
  assert.equal(longColour("#aBc"), "#aabbcc");
  assert.equal(longColour("#A0B0C0"), "#a0b0c0");
  for (const none of ["red", "#ab", "#abcd", 7, null]) assert.equal(longColour(none), undefined);
});
