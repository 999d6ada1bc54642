/** The picture in the viewer under wheel, fingers, mouse and keys.
 *
 * How near it is looked at is a matter of the screen, and kept here: the store knows nothing of it.
 */

import { turn } from "../actions/looking.js";
import { WHOLE, bounded, fullSize, isWhole, moved, pinched, swiped, toggled, wheelFactor, zoomed } from "../model/zoom.js";
import { percent } from "../words/language.js";

/** @import { Point, Room, Sight } from "../model/zoom.js" */

const ONE_COLUMN = "(max-width: 60rem)"; // as in style.css
const DOUBLE = { time: 350, distance: 30 }; // milliseconds and pixels between two taps
const STILL = 8; // pixels that a finger moves when it only taps
const CENTRE = { x: 0, y: 0 };

/** @type {WeakMap<HTMLElement, Sight>} */
const sights = new WeakMap();
/** Those that are down now.
 *
 * @type {Map<number, Point>}
 */
const fingers = new Map();
/** How far the only finger, or the mouse, has gone.
 *
 * @type {Point | null}
 */
let path = null;
/** @type {(Point & {time: number}) | null} */
let tap = null;

const currentFrame = () => /** @type {HTMLElement | null} */ (document.querySelector(".viewer .canvas"));

/** @param {HTMLElement} frame */
const pictureIn = (frame) => /** @type {HTMLImageElement} */ (frame.firstElementChild);

/** @param {HTMLElement} frame */
const sightOf = (frame) => sights.get(frame) ?? WHOLE;

/**
 * @param {HTMLElement} frame
 * @returns {Room}
 */
function roomOf(frame) {
  const picture = pictureIn(frame);
  const fitted = { width: picture.offsetWidth || 1, height: picture.offsetHeight || 1 };
  return {
    frame: { width: frame.clientWidth, height: frame.clientHeight },
    fitted,
    natural: picture.naturalWidth || fitted.width,
  };
}

/**
 * @param {HTMLElement} frame
 * @param {{clientX: number, clientY: number}} event
 */
function pointIn(frame, { clientX, clientY }) {
  const { left, top, width, height } = frame.getBoundingClientRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}

/**
 * @param {HTMLElement} frame
 * @param {Sight} sight
 */
function show(frame, sight) {
  sights.set(frame, sight);
  const { x, y, scale } = sight;
  const isNear = !isWhole(sight);
  pictureIn(frame).style.transform = isNear ? `translate(${x}px, ${y}px) scale(${scale})` : "";
  frame.dataset.zoomed = String(isNear);
  const full = document.querySelector(".viewer .magnified");
  if (!full?.lastElementChild) return;
  full.lastElementChild.textContent = percent(scale / fullSize(roomOf(frame)));
  full.setAttribute("aria-pressed", String(isNear));
}

/** @param {(sight: Sight, room: Room) => Sight} change */
function look(change) {
  const frame = currentFrame();
  if (frame) show(frame, change(sightOf(frame), roomOf(frame)));
}

export const isNear = () => {
  const frame = currentFrame();
  return frame !== null && !isWhole(sightOf(frame));
};

export const showWhole = () => look(() => WHOLE);

/** Full size, or back from it. */
export const toggleFull = () => look((sight, room) => toggled(sight, CENTRE, room));

/** @param {number} factor */
export const zoomBy = (factor) => look((sight, room) => zoomed(sight, factor, CENTRE, room));

/** @param {Point} by */
export const moveBy = (by) => look((sight, room) => moved(sight, by, room));

/** After the picture has come, or the screen has changed. */
export const settle = () => look(bounded);

/** A listener of the frame.
 *
 * @template {MouseEvent} E
 * @param {(frame: HTMLElement, event: E) => void} listen
 */
const inFrame = (listen) => (/** @type {E} */ event) =>
  listen(/** @type {HTMLElement} */ (event.currentTarget), event);

export const press = inFrame((frame, /** @type {PointerEvent} */ event) => {
  if (event.button) return;
  frame.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, pointIn(frame, event));
  path = fingers.size === 1 ? CENTRE : null;
});

export const move = inFrame((frame, /** @type {PointerEvent} */ event) => {
  const from = fingers.get(event.pointerId);
  if (!from) return;
  const before = [...fingers.values()];
  const to = pointIn(frame, event);
  fingers.set(event.pointerId, to);
  if (fingers.size === 2) {
    slide(frame, 0);
    show(frame, pinched(sightOf(frame), before, [...fingers.values()], roomOf(frame)));
  } else if (path) {
    const by = { x: to.x - from.x, y: to.y - from.y };
    path = { x: path.x + by.x, y: path.y + by.y };
    if (!isWhole(sightOf(frame))) show(frame, moved(sightOf(frame), by, roomOf(frame)));
    else if (event.pointerType !== "mouse") slide(frame, path.x);
  }
});

export const lift = inFrame((frame, /** @type {PointerEvent} */ event) => {
  const at = fingers.get(event.pointerId);
  fingers.delete(event.pointerId);
  const gone = path;
  path = null;
  slide(frame, 0);
  if (!gone || !at || event.type === "pointercancel") return;
  if (Math.hypot(gone.x, gone.y) < STILL) return tapAt(frame, at, event.timeStamp);
  const by = event.pointerType !== "mouse" && isWhole(sightOf(frame)) ? swiped(gone) : 0;
  if (by) turn(by);
});

/** The picture follows the finger that swipes.
 *
 * @param {HTMLElement} frame
 * @param {number} by pixels
 */
function slide(frame, by) {
  pictureIn(frame).style.translate = by ? `${by}px` : "";
  frame.toggleAttribute("data-sliding", by !== 0);
}

/** The second of two taps, or clicks, at one place.
 *
 * @param {HTMLElement} frame
 * @param {Point} point
 * @param {number} time
 */
function tapAt(frame, point, time) {
  const isSecond = tap && time - tap.time < DOUBLE.time
    && Math.hypot(point.x - tap.x, point.y - tap.y) < DOUBLE.distance;
  tap = isSecond ? null : { ...point, time };
  if (isSecond) show(frame, toggled(sightOf(frame), point, roomOf(frame)));
}

/** Where there is one column, a wheel scrolls to what is below until one is nearer. */
export const wheel = {
  handleEvent: inFrame((frame, /** @type {WheelEvent} */ event) => {
    const scrolls = !event.ctrlKey && isWhole(sightOf(frame)) && matchMedia(ONE_COLUMN).matches;
    if (scrolls || !event.deltaY) return;
    event.preventDefault();
    show(frame, zoomed(sightOf(frame), wheelFactor(event), pointIn(frame, event), roomOf(frame)));
  }),
  passive: false,
};
