/** Jobs in one line, and time as a clock shows it. */

import assert from "node:assert/strict";
import test from "node:test";

import { asFailed, asRunning } from "../../assets/js/model/queue.js";
import { clock, workOf } from "../../assets/js/model/work.js";
import { job } from "./samples.mjs";

test("jobs are counted, from when the first of those that run began", () => {
  const jobs = [
    asFailed(job("a"), { code: "odd" }), asRunning(job("b"), 900), asRunning(job("c"), 700), job("d"),
  ];
  assert.deepEqual(workOf({ jobs, resumesAt: null }),
    { running: 2, waiting: 1, failed: 1, since: 700, until: null });
});

test("a time to go on counts only where something waits", () => {
  assert.equal(workOf({ jobs: [job("a")], resumesAt: 5 }).until, 5);
  assert.equal(workOf({ jobs: [asRunning(job("a"), 1)], resumesAt: 5 }).until, null);
});

test("minutes and seconds are those of a clock", () => {
  assert.deepEqual([-5, 0, 14_000, 60_000, 754_499].map(clock), ["0:00", "0:00", "0:14", "1:00", "12:34"]);
});
