/** What opens over the page. */

import { nothing } from "/vendor/lit-html/lit-html.js";
import { store } from "../model/store.js";
import { code } from "./code.js";
import { key } from "./key.js";
import { setup } from "./setup.js";
import { viewer } from "./viewer.js";

/** @import { State } from "../model/types.js" */

/** @param {State} state */
export function openDialog(state) {
  const { dialog } = state;
  switch (dialog?.name) {
    case "view": return viewer(state, dialog);
    case "compare": return comparison ? comparison(state, dialog) : loadComparison();
    case "code": return code(dialog);
    case "key": return key(state, dialog);
    case "setup": return setup(state);
    default: return nothing;
  }
}

/** @type {typeof import("./comparison.js").comparison | undefined} loaded when it is first opened */
let comparison;

function loadComparison() {
  import("./comparison.js").then((module) => {
    comparison = module.comparison;
    store.update({}); // shows it
  });
  return nothing;
}
