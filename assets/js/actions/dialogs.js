/** Opening and closing; the browser's own `close` gives the focus back to where it was. */

import { store } from "../model/store.js";

export const closeDialog = () => store.ask({ name: "closeDialog" });

/** Back to the dialog that this one was opened from, if any. */
export const dialogClosed = () =>
  store.update({ dialog: store.state.dialog?.from ?? null, keyProblem: null });

export const openSetup = () => store.update({ dialog: { name: "setup" } });
