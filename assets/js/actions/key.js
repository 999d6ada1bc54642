/** The key that the server asks for. */

import { checkKey, couldBeKey } from "../browser/api.js";
import { takeKey } from "../browser/link.js";
import { recall, remember } from "../browser/memory.js";
import { ApiError } from "../model/errors.js";
import { store } from "../model/store.js";
import { closeDialog } from "./dialogs.js";
import { generate } from "./generate.js";
import { warn } from "./notice.js";

const KEPT = "key";

/** The key of the last visit, or of the link. */
export async function findKey() {
  const kept = recall(KEPT, "");
  const given = takeKey();
  store.update({ key: kept, keyState: kept ? "unchecked" : "none" });
  if (given && given !== kept) await takeFromLink(given);
  if (store.state.key) await check();
}

/** In place of a key that there is, only one that is known to work: anybody can make a link.
 *
 * @param {string} given
 */
async function takeFromLink(given) {
  const taken = await isTaken(given);
  if (taken || (taken === null && !store.state.key)) set(given);
  else warn(taken === null ? "notice.linkKeyUnknown" : "notice.linkKey");
}

async function check() {
  const { key } = store.state;
  const taken = await isTaken(key);
  if (store.state.key !== key) return;
  store.update({ keyState: taken === null ? "unchecked" : taken ? "good" : "wrong" });
}

/** Whether the server takes the key; null if it cannot be known now.
 *
 * @param {string} key
 */
async function isTaken(key) {
  if (!couldBeKey(key)) return false;
  try {
    await checkKey(key);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.code === "invalid_api_key" ? false : null;
  }
}

/** @param {string} key */
function set(key) {
  remember(KEPT, key);
  store.update({ key, keyState: key ? "unchecked" : "none" });
}

export const openKey = () => store.update({ dialog: { name: "key" }, keyProblem: null });

export function toggleKeyShown() {
  const { dialog } = store.state;
  if (dialog?.name === "key") store.update({ dialog: { ...dialog, isShown: !dialog.isShown } });
}

/** @param {string} typed */
export async function saveKey(typed) {
  const key = typed.trim();
  const problem = !key ? "key.blank" : !couldBeKey(key) ? "key.impossible" : null;
  const taken = problem ? false : await isTaken(key);
  const { dialog } = store.state;
  if (dialog?.name !== "key") return; // closed meanwhile
  if (taken === false) {
    store.update({ keyProblem: problem ?? "key.refused" });
    store.ask({ name: "focus", field: "key" });
    return;
  }
  set(key);
  store.update({ keyState: taken ? "good" : "unchecked", keyProblem: null });
  closeDialog();
  if (dialog.andGenerate) generate();
}

export function forgetKey() {
  set("");
  closeDialog();
}
