/** The keys of the viewer: heard on the whole page from when it is first opened, heeded while it is
 * the dialog that is open.
 */

import * as act from "../actions/all.js";
import { removeViewed, turn } from "../actions/looking.js";
import { toggleStar } from "../actions/stars.js";
import { neighbour } from "../model/gallery.js";
import { store } from "../model/store.js";
import { isNear, moveBy, settle, showWhole, zoomBy } from "./zooming.js";

/** @import { Result } from "../model/state.js" */

const STEP = 80; // pixels
const NEARER = 1.25;

/** What can be done with the picture; held down, a key does it once.
 *
 * @type {Record<string, (result: Result) => void>}
 */
const ONCE = {
  s: toggleStar,
  d: act.download,
  r: act.useAsReference,
  g: act.reuse,
  n: act.remix,
  Delete: removeViewed,
};

/** How it is looked at.
 *
 * @type {Record<string, () => void>}
 */
const LOOKING = {
  ArrowLeft: () => (isNear() ? moveBy({ x: STEP, y: 0 }) : turn(-1)),
  ArrowRight: () => (isNear() ? moveBy({ x: -STEP, y: 0 }) : turn(1)),
  "+": () => zoomBy(NEARER),
  "=": () => zoomBy(NEARER), // the same key without Shift
  "-": () => zoomBy(1 / NEARER),
  0: showWhole,
};

/** Otherwise these scroll, or close the viewer.
 *
 * @type {Record<string, () => void>}
 */
const WHILE_NEAR = {
  ArrowUp: () => moveBy({ x: 0, y: STEP }),
  ArrowDown: () => moveBy({ x: 0, y: -STEP }),
  Escape: showWhole,
};

export function listen() {
  document.addEventListener("keydown", press);
  window.addEventListener("resize", settle);
}

/** @param {KeyboardEvent} event */
function press(event) {
  const { dialog, results } = store.state;
  if (dialog?.name !== "view" || event.ctrlKey || event.metaKey || event.altKey) return;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const result = neighbour(results, dialog.id, 0);
  const action = LOOKING[name] ?? (isNear() ? WHILE_NEAR[name] : undefined);
  if (action) action();
  else if (ONCE[name] && result && !event.repeat) ONCE[name](result);
  else return;
  event.preventDefault();
}
