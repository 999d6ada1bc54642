/** A template with variables: what a person does on the way from it to a batch. */

import { recall, remember } from "../browser/memory.js";
import { isBlank, problems } from "../model/draft.js";
import { outlook, windowFor } from "../model/outlook.js";
import { store } from "../model/store.js";
import { listsOf } from "../model/table.js";
import { fill, layOut, variablesOf } from "../model/template.js";
import { closeDialog } from "./dialogs.js";
import { checkDraft } from "./draft.js";
import { tell, warn } from "./notice.js";
import { noteSent } from "./prompts.js";
import { areAllAdded } from "./references.js";
import { send } from "./send.js";

/** @import { Draft, Phrase, TemplateForm, VaryDialog } from "../model/state.js" */

const KEPT = "lists";
const MOST_CHARACTERS = 20_000_000; // of reference images in all lines together

/** @type {TemplateForm} */
const EMPTY = { lists: {}, by: "all", window: "" };

/** Lists that were typed before are there again. */
export function open() {
  store.ask({ name: "leaveField" }); // it may still hold something
  store.update({ isChoosing: false });
  if (!isBlank(store.state.draft) && !checkDraft()) return;
  const { lists, by } = recall(KEPT, EMPTY);
  const form = { ...EMPTY, lists: { ...lists }, by: by === "rows" ? by : EMPTY.by };
  store.update({ dialog: { name: "vary", form, tried: false, problem: null }, unsent: null });
}

/** @returns {VaryDialog | null} */
const openDialog = () => (store.state.dialog?.name === "vary" ? store.state.dialog : null);

/** @param {Partial<TemplateForm>} changes */
export function change(changes) {
  const dialog = openDialog();
  if (!dialog) return;
  const form = { ...dialog.form, ...changes };
  remember(KEPT, form);
  store.update({ dialog: { ...dialog, form, tried: false, problem: null } });
}

/**
 * @param {string} name of a variable
 * @param {string} list
 */
export const type = (name, list) =>
  change({ lists: { ...openDialog()?.form.lists, [name]: list } });

/** Whether the text is a table for this prompt; if so, its columns are the lists, side by side.
 *
 * @param {string} text
 */
export function takeTable(text) {
  const lists = listsOf(text, variablesOf(store.state.draft));
  if (!lists) return false;
  change({ lists: { ...openDialog()?.form.lists, ...lists }, by: "rows" });
  tell("vary.table");
  return true;
}

/** @param {File} file */
export async function openTable(file) {
  if (!takeTable(await file.text())) warn("vary.noTable", { name: file.name });
}

/** All that was laid out, as one batch, if nothing is wrong with it. */
export async function sendAll() {
  if (!(await areAllAdded())) return;
  const dialog = openDialog();
  const { draft, references, account } = store.state;
  if (!dialog) return;
  const { form } = dialog;
  const layout = layOut(variablesOf(draft), form);
  const drafts = layout.problem ? [] : Array.from({ length: layout.count }, (_, index) => fill(draft, layout.at(index)));
  const problem = layout.problem ?? tooMuch(drafts, references) ?? wrongPrompt(drafts);
  store.update({ dialog: { ...dialog, tried: true, problem } });
  if (problem) return;
  const { nights } = outlook({ draft, references, lines: drafts.length, account });
  const isSent = await send(drafts, references, form.window || windowFor(nights), draft[draft.mode]);
  if (isSent) noteSent(draft);
  if (isSent && openDialog()) closeDialog();
}

/** With values in it a prompt may be too long, or blank.
 *
 * @param {Draft[]} drafts
 * @returns {Phrase | null}
 */
function wrongPrompt(drafts) {
  const index = drafts.findIndex((draft) => problems(draft).prompt);
  return index < 0 ? null : { name: "vary.wrong", values: { number: index + 1 } };
}

/** Each line carries the reference images, and a document has an end.
 *
 * @param {Draft[]} drafts
 * @param {{blob: Blob}[]} references
 * @returns {Phrase | null}
 */
function tooMuch(drafts, references) {
  const each = references.reduce((sum, { blob }) => sum + (blob.size * 4) / 3, 0);
  if (each * drafts.length <= MOST_CHARACTERS) return null;
  return { name: "vary.heavy", values: { most: Math.floor(MOST_CHARACTERS / each) } };
}
