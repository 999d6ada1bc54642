/** What opens over the page. */

import { nothing } from "/vendor/lit-html/lit-html.js";
import { dialogClosed } from "../actions/dialogs.js";
import { warn } from "../actions/notice.js";
import { t } from "../words/language.js";
import { dressed, later, worded } from "./later.js";
import { dialog as sheet } from "./parts.js";

/** @import { State } from "../model/state.js" */

/** Open at once, so that what is pressed meanwhile goes to the dialog and not to the page. */
const meanwhile = {
  waiting: () => sheet({ name: "loading", title: t("loading") }, nothing),
  giveUp() {
    dialogClosed();
    warn("loading.failed");
  },
};

const batches = later(async () => (await dressed("batches", import("./batches.js"))).batches, meanwhile);
const code = later(async () => (await worded("dialogs", import("./code.js"))).code, meanwhile);
const comparison = later(async () => (await dressed("viewer", import("./comparison.js"))).comparison, meanwhile);
const key = later(async () => (await worded("dialogs", import("./key.js"))).key, meanwhile);
const keys = later(async () => (await import("./keys.js")).keys, meanwhile);
const prompts = later(async () => (await dressed("prompts", import("./prompts.js"))).prompts, meanwhile);
const setup = later(async () => (await worded("dialogs", import("./setup.js"))).setup, meanwhile);
const vary = later(async () => (await dressed("batches", import("./vary.js"))).vary, meanwhile);
const viewer = later(async () => {
  const [module, { listen }] = await Promise.all([
    dressed("viewer", import("./viewer.js")), import("./viewer-keys.js"),
  ]);
  listen();
  return module.viewer;
}, meanwhile);

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
    case "batches": return batches(state, dialog);
    case "prompts": return prompts(state, dialog);
    case "vary": return vary(state, dialog);
    default: return nothing;
  }
}
