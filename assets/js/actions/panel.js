/** The way to the owner's keys and to earlier prompts: nothing of it is loaded before it is opened. */

import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";
import { warn } from "./notice.js";

export async function openKeys() {
  try {
    const [{ open }] = await Promise.all([import("./keys.js"), learnMore("keys")]);
    await open();
  } catch (error) {
    warn("loading.failed");
    reportError(error);
  }
}

/** Filled in when what knows them has been loaded. */
export async function openPrompts() {
  store.update({ dialog: { name: "prompts", kept: null } });
  (await import("./prompts.js")).showKept();
}
