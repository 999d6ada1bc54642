/** What opens over the page. */

import { nothing } from "/vendor/lit-html/lit-html.js";
import { dialogClosed } from "../actions/dialogs.js";
import { warn } from "../actions/notice.js";
import { t } from "../words/language.js";
import { key } from "./key.js";
import { later } from "./later.js";
import { dialog as sheet } from "./parts.js";
import { setup } from "./setup.js";

/** @import { State } from "../model/types.js" */

/** Open at once, so that what is pressed meanwhile goes to the dialog and not to the page. */
const meanwhile = {
  waiting: () => sheet({ name: "loading", title: t("loading") }, nothing),
  giveUp() {
    dialogClosed();
    warn("loading.failed");
  },
};

const code = later(async () => (await import("./code.js")).code, meanwhile);
const comparison = later(async () => (await import("./comparison.js")).comparison, meanwhile);
const keys = later(async () => (await import("./keys.js")).keys, meanwhile);
const viewer = later(async () => (await import("./viewer.js")).viewer, meanwhile);

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
