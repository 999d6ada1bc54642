/** A request as code. */

import { origin } from "../browser/link.js";
import { toFields } from "../model/request.js";
import { store } from "../model/store.js";
import { canBeSent } from "./draft.js";

/** @import { Draft, Reference } from "../model/state.js" */

export async function showDraftAsCode() {
  if (!(await canBeSent())) return;
  const { draft, references } = store.state;
  showAsCode(draft, references);
}

/** Opens at once, and is filled in when what writes code has been loaded.
 *
 * @param {Draft} draft
 * @param {Reference[]} references
 */
export async function showAsCode(draft, references) {
  const request = { origin: origin(), fields: toFields(draft), references };
  store.update({ dialog: { name: "code", request, snippets: [], from: store.state.dialog } });
  const { snippets } = await import("../model/code.js");
  const { dialog } = store.state;
  if (dialog?.name !== "code" || dialog.request !== request) return; // closed meanwhile
  store.update({ dialog: { ...dialog, snippets: snippets(request) } });
}
