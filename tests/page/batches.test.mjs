/** Batches: what is sent, how it is with them, what comes of them, and what many images cost. */

import assert from "node:assert/strict";
import test from "node:test";

import * as batches from "../../assets/js/model/batches.js";
import { outlook, windowFor } from "../../assets/js/model/outlook.js";
import { account, batch, draft, line } from "./samples.mjs";

const NOW = 1_000_000_000;

test("a batch has one line for each draft, with the fields of a job and links as answers", () => {
  const drafts = [draft({ n: "2" }), draft({ text: "a kite", model: "flux-2-klein-4b", locked: true, seed: "7" })];
  assert.deepEqual(batches.toBatch({ drafts, images: [], window: "7d", title: " a\nboat " }), {
    endpoint: "/v1/images/generations",
    completion_window: "7d",
    requests: [
      { custom_id: "1", method: "POST", url: "/v1/images/generations", body: {
        prompt: "a boat", model: "flux-2-dev", size: "1024x1024", steps: 25, n: 2, response_format: "url" } },
      { custom_id: "2", method: "POST", url: "/v1/images/generations", body: {
        prompt: "a kite", model: "flux-2-klein-4b", size: "1024x1024", seed: 7, response_format: "url" } },
    ],
    metadata: { source: "page", title: "a boat" },
  });
});

test("with reference images the lines are edits, and a long title is cut", () => {
  const sent = batches.toBatch({
    drafts: [draft()], images: ["data:image/png;base64,AA=="], window: "24h", title: "😀".repeat(61) });
  assert.equal(sent.endpoint, "/v1/images/edits");
  assert.equal(sent.requests[0].url, "/v1/images/edits");
  assert.deepEqual(sent.requests[0].body.images, ["data:image/png;base64,AA=="]);
  assert.equal(sent.metadata.title, `${"😀".repeat(59)}…`);
});

test("a batch waits as long as it says, and only while it is in progress", () => {
  const soon = NOW / 1000 + 60;
  assert.equal(batches.stateOf(batch({ resumes_at: soon }), NOW), "waiting");
  assert.equal(batches.stateOf(batch({ resumes_at: soon }), NOW + 60_000), "in_progress");
  assert.equal(batches.stateOf(batch({ status: "cancelling", resumes_at: soon }), NOW), "cancelling");
  assert.equal(batches.stateOf(batch({ resumes_at: null }), NOW), "in_progress");
});

test("those that run are counted together, and wait only if all of them do", () => {
  const at = NOW / 1000;
  const waiting = [batch({ resumes_at: at + 90 }), batch({ resumes_at: at + 60 })];
  const all = [...waiting, batch({ status: "completed" })];
  assert.deepEqual(batches.tally(all, NOW), { running: 2, isKnown: true, completed: 4, over: 6, total: 20, resumesAt: at + 60 });
  assert.equal(batches.tally([...all, batch()], NOW).resumesAt, null);
  assert.deepEqual(batches.tally([], NOW), { running: 0, isKnown: false, completed: 0, over: 0, total: 0, resumesAt: null });
});

test("lines are counted when all of them have been checked, and not before", () => {
  assert.equal(batches.isCounted(batch()), true);
  assert.equal(batches.isCounted(batch({ status: "validating" })), false);
  assert.equal(batches.tally([batch({ status: "validating" })], NOW).isKnown, false);
  const none = { total: 0, completed: 0, failed: 0 };
  assert.equal(batches.isCounted(batch({ status: "failed", request_counts: none })), false);
});

test("the page asks again after five seconds, and after more where nothing happens", () => {
  const pauses = [0, 0, 0, 0, 0, 0, 0].reduce((list) => [...list, batches.nextPause(list.at(-1) ?? 0, false)], []);
  assert.deepEqual(pauses, [5000, 7500, 11250, 16875, 25312.5, 30000, 30000]);
  assert.equal(batches.nextPause(30_000, true), 5000);
});

test("a line gives its images, with what they were made from and their share of the cost", () => {
  const [first, second] = batches.imagesOf(line(1));
  assert.equal(first.url, "https://x/v1/images/files/1-0.jpg");
  assert.deepEqual([first.index, second.index], [0, 1]);
  assert.equal(first.created, 5_000_000);
  assert.deepEqual(first.actual, {
    model: "@cf/black-forest-labs/flux-2-klein-4b", size: "1024x768", steps: 4, seed: 7, format: "jpeg",
    cost: { neurons: 52.1, usd: 0.5 },
  });
  const { mode, text, model, width, height, locked, seed, n } = first.asked;
  assert.deepEqual([mode, text, model, width, height, locked, seed, n],
    ["text", "a kite", "flux-2-klein-4b", "1024", "768", true, "7", "2"]);
  assert.equal(second.actual.format, "png");
  assert.deepEqual(batches.imagesOf({ ...line(1), response: null }), []);
});

test("a JSON prompt comes back as one, and a seed that was drawn is not locked", () => {
  const { asked } = batches.imagesOf(line(1, { prompt: { scene: "a kite" } }))[0];
  assert.deepEqual([asked.mode, JSON.parse(asked.json), asked.locked, asked.n], ["json", { scene: "a kite" }, false, "1"]);
});

test("nothing is taken twice: a page of lines without a next one is asked for again", () => {
  let taken = batches.withLines(batches.nothingTaken("b"), [2, 1]);
  taken = batches.turned(taken, null);
  assert.deepEqual([taken.after, taken.numbers, taken.lines], [null, [2, 1], 2]);
  taken = batches.withLines(batches.turned(taken, "c"), [3]);
  assert.deepEqual([taken.after, taken.numbers, taken.lines], ["c", [3], 3]);
  assert.deepEqual(batches.turned(taken, "c").numbers, [3]);
});

test("there is more to take where lines have ended, of batches that a page has sent or somebody wants", () => {
  const nothing = batches.nothingTaken("batch_1");
  assert.equal(batches.hasMore(batch(), nothing), true);
  assert.equal(batches.hasMore(batch({ metadata: {} }), nothing), false);
  assert.equal(batches.hasMore(batch({ metadata: {} }), { ...nothing, isWanted: true }), true);
  assert.equal(batches.hasMore(batch(), { ...nothing, lines: 3 }), false);
  assert.equal(batches.hasMore(batch({ status: "completed" }), { ...nothing, lines: 3 }), true);
  assert.equal(batches.hasMore(batch(), { ...nothing, isOver: true }), false);
});

test("why lines failed is read from the answer, or else from what became of the line", () => {
  const file = [
    { custom_id: "1", response: { status_code: 400, body: { error: { code: "invalid_value", message: "No." } } }, error: null },
    { custom_id: "2", response: null, error: { code: "batch_expired", message: "Late." } },
    {},
  ].map((one) => JSON.stringify(one)).join("\n");
  assert.deepEqual(batches.failuresOf(`${file}\n`), [
    { line: "1", code: "invalid_value", message: "No." },
    { line: "2", code: "batch_expired", message: "Late." },
    { line: "", code: "", message: "" },
  ]);
});

const klein = draft({ model: "flux-2-klein-4b" });
const free_today = { used: { neurons: 1000, usd: 0 }, resets_at: 0 };

test("twelve images of klein-4b cost what their prices add up to, and are free as far as the day is", () => {
  const found = outlook({ draft: klein, references: [], lines: 12, account: account() });
  assert.deepEqual([found.images, found.neurons, found.usd.toFixed(6), found.free, found.nights], [12, 1250.4, "0.013754", 95, 0]);
  const used = outlook({ draft: klein, references: [], lines: 12, account: account({ free_today }) });
  assert.equal(used.free, 86);
});

test("what is more than free waits for as many nights as it takes", () => {
  const nights = (lines, changes) => outlook({ draft: draft(changes), references: [], lines, account: null }).nights;
  assert.equal(nights(200, { model: "flux-2-klein-4b" }), 2);
  assert.equal(nights(95, { model: "flux-2-klein-4b" }), 0);
  assert.equal(nights(96, { model: "flux-2-klein-4b" }), 1);
  assert.equal(nights(1, { width: "2048", height: "2048" }), Infinity);
});

test("a key with a budget is told what is left of that", () => {
  const remaining = { neurons: 500, usd: 0 };
  const found = outlook({ draft: { ...klein, n: "2" }, references: [], lines: 3, account: account({ remaining, free_today }) });
  assert.deepEqual([found.images, found.free, found.isBudget], [6, 4, true]);
});

test("the window is the shortest that will do", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 7, 8, Infinity].map(windowFor),
    ["24h", "24h", "72h", "72h", "7d", "7d", "30d", "30d"]);
});
