/** Prompts of before and saved ones, kept in this browser: what a person does with them. Loaded late. */

import { recall, remember } from "../browser/memory.js";
import { promptOf, toKept, withSaved, withSent, withoutPrompt } from "../model/prompts.js";
import { store } from "../model/store.js";
import { usePrompt } from "./draft.js";

/** @import { Draft, KeptPrompts, Prompt, PromptsDialog } from "../model/state.js" */

const NAME = "prompts";

/** As they are now: another tab may have changed them. */
const kept = () => toKept(recall(NAME));

/** @param {Draft} draft that was sent */
export const noteSent = (draft) => remember(NAME, withSent(kept(), promptOf(draft)));

/** @param {Partial<PromptsDialog>} changes */
function show(changes) {
  const { dialog } = store.state;
  if (dialog?.name === "prompts") store.update({ dialog: { ...dialog, ...changes } });
}

/** What the dialog shows. */
export const showKept = () => show({ kept: kept() });

/** @param {KeptPrompts} changed */
function put(changed) {
  remember(NAME, changed);
  show({ kept: changed, dropped: null });
}

/** @param {string} title */
export const nameIt = (title) => show({ title });

/** What is composed now, under the name that was typed. */
export function save() {
  const { dialog, draft } = store.state;
  if (dialog?.name !== "prompts") return;
  put(withSaved(kept(), promptOf(draft), dialog.title ?? ""));
  nameIt("");
}

/** One that was sent. @param {Prompt} prompt */
export const saveSent = (prompt) => put(withSaved(kept(), prompt, ""));

/** Until something else is done, it can be brought back.
 *
 * @param {keyof KeptPrompts} list
 * @param {Prompt} prompt
 */
export function drop(list, prompt) {
  const dropped = kept();
  put(withoutPrompt(dropped, list, prompt));
  show({ dropped });
}

export function bringBack() {
  const { dialog } = store.state;
  if (dialog?.name === "prompts" && dialog.dropped) put(dialog.dropped);
}

/** @param {Prompt} prompt */
export function take({ mode, text }) {
  usePrompt(mode, text);
  store.update({ dialog: null });
}
