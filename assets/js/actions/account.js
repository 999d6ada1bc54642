/** Whose key it is, and what is left of its budget and of the free day. */

import { readAccount } from "../browser/api.js";
import { OWNER, permitted } from "../model/budget.js";
import { ApiError } from "../model/errors.js";
import { store } from "../model/store.js";
import { edit } from "./draft.js";

/** @import { Account } from "../model/wire.js" */

const SETTLED = 2000; // milliseconds: what was used is written down after the answer

/** Whose key it is; false if the server does not take it, null if it cannot be known now.
 *
 * @param {string} key
 * @returns {Promise<Account | false | null>}
 */
export async function findAccount(key) {
  try {
    return await readAccount(key);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "binding_missing") return OWNER; // without a database there is nobody else
    return error.code === "invalid_api_key" ? false : null;
  }
}

/** What is composed keeps to it.
 *
 * @param {Account | null} account
 */
export function setAccount(account) {
  store.update({ account });
  const { model } = store.state.draft;
  if (permitted(account, model) !== model) edit({});
}

/** After something was used. If it cannot be known now, what was known stays. */
export async function refreshAccount() {
  const { key } = store.state;
  if (!key) return;
  const account = await findAccount(key);
  if (account && store.state.key === key) setAccount(account);
}

/** The same, and once more when everything is written down. */
export async function followAccount() {
  setTimeout(refreshAccount, SETTLED);
  await refreshAccount();
}
