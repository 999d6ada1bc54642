/** The store tells of changes and passes on gestures. */

import assert from "node:assert/strict";
import test from "node:test";

import { letGo, urlOf } from "../../assets/js/browser/urls.js";
import { store } from "../../assets/js/model/store.js";

test("a change is another state, which nobody can change in place", () => {
  const before = store.state;
  let heard = 0;
  store.addEventListener("change", () => (heard += 1), { once: true });
  store.update({ tried: true });
  assert.equal(heard, 1);
  assert.equal(before.tried, false);
  assert.equal(store.state.tried, true);
  assert.throws(() => (store.state.tried = false), TypeError);
});

test("a gesture is performed before the action goes on, and changes nothing by itself", () => {
  const before = store.state;
  const asked = [];
  store.addEventListener("gesture", ({ detail }) => asked.push(detail));
  store.ask({ name: "focus", field: "prompt" });
  assert.deepEqual(asked, [{ name: "focus", field: "prompt" }]);
  assert.equal(store.state, before);
});

test("a picture has one URL until it is let go", () => {
  const blob = new Blob(["x"]);
  const url = urlOf(blob);
  assert.match(url, /^blob:/);
  assert.equal(urlOf(blob), url);
  letGo(blob);
  assert.notEqual(urlOf(blob), url);
  letGo(blob);
  letGo(new Blob(["never shown"]));
});
