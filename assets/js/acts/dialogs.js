/** Opening and closing; the browser's own `close` gives the focus back to where it was. */

import { store } from "../store.js";

export const closeDialog = () => document.querySelector("dialog[open]")?.close();

/** Back to the dialog that this one was opened from, if any. */
export const dialogClosed = () =>
  store.update({ dialog: store.state.dialog?.from ?? null, keyProblem: null });

export const openSetup = () => store.update({ dialog: { name: "setup" } });
