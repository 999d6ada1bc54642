/** The key that the server asks for. */

import { couldBeKey } from "../browser/api.js";
import { takeKey } from "../browser/link.js";
import { recall, remember } from "../browser/memory.js";
import { store } from "../model/store.js";
import { findAccount, setAccount } from "./account.js";
import { followBatches, followImages } from "./background.js";
import { askForKey, closeDialog } from "./dialogs.js";
import { generate } from "./generate.js";
import { warn } from "./notice.js";

/** @import { Account } from "../model/wire.js" */

const KEPT = "key";

/** The key of the last visit, or of the link. */
export async function findKey() {
  const kept = recall(KEPT, "");
  const given = takeKey();
  store.update({ key: kept, keyState: kept ? "unchecked" : "none" });
  if (given && given !== kept) await takeFromLink(given);
  if (store.state.key) await check();
}

/** In place of a key that there is, only one that is known to work: anybody can make a link. Without
 * one, also a key that cannot be asked about now.
 *
 * @param {string} given
 */
async function takeFromLink(given) {
  const taken = await isTaken(given);
  if (taken || (taken === null && !store.state.key)) set(given);
  else if (taken === null) warn("notice.linkKeyUnknown.kept");
  else warn(store.state.key ? "notice.linkKey.kept" : "notice.linkKey");
}

async function check() {
  const { key } = store.state;
  const account = await isTaken(key);
  if (store.state.key === key) know(account);
}

/** @param {Account | false | null} account as `findAccount` tells it */
function know(account) {
  store.update({ keyState: account === null ? "unchecked" : account ? "good" : "wrong" });
  setAccount(account || null);
  if (account) followBatches();
  if (account && account.images_kept_days) followImages();
}

/** @param {string} key */
const isTaken = async (key) => couldBeKey(key) && findAccount(key);

/** @param {string} key */
function set(key) {
  remember(KEPT, key);
  store.update({ key, keyState: key ? "unchecked" : "none", panel: null, batches: null, unsent: null });
  setAccount(null);
}

export const openKey = () => askForKey();

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
  know(taken);
  closeDialog();
  if (dialog.andGenerate) generate();
}

export function forgetKey() {
  set("");
  closeDialog();
}
