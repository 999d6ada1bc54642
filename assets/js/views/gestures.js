/** What actions ask to be done with what is on the screen. */

/** @import { Gesture } from "../model/types.js" */

const ONE_COLUMN = "(max-width: 60rem)"; // as in style.css

/** @param {Gesture} gesture */
export function perform(gesture) {
  switch (gesture.name) {
    case "closeDialog": return closeDialog();
    case "leaveField": return leaveField();
    case "focus": return queueMicrotask(() => focus(gesture.field));
    case "point": return point(gesture.offset);
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

/** After what was changed is shown: it may be there only then.
 *
 * @param {string} id
 */
const focus = (id) => document.getElementById(id)?.focus();

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
