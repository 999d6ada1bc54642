/** The way to the keys, for the owner: nothing of it is loaded before it is opened. */

import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";
import { warn } from "./notice.js";

export async function openKeys() {
  try {
    const [{ open }] = await Promise.all([import("./keys.js"), learnMore(store.state.language)]);
    await open();
  } catch (error) {
    warn("loading.failed");
    reportError(error);
  }
}
