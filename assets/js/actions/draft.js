/** What a person does to what is being composed. */

import { keepDraft, keptDraft } from "../browser/kept-draft.js";
import { newSeed } from "../browser/random.js";
import { permitted } from "../model/budget.js";
import { adopt, isBlank, problems } from "../model/draft.js";
import { readPrompt } from "../model/json-prompt.js";
import { store } from "../model/store.js";
import { areAllAdded, setReferences } from "./references.js";

/** @import { Draft, Reference } from "../model/state.js" */

export const restoreDraft = () => edit(keptDraft());

/** @param {Partial<Draft>} changes */
export function edit(changes) {
  const draft = { ...store.state.draft, ...changes };
  draft.model = permitted(store.state.account, draft.model);
  keepDraft(draft);
  const isReadable = !readPrompt(draft.json).problem;
  const readableJson = isReadable ? draft.json : store.state.readableJson;
  store.update({ draft, readableJson, tried: false });
}

/** A draft and its reference images, in place of what is there; what it does not say stays.
 *
 * @param {Draft} draft
 * @param {Reference[]} references
 */
export function take(draft, references) {
  const own = adopt(draft);
  const { text, json } = store.state.draft;
  replace({ ...own, text: own.text || text, json: own.json || json }, references);
  store.update({ dialog: null });
}

/**
 * @param {Draft["mode"]} mode
 * @param {string} text
 */
export const usePrompt = (mode, text) => replace({ mode, [mode]: text });

/** What somebody has typed can be brought back.
 *
 * @param {Partial<Draft>} changes
 */
function replace(changes, references = store.state.references) {
  const { draft, references: before } = store.state;
  const replaced = isBlank(draft) && !before.length ? null : { draft, references: before };
  edit(changes);
  setReferences(references);
  store.update({ replaced, referenceProblem: null });
  focus("prompt");
}

export function bringBack() {
  if (!store.state.replaced) return;
  const { draft, references } = store.state.replaced;
  edit(draft);
  setReferences(references);
  store.update({ replaced: null });
  focus("prompt");
}

/** Whether it can be sent. If not, the first thing to mend has the focus. */
export function checkDraft() {
  const [first] = Object.keys(problems(store.state.draft));
  if (!first) return true;
  store.update({ tried: true });
  focus(first);
  return false;
}

/** The same, once the reference images that are being read are there; not if one of them cannot be. */
export const canBeSent = async () => (await areAllAdded()) && checkDraft();

/** A lock without a seed takes that of the newest result, which is probably what is meant. */
export function toggleLock() {
  const { draft, results } = store.state;
  const seed = draft.seed || String(results[0]?.actual.seed ?? newSeed(1));
  edit({ locked: !draft.locked, seed });
}

export const textToJson = () => replace({ mode: "json", json: store.state.draft.text });

/** To a place in the JSON.
 *
 * @param {number} offset
 */
export function goTo(offset) {
  store.update({ tab: "create" });
  store.ask({ name: "point", offset });
}

/** @param {string} field of what is being composed */
function focus(field) {
  store.update({ tab: "create" });
  store.ask({ name: "focus", field });
}
