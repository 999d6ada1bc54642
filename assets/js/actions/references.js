/** What a person does to the reference images of the draft. */

import { keepReferences } from "../browser/kept-draft.js";
import { MOST_REFERENCES } from "../model/catalog.js";
import { store } from "../model/store.js";
import { tell, warn } from "./notice.js";

/** @import { Phrase, Reference, Result } from "../model/state.js" */

/** Those that are no pictures, or too many, are told of.
 *
 * @param {File[]} files
 */
export async function addReferences(files) {
  store.update({ referenceProblem: null });
  const pictures = await import("../browser/pictures.js").catch(() => null);
  if (!pictures) return warn("loading.failed");
  for (const file of files) {
    if (store.state.references.length >= MOST_REFERENCES) {
      complain("references.full", { most: MOST_REFERENCES });
      return;
    }
    try {
      const reference = await pictures.toReference(file);
      const { references } = store.state; // as they are now, after the wait
      if (references.length < MOST_REFERENCES) setReferences([...references, reference]);
      else complain("references.full", { most: MOST_REFERENCES });
    } catch (error) {
      if (!(error instanceof pictures.NotAPicture)) throw error;
      complain("references.unreadable", { name: file.name ?? "" });
    }
  }
}

/**
 * @param {string} name
 * @param {Phrase["values"]} values
 */
const complain = (name, values) => store.update({ referenceProblem: { name, values } });

/** @param {Result} result */
export async function useAsReference(result) {
  await addReferences([new File([result.blob], result.id, { type: result.blob.type })]);
  const { referenceProblem } = store.state;
  if (referenceProblem) warn(referenceProblem.name, referenceProblem.values);
  else tell("notice.reference");
}

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
