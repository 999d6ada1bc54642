/** What `/health` says, as the page shows it. */

import assert from "node:assert/strict";
import test from "node:test";

import { isFine, toHealth } from "../../assets/js/model/health.js";

test("what is missing and what is malformed are told apart", () => {
  const problems = ["ACCOUNT environment variable is required", "CACHE_TTL must be a number"];
  const health = toHealth({ mode: "Not Configured", problems });
  assert.deepEqual(health, {
    light: "bad",
    missing: ["ACCOUNT"],
    malformed: ["CACHE_TTL must be a number"],
  });
  assert.equal(isFine(health), false);
});

test("the demo says that it is one", () => {
  const health = toHealth({ mode: "Demo", problems: [] });
  assert.equal(health.light, "demo");
  assert.equal(isFine(health), true);
});
