/** What somebody likes best keeps a star. */

import { store } from "../model/store.js";
import { change } from "./results.js";

/** @import { Result } from "../model/state.js" */

/** @param {Result} result as it was when it was shown */
export const toggleStar = ({ id }) => {
  const now = store.state.results.find((one) => one.id === id);
  return change(id, { starred: !now?.starred });
};
