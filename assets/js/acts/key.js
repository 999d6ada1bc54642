/** The key that the server asks for, and whether the server is set up. */

import { ApiError, checkKey, couldBeKey, missingVariables } from "../api.js";
import { recall, remember } from "../memory.js";
import { store } from "../store.js";
import { closeDialog } from "./dialogs.js";
import { generate } from "./draft.js";

const KEPT = "key";

export async function checkHealth() {
  try {
    const missing = await missingVariables();
    store.update({ health: { light: missing.length ? "bad" : "good", missing } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    store.update({ health: { light: "unreachable", missing: [] } });
  }
  const { health, dialog } = store.state;
  if (health.light === "good" && dialog?.name === "setup") closeDialog();
}

/** The key of the last visit, or of the link: `#key=…` never reaches a server, and is cleared. */
export async function findKey() {
  const kept = recall(KEPT, "");
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given !== null) history.replaceState(null, "", location.pathname + location.search);
  const keyState = kept ? "unchecked" : "none";
  store.update({ key: kept, keyState });
  if (given && given !== kept) await takeFromLink(given);
  if (store.state.key) await check();
}

/** In place of a key that there is, only one that is known to work: anybody can make a link. */
async function takeFromLink(given) {
  const taken = await isTaken(given);
  if (taken || (taken === null && !store.state.key)) set(given);
  else {
    const name = taken === null ? "notice.linkKeyUnknown" : "notice.linkKey";
    store.update({ notice: { name, isBad: true } });
  }
}

async function check() {
  const { key } = store.state;
  const taken = await isTaken(key);
  if (store.state.key !== key) return;
  store.update({ keyState: taken === null ? "unchecked" : taken ? "good" : "wrong" });
}

/** Whether the server takes the key; null if it cannot be known now. */
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

function set(key) {
  remember(KEPT, key);
  store.update({ key, keyState: key ? "unchecked" : "none" });
}

export const openKey = () => store.update({ dialog: { name: "key" }, keyProblem: null });

export const toggleKeyShown = () =>
  store.update({ dialog: { ...store.state.dialog, isShown: !store.state.dialog.isShown } });

export async function saveKey(event) {
  event.preventDefault();
  const input = event.target.elements.key;
  const key = input.value.trim();
  const problem = !key ? "key.blank" : !couldBeKey(key) ? "key.impossible" : null;
  const taken = problem ? false : await isTaken(key);
  if (store.state.dialog?.name !== "key") return; // closed meanwhile
  if (taken === false) {
    store.update({ keyProblem: problem ?? "key.refused" });
    input.focus();
    return;
  }
  const { andGenerate } = store.state.dialog;
  set(key);
  store.update({ keyState: taken ? "good" : "unchecked", keyProblem: null });
  closeDialog();
  if (andGenerate) generate();
}

export function forgetKey() {
  set("");
  closeDialog();
}
