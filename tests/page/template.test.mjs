/** Prompts with variables: what they are, what they become, and how many there will be. */

import assert from "node:assert/strict";
import test from "node:test";

import { listsOf, readTable } from "../../assets/js/model/table.js";
import { fill, layOut, valuesOf, variablesOf } from "../../assets/js/model/template.js";
import { draft } from "./samples.mjs";

const text = (words) => draft({ text: words });
const json = (value) => draft({ mode: "json", json: JSON.stringify(value) });
const rows = ({ count, at }) => Array.from({ length: count }, (_, index) => at(index));

test("variables are names in braces, each once, in any script", () => {
  assert.deepEqual(variablesOf(text("a {animal} in { place }, {animal} again")), ["animal", "place"]);
  assert.deepEqual(variablesOf(text("一隻{動物}在{time of day}")), ["動物", "time of day"]);
  assert.deepEqual(variablesOf(text("nothing { } {} {a\nb} {")), []);
  assert.deepEqual(variablesOf(text(" ")), []);
});

test("doubled braces, and JSON that was typed as text, are no variables", () => {
  assert.deepEqual(variablesOf(text("{{animal}} and {{{place}}}")), ["place"]);
  assert.deepEqual(variablesOf(text('{"scene": "a {place}"}')), ["place"]);
});

test("in JSON the texts are looked at, at any depth, but no names", () => {
  const prompt = { scene: "{place}", subjects: [{ type: "{animal}" }], "{no}": 5, effects: ["{place}", null] };
  assert.deepEqual(variablesOf(json(prompt)), ["place", "animal"]);
  const filled = fill(json(prompt), { place: 'a "bar"', animal: "cat\\n", no: "yes" });
  assert.deepEqual(JSON.parse(filled.json), {
    scene: 'a "bar"', subjects: [{ type: "cat\\n" }], "{no}": 5, effects: ['a "bar"', null],
  });
});

test("values take the place of variables as they are, and doubled braces become single ones", () => {
  const row = { animal: "{place} $& $1", place: "Rome" };
  assert.equal(fill(text("a {animal} in { place }: {{x}}"), row).text, "a {place} $& $1 in Rome: {x}");
  assert.equal(fill(text("{constructor} {__proto__}"), {}).text, "{constructor} {__proto__}");
});

test("all combinations are as many as the lists multiplied, the last variable changing fastest", () => {
  const lists = { animal: "cat\n\n dog \n", place: "Rome\nOslo\nLima" };
  const layout = layOut(["animal", "place"], { lists, by: "all" });
  assert.equal(layout.problem, null);
  assert.deepEqual(rows(layout).map(({ animal, place }) => `${animal} ${place}`),
    ["cat Rome", "cat Oslo", "cat Lima", "dog Rome", "dog Oslo", "dog Lima"]);
});

test("row by row the lists go side by side, and an empty line is a value", () => {
  const lists = { animal: "cat\ndog\nowl\n\n", mood: "\nsad\nglad" };
  const layout = layOut(["animal", "mood"], { lists, by: "rows" });
  assert.equal(layout.problem, null);
  assert.deepEqual(rows(layout)[0], { animal: "cat", mood: "" });
  assert.deepEqual(rows(layout)[2], { animal: "owl", mood: "glad" });
  assert.deepEqual(valuesOf("\n \n", "rows"), []);
});

test("lists that do not fit together are told, with what to mend", () => {
  const problem = (lists, by) => layOut(["a", "b"], { lists, by }).problem;
  assert.deepEqual(problem({ a: "1", b: " " }, "all"), { name: "vary.empty", values: { name: "b" } });
  assert.equal(problem({ a: "1\n2", b: "1" }, "all"), null);
  assert.deepEqual(problem({ a: "1\n2", b: "1" }, "rows"),
    { name: "vary.uneven", values: { first: "a", many: 2, name: "b", few: 1 } });
  const fifty = Array.from({ length: 50 }, (_, index) => index).join("\n");
  assert.equal(problem({ a: fifty, b: "1\n".repeat(20) }, "all"), null);
  assert.deepEqual(problem({ a: fifty, b: "1\n".repeat(21) }, "all"),
    { name: "vary.many", values: { count: 1050, most: 1000 } });
});

test("what nobody asks for is not written out", () => {
  const lists = Object.fromEntries([..."abcdefgh"].map((name) => [name, "1\n".repeat(1000)]));
  assert.equal(layOut([..."abcdefgh"], { lists, by: "all" }).count, 1e24);
});

test("a table is read with commas, semicolons or tabs, quotes, and any line ends", () => {
  assert.deepEqual(readTable('\ufeff"a",b\r\n"x, ""y""",2\r\n\r\n"two\nlines", z \r\n'),
    [["a", "b"], ['x, "y"', "2"], ["two\nlines", "z"]]);
  assert.deepEqual(readTable('"""a""";\n;b'), [['"a"', ""], ["", "b"]]);
  assert.deepEqual(readTable('a\tb\r"x\n'), [["a", "b"], ['"x']]);
  assert.deepEqual(readTable(""), []);
});

test("a table gives its columns to the variables of that name; one without them is none", () => {
  const table = "number,{animal}, place \n1,cat,Rome\n2,,\"New\nYork\"\n3,owl";
  assert.deepEqual(listsOf(table, ["animal", "place"]), { animal: "cat\n\nowl", place: "Rome\nNew York\n" });
  assert.equal(listsOf("cat, black\ndog, white", ["animal"]), null);
  assert.equal(listsOf("animal", ["animal"]), null);
  assert.equal(listsOf("", ["animal"]), null);
});
