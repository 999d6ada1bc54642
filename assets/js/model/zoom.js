/** How near a picture is looked at, and at which part of it: arithmetic only.
 *
 * Lengths are CSS pixels. Points are counted from the middle of the frame.
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{width: number, height: number}} Extent */
/** Where the middle of the picture is, and how large: 1 is as it fits.
 *
 * @typedef {Point & {scale: number}} Sight
 */
/** The frame, the picture as it fits into it, and how wide it is by itself.
 *
 * @typedef {{frame: Extent, fitted: Extent, natural: number}} Room
 */

/** As a whole, in the middle.
 *
 * @type {Readonly<Sight>}
 */
export const WHOLE = Object.freeze({ scale: 1, x: 0, y: 0 });

const NEAREST = 8; // screen pixels for a pixel of the picture
const LEAST_NEAREST = 4; // times as it fits, however small the picture is
const DOUBLE_TAP = 2.5; // times as it fits, where that is already about full size
const SWIPE = 60; // pixels
const WHEEL = 0.0022; // for a pixel of the wheel; about 20 % for a notch
const PINCHED_WHEEL = 0.01; // a pinch on a touchpad comes as a wheel of small steps
const LINE = 40; // pixels, where a wheel counts lines

/** @param {Sight} sight */
export const isWhole = ({ scale }) => scale <= 1;

/** The scale at which a pixel of the picture is one of the screen.
 *
 * @param {Room} room
 */
export const fullSize = ({ fitted, natural }) => natural / fitted.width;

/** @param {Room} room */
const nearest = (room) => Math.max(NEAREST * fullSize(room), LEAST_NEAREST);

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const between = (value, low, high) => Math.min(Math.max(value, low), high);

/** No nearer than makes sense; and no ground beside the picture where the picture could be.
 *
 * @param {Sight} sight
 * @param {Room} room
 * @returns {Sight}
 */
export function bounded({ scale, x, y }, room) {
  const kept = between(scale, 1, nearest(room));
  const { frame, fitted } = room;
  const farthest = (/** @type {"width" | "height"} */ side) =>
    Math.max(0, (fitted[side] * kept - frame[side]) / 2);
  return {
    scale: kept,
    x: between(x, -farthest("width"), farthest("width")) || 0,
    y: between(y, -farthest("height"), farthest("height")) || 0,
  };
}

/** What is at the point stays there.
 *
 * @param {Sight} sight
 * @param {number} factor
 * @param {Point} point
 * @param {Room} room
 */
export function zoomed(sight, factor, point, room) {
  const scale = between(sight.scale * factor, 1, nearest(room));
  const by = scale / sight.scale;
  const x = point.x - (point.x - sight.x) * by;
  const y = point.y - (point.y - sight.y) * by;
  return bounded({ scale, x, y }, room);
}

/**
 * @param {Sight} sight
 * @param {Point} by
 * @param {Room} room
 */
export const moved = ({ scale, x, y }, by, room) =>
  bounded({ scale, x: x + by.x, y: y + by.y }, room);

/** Two fingers, before and after: what is between them stays between them.
 *
 * @param {Sight} sight
 * @param {Point[]} before
 * @param {Point[]} after
 * @param {Room} room
 */
export function pinched(sight, before, after, room) {
  const [from, to] = [middle(before), middle(after)];
  const factor = apart(after) / Math.max(1, apart(before));
  return moved(zoomed(sight, factor, from, room), { x: to.x - from.x, y: to.y - from.y }, room);
}

/** @param {Point[]} points */
const middle = ([one, other]) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

/** @param {Point[]} points */
const apart = ([one, other]) => Math.hypot(one.x - other.x, one.y - other.y);

/** Nearer by a double tap, or back to the whole.
 *
 * @param {Sight} sight
 * @param {Point} point
 * @param {Room} room
 */
export function toggled(sight, point, room) {
  if (!isWhole(sight)) return WHOLE;
  const full = fullSize(room);
  return zoomed(sight, full > 1.2 ? full : DOUBLE_TAP, point, room);
}

/** By how much a turn of the wheel makes it larger.
 *
 * @param {Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">} wheel
 */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }) {
  const pixels = deltaMode ? deltaY * LINE : deltaY;
  return between(Math.exp(-pixels * (ctrlKey ? PINCHED_WHEEL : WHEEL)), 1 / 3, 3);
}

/** To which neighbour a finger has swiped: 1 is the next, 0 none.
 *
 * @param {Point} by
 */
export function swiped({ x, y }) {
  if (Math.abs(x) < SWIPE || Math.abs(x) < 2 * Math.abs(y)) return 0;
  return x < 0 ? 1 : -1;
}
