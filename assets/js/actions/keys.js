/** What the owner does with the keys of others; loaded when that is first opened. */

import {
  changeKey, deleteKey, makeKey, readKeys, readSpending, rotateKey,
} from "../browser/keys.js";
import { origin } from "../browser/link.js";
import { addSheet } from "../browser/sheet.js";
import { ApiError } from "../model/errors.js";
import { formProblems, toForm, toKeyFields } from "../model/keys.js";
import { store } from "../model/store.js";
import { today } from "../model/usage.js";
import { refreshAccount } from "./account.js";
import { closeDialog } from "./dialogs.js";
import { tell } from "./notice.js";

/** @import { KeyForm, KeyFormDialog, NewKeyDialog, Panel } from "../model/state.js" */
/** @import { Key } from "../model/wire.js" */

const DAYS = 30;

/** @type {Panel} */
const EMPTY = {
  keys: null, spending: [], problem: null, isBusy: false,
  days: 7, by: "model", asTable: false, asking: null,
};

export async function open() {
  await addSheet("/keys.css");
  store.update({ panel: { ...EMPTY, ...store.state.panel, asking: null }, dialog: { name: "keys" } });
  await load();
}

export const load = () => attempt(async (owner) => {
  const first = today(Date.now()) - DAYS + 1;
  const [keys, spending] = await Promise.all(
    [readKeys(owner), readSpending(owner, first, DAYS), refreshAccount()]);
  show({ keys, spending });
});

/** Of what is shown, what changes.
 *
 * @param {Partial<Panel>} changes
 */
export function show(changes) {
  const { panel } = store.state; // gone with the owner's key
  if (panel) store.update({ panel: { ...panel, ...changes } });
}

/** Something that may fail for a reason of the server's, which is then told.
 *
 * @param {(owner: string) => Promise<void>} work
 */
async function attempt(work) {
  show({ isBusy: true, problem: null });
  try {
    await work(store.state.key);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    show({ problem: { code: error.code, message: error.message } });
  } finally {
    show({ isBusy: false });
  }
}

/** In its place, or as the newest.
 *
 * @param {Key} key
 */
function put(key) {
  const keys = store.state.panel?.keys ?? [];
  const isKnown = keys.some(({ id }) => id === key.id);
  show({ keys: isKnown ? keys.map((old) => (old.id === key.id ? key : old)) : [key, ...keys] });
}

/** @param {Key} key */
export const toggleDisabled = ({ id, name, disabled }) => attempt(async (owner) => {
  put(await changeKey(owner, id, { disabled: !disabled }));
  tell(disabled ? "keys.enabled" : "keys.disabled", { name });
});

/** First asks whether it is meant.
 *
 * @param {string} id
 * @param {"rotate" | "delete"} what
 */
export function askWhether(id, what) {
  show({ asking: { id, what } });
  store.ask({ name: "focus", field: "keys-no" });
}

export function leaveIt() {
  const { asking } = store.state.panel ?? {};
  show({ asking: null });
  if (asking) store.ask({ name: "focus", field: `${asking.what}-${asking.id}` });
}

/** @param {Key} key */
export const rotate = ({ id }) => attempt(async (owner) => {
  const made = await rotateKey(owner, id);
  show({ asking: null });
  hand(made, `rotate-${id}`);
});

/** @param {Key} key */
export const remove = ({ id, name }) => attempt(async (owner) => {
  await deleteKey(owner, id);
  show({ asking: null, keys: (store.state.panel?.keys ?? []).filter((key) => key.id !== id) });
  store.ask({ name: "focus", field: "make-key" });
  tell("keys.deleted", { name });
});

/** Shows the key itself, which is kept nowhere but in the open dialog.
 *
 * @param {Key & {key: string}} made
 * @param {string} opener
 */
function hand({ key, ...rest }, opener) {
  put(rest);
  const { dialog } = store.state;
  if (dialog?.name !== "keys" && dialog?.name !== "keyForm") return; // closed meanwhile
  /** @type {NewKeyDialog} */
  const next = { name: "newKey", owner: rest.name, key, opener, from: { name: "keys" } };
  store.update({ dialog: next });
  store.ask({ name: "focus", field: "new-key" });
}

/** @param {string} key */
export const linkWith = (key) => `${origin()}/#key=${key}`;

/**
 * @param {Key | null} before null for a new one
 * @param {string} opener
 */
export function openForm(before, opener) {
  const { dialog } = store.state;
  store.update({ dialog: {
    name: "keyForm", before, form: toForm(before), tried: false, isBusy: false, problem: null,
    opener, from: dialog,
  } });
  store.ask({ name: "focus", field: "key-name" });
}

/** @returns {KeyFormDialog | null} */
const formDialog = () => (store.state.dialog?.name === "keyForm" ? store.state.dialog : null);

/** @param {Partial<KeyFormDialog>} changes */
function changeForm(changes) {
  const dialog = formDialog();
  if (dialog) store.update({ dialog: { ...dialog, ...changes } });
}

/** @param {Partial<KeyForm>} changes */
export function type(changes) {
  const dialog = formDialog();
  if (dialog) changeForm({ form: { ...dialog.form, ...changes }, problem: null });
}

export async function saveForm() {
  const dialog = formDialog();
  if (!dialog || dialog.isBusy) return;
  const { form, before } = dialog;
  const [wrong] = Object.keys(formProblems(form, before, Date.now()));
  changeForm({ tried: true, problem: null });
  if (wrong) return store.ask({ name: "focus", field: `key-${wrong}` });
  changeForm({ isBusy: true });
  try {
    await save(toKeyFields(form, before), before);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message, param } = error;
    changeForm({ problem: { code, message, param } });
  } finally {
    changeForm({ isBusy: false });
  }
}

/**
 * @param {Record<string, unknown>} fields
 * @param {Key | null} before
 */
async function save(fields, before) {
  const { key: owner } = store.state;
  if (!before) return hand(await makeKey(owner, fields), "make-key");
  if (Object.keys(fields).length) put(await changeKey(owner, before.id, fields));
  if (formDialog()) closeDialog();
  tell("keys.saved", { name: String(fields.name ?? before.name) });
}
