/** What a person does with code that is shown. */

import { save } from "../browser/outside.js";
import { referenceName } from "../model/names.js";
import { store } from "../model/store.js";

/** @import { Reference } from "../model/state.js" */

/** @param {string} language of the code */
export function chooseCode(language) {
  const { dialog } = store.state;
  if (dialog?.name === "code") store.update({ dialog: { ...dialog, language } });
}

/** @param {Reference[]} references */
export const downloadReferences = (references) =>
  references.forEach((reference, index) => save(reference.blob, referenceName(reference, index)));
