/** Light or dark, and the language. */

import { recall, remember } from "../browser/memory.js";
import { store } from "../model/store.js";
import { learn, preferred } from "../words/language.js";

const THEME = "theme";
const LANGUAGE = "language";

/** As it was at the last visit, or else dark, and in the language of the browser. */
export async function restoreAppearance() {
  const language = await learn(preferred(recall(LANGUAGE), navigator.languages));
  store.update({ theme: recall(THEME) === "light" ? "light" : "dark", language });
}

export function toggleTheme() {
  const theme = store.state.theme === "dark" ? "light" : "dark";
  remember(THEME, theme);
  store.update({ theme });
}

/** @param {string} tag */
export async function chooseLanguage(tag) {
  remember(LANGUAGE, tag);
  store.update({ language: await learn(tag) });
}
