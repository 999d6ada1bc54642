/** What many images will cost, and how many of them are free. */

import { FREE_NEURONS_PER_DAY } from "./catalog.js";
import { asked, cost } from "./price.js";

/** @import { Draft } from "./state.js" */
/** @import { Account } from "./wire.js" */

/** `free` images of this price can still be made today without paying, or with what is left of the
 * key's budget if it has one. `nights` is how often a batch on the free plan waits for 00:00 UTC:
 * Infinity if a day's neurons are not enough for one image.
 *
 * @param {{draft: Draft, references: {length: number}, lines: number, account: Account | null}} given
 */
export function outlook({ draft, references, lines, account }) {
  const each = cost({ ...asked(draft, references), n: 1 });
  const images = lines * Number(draft.n);
  const left = account?.remaining?.neurons
    ?? FREE_NEURONS_PER_DAY - (account?.free_today?.used.neurons ?? 0);
  const free = Math.max(0, Math.floor(left / each.neurons));
  const aDay = Math.floor(FREE_NEURONS_PER_DAY / each.neurons);
  return {
    images,
    neurons: Math.round(each.neurons * images * 100) / 100,
    usd: each.usd * images,
    free,
    isBudget: Boolean(account?.remaining),
    nights: images > free ? Math.ceil((images - free) / aDay) : 0,
  };
}

/** The shortest window in which a batch that waits so many nights is done.
 *
 * @param {number} nights
 */
export function windowFor(nights) {
  if (nights <= 1) return "24h";
  if (nights <= 3) return "72h";
  return nights <= 7 ? "7d" : "30d";
}
