/** Jobs: which may begin, what stops the queue, and what an earlier page left behind. */

import assert from "node:assert/strict";
import test from "node:test";

import * as queue from "../../assets/js/model/queue.js";
import { draft, ids, job } from "./samples.mjs";

const never = () => assert.fail("a seed was drawn");

test("each image has a seed, from the locked one on or from a drawn one", () => {
  assert.deepEqual(queue.seedsFor(draft({ n: "3" }), (n) => 100 * n), [300, 301, 302]);
  assert.deepEqual(queue.seedsFor(draft({ n: "2", locked: true, seed: "0" }), never), [0, 1]);
});

const atOnce = 4;
const four = { seeds: [1, 2, 3, 4] };
const next = (...jobs) => queue.nextJob({ jobs, paused: null, atOnce });

test("the next job is the first that waits, while there is room for it beside what runs", () => {
  const [failed, first, second] = [job("a", { state: "failed" }), job("b"), job("c")];
  assert.equal(next(failed, first, second), first);
  assert.equal(next(failed), undefined);
  const one = queue.asRunning(job("d", { seeds: [1] }), 5);
  assert.equal(next(one, job("e", four)), undefined);
  assert.equal(next(one, job("e", { seeds: [1, 2, 3] })).id, "e");
});

test("nothing overtakes, and a job of many images is begun alone", () => {
  const one = queue.asRunning(job("a", { seeds: [1] }), 5);
  assert.equal(next(one, job("b", four), job("c", { seeds: [1] })), undefined);
  assert.equal(next(job("d", { seeds: [1, 2, 3, 4, 5, 6] })).id, "d");
  assert.equal(queue.nextJob({ jobs: [job("b", four)], paused: null, atOnce: 1 }).id, "b");
});

test("an image that has come makes room for the next", () => {
  const running = queue.asRunning(job("a", four), 5);
  const waiting = job("b", { seeds: [9] });
  assert.equal(next(running, waiting), undefined);
  assert.equal(next(queue.withArrived(running, 3), waiting), waiting);
});

test("a queue that is paused begins nothing", () => {
  const state = { jobs: [job("a")], paused: "insufficient_quota", atOnce };
  assert.equal(queue.nextJob(state), undefined);
});

test("fewer are sent at once to a busy server, and more again as it serves them", () => {
  assert.deepEqual([4, 3, 1].map((count) => queue.nextAtOnce(count, true)), [2, 1, 1]);
  assert.deepEqual([1, 3, 4].map((count) => queue.nextAtOnce(count, false)), [2, 4, 4]);
});

test("what a busy server has refused is sent again by itself, as late as it says, and not for ever", () => {
  const busy = { code: "rate_limit_exceeded", retryAfter: 7 };
  assert.equal(queue.secondsToWait(job("a"), busy), 7);
  assert.equal(queue.secondsToWait(job("a", { tries: 5 }), busy), 32);
  assert.equal(queue.secondsToWait(job("a", { tries: 9 }), busy), 60);
  assert.equal(queue.secondsToWait(job("a", { tries: 10 }), busy), null);
  const again = queue.asQueued(queue.asRunning(job("a"), 5));
  assert.deepEqual([again.state, again.started, again.tries], ["queued", null, 1]);
});

test("what may have been made is not sent again by itself", () => {
  const busy = { code: "rate_limit_exceeded", retryAfter: 7 };
  assert.equal(queue.secondsToWait(job("a", { arrived: [3] }), busy), null);
  assert.equal(queue.secondsToWait(job("a"), { code: "rate_limit_exceeded", retryAfter: 0 }), null);
  for (const code of ["upstream_timeout", "unreachable", "insufficient_quota"]) {
    assert.equal(queue.secondsToWait(job("a"), { code, retryAfter: 7 }), null);
  }
});

test("a queue is at rest where nothing more comes by itself", () => {
  const failed = queue.asFailed(job("a"), { code: "odd" });
  const atRest = (jobs, paused = null, resumesAt = null) => queue.isAtRest({ jobs, paused, resumesAt });
  assert.equal(atRest([failed]), true);
  assert.equal(atRest([failed, queue.asRunning(job("b"), 1)]), false);
  assert.equal(atRest([job("b")], "insufficient_quota"), true);
  assert.equal(atRest([job("b")], "rate_limit_exceeded", 5), false);
  assert.equal(atRest([job("b")], "offline"), false);
});

test("time is shown while something runs or waits for a time", () => {
  assert.equal(queue.isTimed({ jobs: [job("a")], resumesAt: null }), false);
  assert.equal(queue.isTimed({ jobs: [job("a")], resumesAt: 5 }), true);
  assert.equal(queue.isTimed({ jobs: [queue.asRunning(job("a"), 1)], resumesAt: null }), true);
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
