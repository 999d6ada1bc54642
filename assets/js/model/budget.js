/** What the key in use allows, and what is left of it. */

import { FREE_NEURONS_PER_DAY, MODELS } from "./catalog.js";

/** @import { Failure } from "./state.js" */
/** @import { Account, Key } from "./wire.js" */

/** The owner of a deployment without a database.
 *
 * @type {Account}
 */
export const OWNER = { id: "owner", models: null, limit_neurons: null, remaining: null, resets_at: null };

/** @param {Account | null} account */
export const isOwner = (account) => account?.id === OWNER.id;

/** Those that a key may use, as the page names them; all of them if it may use none that is known.
 *
 * @param {Pick<Key, "models"> | null} key
 */
export function modelsOf(key) {
  const named = key?.models?.map(shortName);
  const found = MODELS.filter(({ name }) => named?.includes(name) ?? true);
  return found.length ? found : MODELS;
}

/** @param {string} model its full name */
export const shortName = (model) => model.split("/").at(-1) ?? model;

/** That model, or the first that the key may use.
 *
 * @param {Account | null} account
 * @param {string} model
 */
export function permitted(account, model) {
  const allowed = modelsOf(account);
  return (allowed.find(({ name }) => name === model) ?? allowed[0]).name;
}

/** What this deployment has used of what is free today, 1 being all of it.
 *
 * @param {Account | null} account
 */
export const usedShare = (account) =>
  (account?.free_today?.used.neurons ?? 0) / FREE_NEURONS_PER_DAY;

/** How many images of that price are left; null if the key has no budget.
 *
 * @param {Account | null} account
 * @param {number} neurons of one image
 */
export const imagesLeft = (account, neurons) =>
  (account?.remaining ? Math.floor(account.remaining.neurons / neurons) : null);

/** What failed for want of neurons: of the key's own, if it has fewer than were asked for.
 *
 * @param {Failure} failure
 * @param {Account | null} account as it is after the failure
 * @param {number} neurons that were asked for
 * @returns {Failure}
 */
export function blameBudget(failure, account, neurons) {
  if (failure.code !== "insufficient_quota" || !account?.remaining) return failure;
  if (account.remaining.neurons >= neurons) return failure;
  return { code: "budget", resetsAt: account.resets_at };
}
