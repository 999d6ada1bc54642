/** What a person does to what is being composed. */

import { MOST_REFERENCES } from "../catalog.js";
import { adopt, isBlank, keep, problems } from "../draft.js";
import { putDraftReferences } from "../gallery.js";
import { change, readPrompt, removeItem } from "../json-prompt.js";
import { NotAPicture, toReference } from "../pictures.js";
import { add } from "../queue.js";
import { newSeed } from "../random.js";
import { toFields } from "../request.js";
import { store } from "../store.js";

export function edit(changes) {
  const draft = { ...store.state.draft, ...changes };
  keep(draft);
  const isReadable = !readPrompt(draft.json).problem;
  const readableJson = isReadable ? draft.json : store.state.readableJson;
  store.update({ draft, readableJson, tried: false });
}

/** A draft and its reference images, in place of what is there; what it does not say stays. */
export function take(draft, references) {
  const own = adopt(draft);
  const { text, json } = store.state.draft;
  replace({ ...own, text: own.text || text, json: own.json || json }, references);
  store.update({ dialog: null });
}

export const useExample = (text) => replace({ mode: "text", text });

/** What somebody has typed can be brought back. */
function replace(changes, references = store.state.references) {
  const { draft, references: before } = store.state;
  const replaced = isBlank(draft) && !before.length ? null : { draft, references: before };
  edit(changes);
  setReferences(references);
  store.update({ replaced, referenceProblem: null });
  focusPrompt();
}

export function bringBack() {
  const { draft, references } = store.state.replaced;
  edit(draft);
  setReferences(references);
  store.update({ replaced: null });
  focusPrompt();
}

export const focusPrompt = () => requestAnimationFrame(() => document.querySelector("#prompt").focus());

const ONE_PRESS = 500; // milliseconds
let sent = { at: -Infinity };

/** A second press on the same, meant or not, makes the same again: but not so soon. */
function isSameAgain({ draft, references }, at) {
  const isSame = sent.draft === draft && sent.references === references && at - sent.at < ONE_PRESS;
  if (!isSame) sent = { draft, references, at };
  return isSame;
}

export function generate(event) {
  event?.preventDefault();
  document.activeElement.dispatchEvent(new Event("leave")); // a field may still hold something
  const { draft, references, key } = store.state;
  if (!isComplete(draft)) return;
  if (!key) {
    store.update({ dialog: { name: "key", andGenerate: true }, keyProblem: null });
  } else if (!isSameAgain(store.state, performance.now())) {
    add(draft, references);
    store.update({ replaced: null });
    requestAnimationFrame(showJob);
  }
}

/** If not, the first thing to mend has the focus. */
function isComplete(draft) {
  const [first] = Object.keys(problems(draft));
  if (!first) return true;
  store.update({ tried: true });
  document.querySelector(`#${first}`).focus();
  return false;
}

/** Where the page is one column, what was begun is below what was typed. */
function showJob() {
  if (matchMedia("(max-width: 60rem)").matches) {
    document.querySelector(".job:last-of-type")?.scrollIntoView({ block: "center" });
  }
}

/** A lock without a seed takes that of the newest result, which is probably what is meant. */
export function toggleLock() {
  const { draft, results } = store.state;
  const seed = draft.seed || String(results[0]?.actual.seed ?? newSeed(1));
  edit({ locked: !draft.locked, seed });
}

export const editJson = (path, value) => edit({ json: change(store.state.draft.json, path, value) });

export const removeJsonItem = (name, index) =>
  edit({ json: removeItem(store.state.draft.json, name, index) });

export const textToJson = () => replace({ mode: "json", json: store.state.draft.text });

export const textToScene = () => editJson(["scene"], store.state.draft.text.trim());

/** To a place in the JSON. */
export function goTo(offset) {
  const area = document.querySelector("#prompt");
  area.focus();
  area.setSelectionRange(offset, offset + 1);
  document.querySelector(".editor mark")?.scrollIntoView({ block: "center" });
}

export function showDraftAsCode() {
  const { draft, references } = store.state;
  if (isComplete(draft)) showAsCode(draft, references);
}

export const showAsCode = (draft, references) =>
  store.update({
    dialog: {
      name: "code",
      request: { origin: location.origin, fields: toFields(draft), references },
      from: store.state.dialog,
    },
  });

export const chooseCode = (language) => store.update({ dialog: { ...store.state.dialog, language } });

// Reference images

export async function addReferences(files) {
  store.update({ referenceProblem: null });
  for (const file of files) {
    if (store.state.references.length >= MOST_REFERENCES) {
      complain("references.full", { most: MOST_REFERENCES });
      return;
    }
    try {
      const reference = await toReference(file);
      const { references } = store.state; // as they are now, after the wait
      if (references.length < MOST_REFERENCES) setReferences([...references, reference]);
      else complain("references.full", { most: MOST_REFERENCES });
    } catch (error) {
      if (!(error instanceof NotAPicture)) throw error;
      complain("references.unreadable", { name: file.name ?? "" });
    }
  }
}

const complain = (name, values) => store.update({ referenceProblem: { name, values } });

export async function useAsReference(result) {
  await addReferences([new File([result.blob], result.id, { type: result.blob.type })]);
  const { referenceProblem } = store.state;
  store.update({ notice: referenceProblem ? { ...referenceProblem, isBad: true } : { name: "notice.reference" } });
}

export function removeReference(index) {
  store.update({ referenceProblem: null });
  setReferences(store.state.references.toSpliced(index, 1));
}

export function moveReference(from, to) {
  const references = [...store.state.references];
  references.splice(to, 0, ...references.splice(from, 1));
  setReferences(references);
}

/** Their Blob URLs stay: jobs and results may show the same images. */
function setReferences(references) {
  store.update({ references });
  putDraftReferences(references);
}
