/** A request as code. */

import { origin } from "../browser/link.js";
import { save } from "../browser/outside.js";
import { referenceName } from "../model/names.js";
import { toFields } from "../model/request.js";
import { store } from "../model/store.js";
import { checkDraft } from "./draft.js";

/** @import { Draft, Reference, Snippet } from "../model/types.js" */

export function showDraftAsCode() {
  const { draft, references } = store.state;
  if (checkDraft()) showAsCode(draft, references);
}

/**
 * @param {Draft} draft
 * @param {Reference[]} references
 */
export async function showAsCode(draft, references) {
  const { dialog: from } = store.state; // as it is now: a second click must not find the first's
  const code = await import("../model/code.js");
  const snippets = code.snippets({ origin: origin(), fields: toFields(draft), references });
  store.update({ dialog: { name: "code", snippets, chosen: snippets[0], references, from } });
}

/** @param {Snippet} chosen */
export function chooseCode(chosen) {
  const { dialog } = store.state;
  if (dialog?.name === "code") store.update({ dialog: { ...dialog, chosen } });
}

/** @param {Reference[]} references */
export const downloadReferences = (references) =>
  references.forEach((reference, index) => save(reference.blob, referenceName(reference, index)));
