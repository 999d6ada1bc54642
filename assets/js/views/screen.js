/** What the page knows is shown anew whenever it changes; and where the focus is meanwhile. */

import { render } from "/vendor/lit-html/lit-html.js";
import { store } from "../model/store.js";
import { speak, t } from "../words/language.js";
import { focusAwaited } from "./gestures.js";
import { page } from "./page.js";
import { elapsed } from "./parts.js";

/** @import { Notice, State } from "../model/state.js" */

const NOTICE_STAYS = 6000; // milliseconds
const FOCUSABLE = "button:not(:disabled), input, textarea, select";

const root = /** @type {HTMLElement} */ (document.querySelector("#page"));
let isDue = false;
let isFirst = true;

/** Once, however much changes at a time. */
export function showSoon() {
  if (isDue) return;
  isDue = true;
  queueMicrotask(show);
}

function show() {
  isDue = false;
  const { state } = store;
  speak(state.language);
  document.documentElement.lang = state.language;
  document.title = title(state);
  applyTheme(state.theme);
  const focused = ancestors(document.activeElement);
  if (isFirst) root.replaceChildren(); // what index.html shows meanwhile
  isFirst = false;
  const wasOver = isOver();
  render(page(state), root);
  openDialog(/** @type {HTMLDialogElement | null} */ (document.querySelector("dialog:not([open])")));
  keepFocus(focused, wasOver && !isOver());
  focusAwaited();
  showNotice(state.notice);
}

/** Not one that was closed, before it has told so: see parts.js.
 *
 * @param {HTMLDialogElement | null} dialog
 */
function openDialog(dialog) {
  if (!dialog || "shown" in dialog.dataset) return;
  dialog.dataset.shown = "";
  dialog.showModal();
}

/**
 * @param {Element | null} element
 * @returns {Element[]} itself first
 */
const ancestors = (element) =>
  (element && element !== document.body ? [element, ...ancestors(element.parentElement)] : []);

const isOver = () => document.querySelector("dialog") !== null;

/** What had the focus may be gone, at once or behind a dialog that is closed; then something near it
 * has the focus, and not nothing.
 *
 * @param {Element[]} path
 * @param {boolean} isClosed
 */
function keepFocus([focused, ...around], isClosed) {
  if (focused ? focused.isConnected : !isClosed || document.activeElement !== document.body) return;
  const place = document.querySelector("dialog")
    ?? around.find((element) => element.isConnected && element.querySelector(FOCUSABLE))
    ?? document.querySelector(".stage");
  /** @type {HTMLElement | null | undefined} */
  const near = place?.querySelector(FOCUSABLE);
  near?.focus({ preventScroll: isClosed });
}

/** With how long it has been going on, and how many images have come while nobody saw the page.
 *
 * @param {State} state
 */
function title({ jobs, now, unseen }) {
  const started = jobs.find((job) => job.state === "running")?.started;
  const time = started ? `${elapsed(started, now)} · ` : "";
  return `${unseen ? `(${unseen}) ` : ""}${time}${t("title")}`;
}

/** @type {Notice | null} */
let noticed = null;

/** Over everything, also over dialogs, and for a while.
 *
 * @param {Notice | null} notice
 */
function showNotice(notice) {
  if (notice === noticed) return;
  noticed = notice;
  const element = /** @type {HTMLElement} */ (document.querySelector(".notices"));
  element.hidePopover();
  if (!notice) return;
  element.showPopover();
  setTimeout(() => store.state.notice === notice && store.update({ notice: null }), NOTICE_STAYS);
}

/** @type {State["theme"] | null} */
let shownTheme = null;

/** @param {State["theme"]} theme */
function applyTheme(theme) {
  if (theme === shownTheme) return;
  shownTheme = theme;
  document.documentElement.dataset.theme = theme;
  const ground = getComputedStyle(document.documentElement).getPropertyValue("background-color");
  document.querySelectorAll("meta[name=theme-color]").forEach((meta) => meta.setAttribute("content", ground));
}
