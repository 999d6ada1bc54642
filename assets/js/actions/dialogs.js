/** Opening and closing; the browser's own `close` gives the focus back to where it was. */

import { store } from "../model/store.js";

export const closeDialog = () => store.ask({ name: "closeDialog" });

/** Back to the dialog that this one was opened from, if any. */
export function dialogClosed() {
  const { dialog } = store.state;
  store.update({ dialog: dialog?.from ?? null, keyProblem: null });
  if (dialog && "opener" in dialog) store.ask({ name: "focus", field: dialog.opener });
}

export const openSetup = () => store.update({ dialog: { name: "setup" } });

/** @param {{andGenerate?: boolean}} [then] what follows when there is one */
export function askForKey(then) {
  store.update({ dialog: { name: "key", ...then }, keyProblem: null });
  store.ask({ name: "focus", field: "key" });
}
