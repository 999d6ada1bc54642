/** Prompts that were sent before, and prompts that somebody keeps; newest first. */

/** @import { Draft, KeptPrompts, Prompt } from "./state.js" */

export const MOST_SENT = 50;
const LONGEST_NAME = 60;

/** @param {Draft} draft */
export const promptOf = ({ mode, ...draft }) => ({ mode, text: draft[mode] });

/** What a browser has kept, or what of it is right.
 *
 * @param {any} given
 * @returns {KeptPrompts}
 */
export const toKept = (given) => ({
  sent: listOf(given?.sent).map(({ mode, text }) => ({ mode, text })).slice(0, MOST_SENT),
  saved: listOf(given?.saved).map(({ mode, text, name }) => ({ mode, text, name: String(name ?? "") })),
});

/** @param {any} list */
const listOf = (list) =>
  (Array.isArray(list) ? list : []).filter((one) =>
    (one?.mode === "text" || one?.mode === "json") && typeof one.text === "string" && one.text.trim());

/**
 * @param {Prompt} one
 * @returns {(other: Prompt) => boolean}
 */
const isNot = (one) => (other) => other.mode !== one.mode || other.text !== one.text;

/** One that was sent before moves to the top.
 *
 * @param {KeptPrompts} kept
 * @param {Prompt} prompt
 * @returns {KeptPrompts}
 */
export const withSent = ({ sent, saved }, prompt) =>
  ({ saved, sent: [prompt, ...sent.filter(isNot(prompt))].slice(0, MOST_SENT) });

/** One that was saved before has another name now, if it is given one.
 *
 * @param {KeptPrompts} kept
 * @param {Prompt} prompt
 * @param {string} name
 * @returns {KeptPrompts}
 */
export function withSaved({ sent, saved }, prompt, name) {
  const before = saved.find((one) => !isNot(prompt)(one));
  const short = [...name.trim()].slice(0, LONGEST_NAME).join("");
  const named = { ...prompt, name: short || (before?.name ?? "") };
  return { sent, saved: [named, ...saved.filter(isNot(prompt))] };
}

/**
 * @param {KeptPrompts} kept
 * @param {keyof KeptPrompts} list
 * @param {Prompt} prompt
 * @returns {KeptPrompts}
 */
export const withoutPrompt = (kept, list, prompt) => ({ ...kept, [list]: kept[list].filter(isNot(prompt)) });
