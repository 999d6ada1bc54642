/** Light or dark, the language, and what a narrow screen shows. */

import { prefersLight } from "../browser/device.js";
import { recall, remember } from "../browser/memory.js";
import { store } from "../model/store.js";
import { learn, preferred } from "../words/language.js";

const THEME = "theme";
const LANGUAGE = "language";

/** As it was at the last visit, or else as the system has it. */
export async function restoreAppearance() {
  const language = await learn(preferred(recall(LANGUAGE), navigator.languages));
  store.update({ theme: themeOf(recall(THEME)), language });
}

/** @param {unknown} chosen */
const themeOf = (chosen) =>
  (chosen === "light" || chosen === "dark" ? chosen : prefersLight() ? "light" : "dark");

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

/** @param {"create" | "gallery"} tab */
export const show = (tab) => store.update({ tab });
