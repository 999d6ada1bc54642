/** Jobs: which is next, what stops the queue, and what an earlier page left behind. */

import assert from "node:assert/strict";
import test from "node:test";

import * as queue from "../../assets/js/model/queue.js";
import { draft, ids, job } from "./samples.mjs";

const never = () => assert.fail("a seed was drawn");

test("each image has a seed, from the locked one on or from a drawn one", () => {
  assert.deepEqual(queue.seedsFor(draft({ n: "3" }), (n) => 100 * n), [300, 301, 302]);
  assert.deepEqual(queue.seedsFor(draft({ n: "2", locked: true, seed: "0" }), never), [0, 1]);
});

test("the next job is the first that waits, one at a time", () => {
  const [failed, first, second] = [job("a", { state: "failed" }), job("b"), job("c")];
  assert.equal(queue.nextJob({ jobs: [failed, first, second], paused: null }), first);
  assert.equal(queue.nextJob({ jobs: [failed], paused: null }), undefined);
  const running = queue.asRunning(first, 5);
  assert.equal(queue.nextJob({ jobs: [running, second], paused: null }), undefined);
});

test("a queue that is paused begins nothing", () => {
  assert.equal(queue.nextJob({ jobs: [job("a")], paused: "insufficient_quota" }), undefined);
});

test("what the next job would meet as well stops the queue, nothing else", () => {
  assert.equal(queue.stopsAt({ code: "insufficient_quota" }), "insufficient_quota");
  for (const failure of [null, { code: "content_policy_violation" }, { code: "cancelled" }]) {
    assert.equal(queue.stopsAt(failure), null);
  }
});

test("a job that changes keeps its place, a new one comes last", () => {
  const jobs = [job("a"), job("b")];
  const changed = queue.asFailed(jobs[0], { code: "odd" });
  assert.deepEqual(queue.withJob(jobs, changed), [changed, jobs[1]]);
  assert.deepEqual(ids(queue.withJob(jobs, job("c"))), ["a", "b", "c"]);
  assert.deepEqual(ids(queue.withoutJob(jobs, "a")), ["b"]);
  assert.equal(jobs[0].state, "queued");
});

test("only the images that did not come are asked for again, with their seeds", () => {
  const arrived = [4, 7].reduce(queue.withArrived, job("a"));
  assert.deepEqual(queue.missingRows(arrived), [[3], [5, 6]]);
  assert.deepEqual(queue.missingRows(job("a")), [[3, 4, 5, 6, 7]]);
});

test("a page with something unfinished is busy", () => {
  const failed = queue.asFailed(job("a"), { code: "odd" });
  assert.equal(queue.isBusy([failed]), false);
  assert.equal(queue.isBusy([failed, job("b")]), true);
  assert.equal(queue.isBusy([queue.asRunning(job("a"), 1)]), true);
  assert.equal(queue.isWaiting([queue.asRunning(job("a"), 1)]), false);
});

test("jobs of pages that are gone are taken over, oldest first, and say what became of them", () => {
  const kept = [
    job("late", { page: "gone", created: 3 }),
    job("cut", { page: "gone", created: 1, state: "running" }),
    job("failed", { page: "gone", created: 2, state: "failed", failure: { code: "odd" } }),
    job("living", { page: "other" }),
    job("own", { page: "this" }),
  ];
  const orphans = queue.orphans(kept, "this", new Set(["other"]));
  assert.deepEqual(orphans.map(({ id, page, state, failure }) => [id, page, state, failure.code]), [
    ["cut", "this", "failed", "interrupted"],
    ["failed", "this", "failed", "odd"],
    ["late", "this", "failed", "waited"],
  ]);
});
