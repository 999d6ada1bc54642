/** Results that come and go, and the dialogs over them. */

import assert from "node:assert/strict";
import test from "node:test";

import * as gallery from "../../assets/js/model/gallery.js";
import { draft, reference, result } from "./samples.mjs";

const [old, middle, fresh] = [1, 2, 3].map((created) => result(`r${created}`, { created }));

test("results are in order, newest first, and none is there twice", () => {
  const results = gallery.withResults([fresh], [old, { ...fresh, seconds: 0 }, middle]);
  assert.deepEqual(results, [fresh, middle, old]);
});

test("what was deleted comes back to its place", () => {
  const results = [fresh, middle, old];
  const left = gallery.withoutResults(results, new Set([fresh.id, old.id]));
  assert.deepEqual(left, [middle]);
  assert.deepEqual(gallery.withResults(left, [old, fresh]), results);
});

test("a dialog that shows nothing any more gives way to the one below it", () => {
  const compare = { name: "compare", ids: ["r1", "r2"] };
  const view = { name: "view", id: "r3", from: compare };
  assert.deepEqual(gallery.dialogWith(view, new Set(["r1"])), { ...compare, from: null });
  assert.equal(gallery.dialogWith(view, new Set()), null);
  assert.deepEqual(gallery.dialogWith(view, new Set(["r3"])), { ...view, from: null });
});

test("a dialog that shows no result stays", () => {
  const key = { name: "key", from: { name: "view", id: "r1" } };
  assert.deepEqual(gallery.dialogWith(key, new Set()), { name: "key", from: null });
  assert.equal(gallery.dialogWith(null, new Set()), null);
});

test("beyond the first and the last there is no result", () => {
  const results = [fresh, middle, old];
  assert.equal(gallery.neighbour(results, middle.id, 1), old);
  assert.equal(gallery.neighbour(results, middle.id, -1), fresh);
  assert.equal(gallery.neighbour(results, fresh.id, -1), undefined);
  assert.equal(gallery.neighbour(results, old.id, 1), undefined);
});

test("of a result that is gone there is none, and nothing is beside it", () => {
  for (const by of [-1, 0, 1]) assert.equal(gallery.neighbour([fresh], "gone", by), undefined);
});

test("what makes a result again is its draft with the seed that it had", () => {
  const asked = draft({ n: "3", seed: "1", locked: false });
  assert.deepEqual(gallery.again(result("a", { asked })), {
    ...asked, seed: "7", locked: true, n: "1",
  });
});

test("a job takes as long as the last one of its kind", () => {
  const results = [result("a", { seconds: 3.6 }), result("b", { seconds: 9 })];
  assert.equal(gallery.usualSeconds(draft(), results), 4);
  assert.equal(gallery.usualSeconds(draft({ steps: "30" }), results), undefined);
  assert.equal(gallery.usualSeconds(draft({ width: "512" }), results), undefined);
  assert.equal(gallery.usualSeconds(draft(), [result("a", { seconds: 0.2 })]), 1);
  assert.equal(gallery.usualSeconds(draft(), [result("a", { seconds: 0 })]), undefined);
});

test("the room is that of pictures, small pictures and reference images", () => {
  const full = result("a", { thumbnail: new Blob(["12"]), references: [reference("image/png", 3)] });
  assert.equal(gallery.roomOf([full, result("b")]), 5 + 2 + 3 + 5);
});

test("what another tab says of a result counts, but pictures that are shown stay", () => {
  const [small, other] = [new Blob(["s"]), new Blob(["o"])];
  const shown = result("a", { thumbnail: small });
  const bare = result("b");
  const news = [{ ...shown, thumbnail: other, starred: true }, { ...bare, thumbnail: other }];
  const [a, b, c] = gallery.withNews([shown, bare, fresh], news);
  assert.deepEqual([a.starred, a.thumbnail, a.blob], [true, small, shown.blob]);
  assert.equal(b.thumbnail, other);
  assert.deepEqual(c, { ...fresh, starred: undefined });
});

test("images of one job are beside each other by their seeds, where the newest of them is", () => {
  const made = (id, created, seed, job) =>
    result(id, { created, job, actual: { ...result("x").actual, seed } });
  const [a, b, c] = [made("a", 4, 9, "j"), made("b", 5, 7, "j"), made("c", 7, 8, "j")];
  const other = made("other", 6, 1, "k");
  assert.deepEqual(gallery.withResults([], [a, other, c, b, old]), [b, c, a, other, old]);
});

test("room is nearly used up from four fifths on, where that is known", () => {
  assert.equal(gallery.isNearlyFull(null), false);
  assert.equal(gallery.isNearlyFull({ usage: 79, quota: 100 }), false);
  assert.equal(gallery.isNearlyFull({ usage: 80, quota: 100 }), true);
});
