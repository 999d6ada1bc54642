/** The way to the keys, for the owner: nothing of it is loaded before it is opened. */

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
