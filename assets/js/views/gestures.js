/** What actions ask to be done with what is on the screen. */

/** @import { Gesture } from "../model/state.js" */

const LONGEST_LOADING = 5000; // milliseconds
const ONE_COLUMN = "(max-width: 60rem)"; // as in style.css

/** @param {Gesture} gesture */
export function perform(gesture) {
  switch (gesture.name) {
    case "closeDialog": return closeDialog();
    case "leaveField": return leaveField();
    case "focus": return queueMicrotask(() => focus(gesture.field));
    case "point": return point(gesture.offset);
    case "showJobs": return queueMicrotask(showJobs);
    case "showNewestJob": return queueMicrotask(showNewestJob);
  }
}

/** By the browser, which gives the focus back and tells it to the dialog. */
function closeDialog() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog instanceof HTMLDialogElement) dialog.close();
}

/** A field that takes over what is typed only when it is left takes it over now. */
const leaveField = () => document.activeElement?.dispatchEvent(new Event("leave"));

/** What is to have the focus as soon as it is there, and until when that is waited for.
 *
 * @type {{id: string, until: number} | null}
 */
let awaited = null;

/** After what was changed is shown: it may be there only then, or when its view was loaded.
 *
 * @param {string} id
 */
function focus(id) {
  awaited = { id, until: performance.now() + LONGEST_LOADING };
  focusAwaited();
}

export function focusAwaited() {
  const field = awaited && document.getElementById(awaited.id);
  if (awaited && !field && performance.now() < awaited.until) return;
  awaited = null;
  field?.focus();
}

/** To a place in the JSON.
 *
 * @param {number} offset
 */
function point(offset) {
  const area = document.querySelector("#prompt");
  if (!(area instanceof HTMLTextAreaElement)) return;
  area.focus();
  area.setSelectionRange(offset, offset + 1);
  document.querySelector(".editor mark")?.scrollIntoView({ block: "center" });
}

/** Where the page is one column, what was typed is no more to be seen, nor what had the focus. */
function showNewestJob() {
  if (matchMedia(ONE_COLUMN).matches) {
    document.getElementById("tab-gallery")?.focus();
    document.querySelector(".job:last-of-type")?.scrollIntoView({ block: "center" });
  }
}

/** From wherever somebody is. */
function showJobs() {
  const jobs = document.querySelector(".jobs");
  if (!(jobs instanceof HTMLElement)) return;
  jobs.scrollIntoView({ block: "start" });
  jobs.focus({ preventScroll: true });
}
