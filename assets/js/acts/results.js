/** What a person does with what was made. */

import * as gallery from "../gallery.js";
import { fileName, thumbnail, toPng } from "../pictures.js";
import { newId } from "../random.js";
import { referenceName } from "../request.js";
import { store } from "../store.js";
import { letGo } from "../urls.js";
import { closeDialog } from "./dialogs.js";
import { showAsCode, take } from "./draft.js";

/** As many as fill a large screen twice. */
const PAGE = 48;

const notice = (name, values, isBad = false) => store.update({ notice: { name, values, isBad } });

/** The results of earlier visits, beside those that have come since the page was opened. */
export async function restoreResults() {
  const isKept = await gallery.open();
  const kept = await gallery.results().catch(() => null);
  merge(kept ?? []);
  const references = await gallery.draftReferences().catch(() => []);
  if (!store.state.references.length) store.update({ references });
  if (!isKept || !kept) notice("notice.notKept", {}, true);
  gallery.onChange(async (ids, isRemoved) => {
    if (isRemoved) forget(new Set(ids));
    else merge(await gallery.resultsOf(ids));
  });
}

function merge(results) {
  const known = new Set(store.state.results.map(({ id }) => id));
  const all = [...store.state.results, ...results.filter(({ id }) => !known.has(id))];
  all.sort((a, b) => b.created - a.created);
  store.update({ results: all, shown: Math.max(PAGE, store.state.shown) });
}

function forget(ids) {
  const results = store.state.results.filter(({ id }) => !ids.has(id));
  const left = new Set(results.map(({ id }) => id));
  store.update({ results, dialog: withSomethingToShow(store.state.dialog, left) });
}

/** The dialog, or the nearest one below it of which something is left. */
function withSomethingToShow(dialog, left) {
  if (!dialog) return null;
  const from = withSomethingToShow(dialog.from, left);
  const ids = { view: [dialog.id], compare: dialog.ids }[dialog.name];
  return ids && !ids.some((id) => left.has(id)) ? from : { ...dialog, from };
}

/** An image of a job has come: it is kept before anything else happens. */
export async function arrived(job, { blob, seed, actual }) {
  const created = Date.now();
  const result = {
    id: newId(), job: job.id, created, blob, thumbnail: null,
    asked: job.draft, references: job.references, actual: { ...actual, seed },
    seconds: (created - job.started) / 1000,
  };
  store.update({ results: [result, ...store.state.results], shown: store.state.shown + 1 });
  if (!(await gallery.putResults([result]))) notice("notice.noRoom", {}, true);
  addThumbnail(result);
}

async function addThumbnail(result) {
  const small = { ...result, thumbnail: await thumbnail(result.blob).catch(() => null) };
  const { results } = store.state;
  if (!small.thumbnail || !results.includes(result)) return; // or deleted meanwhile
  store.update({ results: results.map((one) => (one === result ? small : one)) });
  await gallery.putResults([small]);
}

export const showMore = () => store.update({ shown: store.state.shown + PAGE });

// One

export function view(id) {
  const { dialog } = store.state;
  const from = dialog?.name === "compare" ? dialog : dialog?.from;
  store.update({ dialog: { name: "view", id, from } });
}

export const toggleZoom = () =>
  store.update({ dialog: { ...store.state.dialog, isZoomed: !store.state.dialog.isZoomed } });

/** The result before or after the one that is looked at. */
export function turn(by) {
  const { results, dialog } = store.state;
  const next = results[results.findIndex(({ id }) => id === dialog.id) + by];
  if (next) view(next.id);
}

export const download = (result) => save(result.blob, fileName(result));

function save(blob, name) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // when it is surely saved
}

export const downloadReferences = (references) =>
  references.forEach((reference, index) => save(reference.blob, referenceName(reference, index)));

// The promise goes in unawaited: Safari forgets the click over an await.
export const copyImage = (result) =>
  copy(() => navigator.clipboard.write([new ClipboardItem({ "image/png": toPng(result.blob) })]));

export const copyText = (text) => copy(() => navigator.clipboard.writeText(text));

async function copy(write) {
  try {
    await write();
    notice("notice.copied");
  } catch {
    notice("notice.notCopied", {}, true);
  }
}

/** The draft that makes it again, with the seed that it had. */
const again = ({ asked, actual }) => ({ ...asked, seed: String(actual.seed), locked: true, n: "1" });

export const reuse = (result) => take(again(result), result.references);

export const showResultAsCode = (result) => showAsCode(again(result), result.references);

// Several

export const beginSelection = () => store.update({ selection: new Set() });

export const endSelection = () => store.update({ selection: null });

export function toggleSelected(id) {
  const selection = new Set(store.state.selection);
  if (!selection.delete(id)) selection.add(id);
  store.update({ selection });
}

export const compare = (results) =>
  store.update({ dialog: { name: "compare", ids: results.map(({ id }) => id) } });

/** Deleted at once, and brought back by `undo` as long as nothing else is deleted. */
export async function remove(chosen) {
  const ids = new Set(chosen.map(({ id }) => id));
  for (const { blob, thumbnail: small } of store.state.removed) [blob, small].forEach(letGo);
  if (store.state.dialog) {
    store.update({ dialog: { ...store.state.dialog, from: null } });
    closeDialog();
  }
  forget(ids);
  store.update({ removed: chosen, selection: null });
  await gallery.removeResults([...ids]);
}

export async function undo() {
  const { removed } = store.state;
  store.update({ removed: [] });
  await putBack(removed);
}

async function putBack(results) {
  merge(results);
  if (!(await gallery.putResults(results))) notice("notice.noRoom", {}, true);
}

// ZIP

const archive = () => import("../archive.js");

export async function exportArchive(results) {
  const { pack } = await archive();
  const day = new Date().toISOString().slice(0, 10);
  try {
    save(await pack(results), `flux2-gallery-${day}.zip`);
  } catch (error) {
    notice("notice.notExported", {}, true);
    reportError(error);
  }
}

export async function importArchive(file) {
  const { NotAnArchive, unpack } = await archive();
  try {
    const known = new Set(store.state.results.map(({ id }) => id));
    const results = (await unpack(file)).filter(({ id }) => !known.has(id));
    await putBack(results);
    notice("notice.imported", { count: results.length });
  } catch (error) {
    if (!(error instanceof NotAnArchive)) throw error;
    notice("notice.notAnArchive", { name: file.name }, true);
  }
}
