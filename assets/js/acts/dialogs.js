/** Opening and closing; the browser's own `close` gives the focus back to where it was. */

import { store } from "../store.js";

export const closeDialog = () => document.querySelector("dialog[open]")?.close();

export const dialogClosed = () => store.update({ dialog: null, keyProblem: null });

export const openSetup = () => store.update({ dialog: { name: "setup" } });
