/** What opens over the page. */

import { nothing } from "/vendor/lit-html/lit-html.js";
import { key } from "./key.js";
import { later } from "./later.js";
import { setup } from "./setup.js";

/** @import { State } from "../model/types.js" */

const code = later(async () => (await import("./code.js")).code);
const comparison = later(async () => (await import("./comparison.js")).comparison);
const keys = later(async () => (await import("./keys.js")).keys);
const viewer = later(async () => (await import("./viewer.js")).viewer);

/** @param {State} state */
export function openDialog(state) {
  const { dialog } = state;
  switch (dialog?.name) {
    case "view": return viewer(state, dialog);
    case "compare": return comparison(state, dialog);
    case "code": return code(dialog);
    case "key": return key(state, dialog);
    case "setup": return setup(state);
    case "keys": case "keyForm": case "newKey": return keys(state, dialog);
    default: return nothing;
  }
}
