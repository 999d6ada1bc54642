/** What a person does to the page as a whole: keyboard, pointer, leaving. */

import * as act from "../actions/all.js";
import { hasKey } from "../browser/link.js";
import { isBusy } from "../model/queue.js";
import { store } from "../model/store.js";
import { listenForFiles } from "./dropping.js";

export function listen() {
  act.heedBack();
  listenForFiles();
  document.addEventListener("keydown", press);
  document.addEventListener("pointerdown", point);
  window.addEventListener("hashchange", () => hasKey() && act.findKey());
  window.addEventListener("offline", act.checkHealth);
  window.addEventListener("beforeunload", leave);
}

/** @param {KeyboardEvent} event */
function press(event) {
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Enter") pressEnter(event, hasModifier);
  if (event.key === "Escape") leaveWays("more-ways");
}

/** What is chosen from closes with a press beside it.
 *
 * @param {PointerEvent} event
 */
function point({ target }) {
  if (target instanceof Element && !target.closest(".ways, #more-ways")) leaveWays();
}

/** @param {string} [focused] what has the focus then */
function leaveWays(focused) {
  if (!store.state.isChoosing || store.state.dialog) return;
  act.toggleWays();
  if (focused) store.ask({ name: "focus", field: focused });
}

/** A key that is held down counts once.
 *
 * @param {KeyboardEvent} event
 * @param {boolean} hasModifier
 */
function pressEnter(event, hasModifier) {
  if (!hasModifier && !(event.target instanceof HTMLInputElement)) return;
  if (hasModifier || event.repeat) event.preventDefault();
  if (hasModifier && !event.repeat && !store.state.dialog) act.generate();
}

/** @param {BeforeUnloadEvent} event */
function leave(event) {
  const { jobs, unkept } = store.state;
  if (isBusy(jobs) || unkept.size) event.preventDefault();
}
