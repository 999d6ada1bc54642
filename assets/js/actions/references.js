/** What a person does to the reference images of the draft. */

import { keepReferences } from "../browser/kept-draft.js";
import { MOST_REFERENCES } from "../model/catalog.js";
import { store } from "../model/store.js";
import { tell, warn } from "./notice.js";

/** @import { Phrase, Reference, Result } from "../model/state.js" */
/** @typedef {File[] | (() => Promise<File[]>)} Files or how to come by them */

/** Whether all came that was being added when one asked: who sends the draft waits for it.
 *
 * @type {Promise<boolean>}
 */
let adding = Promise.resolve(true);

export const areAllAdded = () => adding;

/** One after the other, however long each takes to come and to be read; whether all could be added.
 *
 * @param {Files} files
 */
export async function addReferences(files) {
  store.update({ referenceProblem: null, isAdding: true });
  const mine = addAfter(adding, files);
  adding = mine;
  const isAll = await mine;
  if (adding === mine) {
    adding = Promise.resolve(true);
    store.update({ isAdding: false });
  }
  return isAll;
}

/** Those that are no pictures, or too many, are told of.
 *
 * @param {Promise<boolean>} before
 * @param {Files} files
 */
async function addAfter(before, files) {
  let isAll = await before;
  const pictures = await import("../browser/pictures.js").catch(() => null);
  if (!pictures) {
    warn("loading.failed");
    return false;
  }
  try {
    for (const file of Array.isArray(files) ? files : await files()) {
      if (isFull()) return false;
      const reference = await pictures.toReference(file);
      if (reference && isFull()) return false; // by something else, during the wait
      if (reference) setReferences([...store.state.references, reference]);
      else complain("references.unreadable", { name: file.name ?? "" });
      isAll &&= reference !== null;
    }
  } catch (error) {
    reportError(error);
    return false;
  }
  return isAll;
}

function isFull() {
  const found = store.state.references.length >= MOST_REFERENCES;
  if (found) complain("references.full", { most: MOST_REFERENCES });
  return found;
}

/**
 * @param {string} name
 * @param {Phrase["values"]} values
 */
const complain = (name, values) => store.update({ referenceProblem: { name, values } });

/** Where nobody sees them: what has become of them is said.
 *
 * @param {Files} files
 */
export async function addUnseen(files) {
  const isAll = await addReferences(files);
  const { referenceProblem } = store.state;
  if (isAll) tell("notice.reference");
  else if (referenceProblem) warn(referenceProblem.name, referenceProblem.values);
}

/** @param {Result} result */
export const useAsReference = (result) =>
  addUnseen([new File([result.blob], result.id, { type: result.blob.type })]);

/** @param {number} index */
export function removeReference(index) {
  store.update({ referenceProblem: null });
  setReferences(store.state.references.toSpliced(index, 1));
}

/**
 * @param {number} from
 * @param {number} to
 */
export function moveReference(from, to) {
  const references = [...store.state.references];
  references.splice(to, 0, ...references.splice(from, 1));
  setReferences(references);
}

/** Their Blob URLs stay: jobs and results may show the same images.
 *
 * @param {Reference[]} references
 */
export function setReferences(references) {
  store.update({ references });
  keepReferences(references);
}
