/** The arithmetic of the viewer: what is under the pointer stays there, and nothing gets lost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  WHOLE, bounded, fullSize, isWhole, moved, pinched, swiped, toggled, wheelFactor, zoomed,
} from "../../assets/js/model/zoom.js";

const ROOM = { frame: { width: 800, height: 600 }, fitted: { width: 800, height: 450 }, natural: 1600 };

/** Which point of the picture, from its middle and as it fits, is seen at a point of the frame. */
const seenAt = ({ scale, x, y }, point) => ({ x: (point.x - x) / scale, y: (point.y - y) / scale });

const close = (one, other) => {
  assert.ok(Math.abs(one.x - other.x) < 1e-9, `${one.x} ${other.x}`);
  assert.ok(Math.abs(one.y - other.y) < 1e-9, `${one.y} ${other.y}`);
};

test("what is under the pointer stays under it", () => {
  const point = { x: 120, y: -80 };
  const nearer = zoomed({ scale: 2, x: 30, y: 10 }, 1.5, point, ROOM);
  assert.equal(nearer.scale, 3);
  close(seenAt(nearer, point), seenAt({ scale: 2, x: 30, y: 10 }, point));
});

test("it is never smaller than it fits, and then in the middle", () => {
  assert.deepEqual(zoomed({ scale: 2, x: 300, y: 100 }, 0.01, { x: 5, y: 5 }, ROOM), WHOLE);
  assert.ok(isWhole(WHOLE));
});

test("it gets beyond full size, and not beyond what makes sense", () => {
  assert.equal(fullSize(ROOM), 2);
  assert.equal(zoomed(WHOLE, 1000, { x: 0, y: 0 }, ROOM).scale, 16);
  assert.equal(zoomed(WHOLE, 1000, { x: 0, y: 0 }, { ...ROOM, natural: 100 }).scale, 4);
});

test("its edges stay at or beyond those of the frame", () => {
  assert.deepEqual(moved({ scale: 2, x: 0, y: 0 }, { x: 9999, y: -9999 }, ROOM), { scale: 2, x: 400, y: -150 });
  assert.deepEqual(moved(WHOLE, { x: 50, y: 50 }, ROOM), WHOLE, "what is seen as a whole stays");
});

test("a direction in which there is nothing more to see stays in the middle", () => {
  const tall = { frame: { width: 800, height: 600 }, fitted: { width: 100, height: 600 }, natural: 400 };
  assert.deepEqual(bounded({ scale: 2, x: 70, y: 20 }, tall), { scale: 2, x: 0, y: 20 });
});

test("a frame that gets smaller brings the picture back into it", () => {
  const small = { frame: { width: 400, height: 300 }, fitted: { width: 400, height: 225 }, natural: 1600 };
  assert.deepEqual(bounded({ scale: 2, x: 400, y: 150 }, small), { scale: 2, x: 200, y: 75 });
});

test("a pinch keeps what is between the fingers, also while they wander", () => {
  const before = [{ x: -50, y: 0 }, { x: 50, y: 0 }];
  const after = [{ x: -80, y: 20 }, { x: 120, y: 20 }];
  const nearer = pinched({ scale: 2, x: 0, y: 0 }, before, after, ROOM);
  assert.equal(nearer.scale, 4);
  close(seenAt(nearer, { x: 20, y: 20 }), { x: 0, y: 0 });
  assert.ok(Number.isFinite(pinched(WHOLE, [before[0], before[0]], after, ROOM).scale), "fingers at one place");
});

test("a double tap shows full size, then the whole again", () => {
  const near = toggled(WHOLE, { x: 100, y: 0 }, ROOM);
  assert.equal(near.scale, 2);
  assert.deepEqual(toggled(near, { x: 0, y: 0 }, ROOM), WHOLE);
  assert.equal(toggled(WHOLE, { x: 0, y: 0 }, { ...ROOM, natural: 810 }).scale, 2.5);
});

test("a wheel makes it larger upwards, in whatever it counts, and never by leaps", () => {
  const wheel = (deltaY, deltaMode = 0, ctrlKey = false) => wheelFactor({ deltaY, deltaMode, ctrlKey });
  assert.ok(wheel(-100) > 1.1 && wheel(-100) < 1.4);
  assert.equal(wheel(-100) * wheel(100), 1);
  assert.ok(wheel(-3, 1) > 1.1);
  assert.ok(wheel(-4, 0, true) > wheel(-4));
  assert.equal(wheel(-1e6), 3);
});

test("a swipe is far enough, and to the side", () => {
  assert.equal(swiped({ x: -90, y: 10 }), 1);
  assert.equal(swiped({ x: 90, y: -10 }), -1);
  assert.equal(swiped({ x: -40, y: 0 }), 0);
  assert.equal(swiped({ x: -90, y: 80 }), 0);
});
