/** A box that is drawn with the mouse around images selects them. */

import { chooseAll } from "../actions/selection.js";
import { between, touch } from "../model/selection.js";
import { store } from "../model/store.js";

/** @import { Box } from "../model/rows.js" */

const LEAST = 6; // pixels; what is less is a click
const EDGE = 48; // pixels, in which the page goes on by itself
const STEP = 12; // pixels a frame
const GROUND = ".stage, .gallery, gallery-wall, .newest, .tiles";

/** From now on boxes can be drawn, where there is nothing else to press; while images are selected,
 * over them too. What comes back ends that.
 *
 * @param {HTMLElement} wall
 * @param {() => {id: string, box: Box}[]} places of all images, from the wall's upper left corner on
 */
export function drawBoxes(wall, places) {
  const end = new AbortController();
  document.addEventListener("pointerdown", (event) => {
    if (mayBegin(event)) draw(wall, places, event);
  }, { signal: end.signal });
  return () => end.abort();
}

/** @param {PointerEvent} event */
function mayBegin({ target, pointerType, button, offsetX }) {
  if (pointerType !== "mouse" || button || !(target instanceof Element)) return false;
  if (store.state.selection && target.closest("gallery-wall .picture")) return true;
  return target.matches(GROUND) && offsetX < target.clientWidth; // and not on the scrollbar
}

/**
 * @param {HTMLElement} wall
 * @param {() => {id: string, box: Box}[]} places
 * @param {PointerEvent} start
 */
function draw(wall, places, start) {
  const end = new AbortController();
  const { signal } = end;
  const frame = document.createElement("div");
  frame.className = "box";
  const before = store.state.selection ?? new Set();
  const from = onWall(wall, start);
  let at = start;

  const step = () => {
    if (signal.aborted) return;
    scroll(wall, at.clientY);
    const box = between(from, onWall(wall, at));
    const corner = wall.getBoundingClientRect();
    frame.style.cssText = `left: ${box.left + corner.left}px; top: ${box.top + corner.top}px; `
      + `width: ${box.width}px; height: ${box.height}px`;
    const ids = places().filter((place) => touch(place.box, box)).map(({ id }) => id);
    chooseAll([...before, ...ids]);
    requestAnimationFrame(step);
  };
  const move = (/** @type {PointerEvent} */ event) => {
    at = event;
    const isFar = Math.hypot(at.clientX - start.clientX, at.clientY - start.clientY) > LEAST;
    if (!isFar || frame.isConnected) return;
    document.body.append(frame);
    step();
  };
  const finish = () => {
    if (frame.isConnected) ignoreClick();
    frame.remove();
    end.abort();
  };
  document.addEventListener("pointermove", move, { signal });
  document.addEventListener("pointerup", finish, { signal });
  document.addEventListener("pointercancel", finish, { signal });
  for (const other of ["selectstart", "dragstart"]) {
    document.addEventListener(other, (event) => event.preventDefault(), { signal });
  }
}

/**
 * @param {HTMLElement} wall
 * @param {PointerEvent} event
 */
function onWall(wall, { clientX, clientY }) {
  const { left, top } = wall.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

/** Near the upper or the lower edge of what scrolls.
 *
 * @param {HTMLElement} wall
 * @param {number} y
 */
function scroll(wall, y) {
  const stage = wall.closest(".stage");
  const isOwn = stage && getComputedStyle(stage).overflowY === "auto";
  const scroller = isOwn ? stage : document.scrollingElement;
  const top = isOwn ? stage.getBoundingClientRect().top : 0;
  if (y < top + EDGE) scroller?.scrollBy(0, -STEP);
  else if (y > innerHeight - EDGE) scroller?.scrollBy(0, STEP);
}

/** The one that ends the box is none on what lies there. */
function ignoreClick() {
  const end = new AbortController();
  document.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true, signal: end.signal });
  setTimeout(() => end.abort());
}
