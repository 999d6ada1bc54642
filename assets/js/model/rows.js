/** Where pictures lie: in rows that are filled from edge to edge, the newest large before them. */

/** @typedef {{left: number, top: number, width: number, height: number}} Box in pixels */
/** @typedef {{width: number, row: number}} Room how wide it is, and how high a row is best */

export const GAP = 8;
export const CARD = 192; // how high the words beside the newest are, where pictures are below them
const NARROWEST_CARD = 304;
const NARROW = 700; // from here on down there is nothing beside the newest
const MOST_BESIDE = 14;
const LOWEST = 80;
const RATIOS = [0.4, 3]; // what is longer or wider is shown in part

/** Width by height, as it is shown.
 *
 * @param {string} size such as 1024x768
 */
export function ratioShown(size) {
  const [width, height] = size.split("x").map(Number);
  return Math.min(RATIOS[1], Math.max(RATIOS[0], width / height || 1));
}

/** How high a row is best.
 *
 * @param {number} width
 */
export const rowFor = (width) => Math.min(208, Math.max(136, width / 5));

/** A box for each picture, in rows. The last row may end early.
 *
 * @param {number[]} ratios
 * @param {Room} room
 */
export function rowsOf(ratios, room) {
  /** @type {Box[]} */
  const boxes = [];
  let top = 0;
  for (let first = 0; first < ratios.length;) {
    const { end, height } = nextRow(ratios, first, room);
    boxes.push(...inRow(ratios.slice(first, end), top, height));
    top += height + GAP;
    first = end;
  }
  return { boxes, height: Math.max(0, top - GAP) };
}

/** Where the row ends that begins with a picture, and how high it is then.
 *
 * @param {number[]} ratios
 * @param {number} first
 * @param {Room} room
 */
function nextRow(ratios, first, { width, row }) {
  let sum = 0;
  let before = Infinity;
  for (let index = first; index < ratios.length; index += 1) {
    sum += ratios[index];
    const height = (width - (index - first) * GAP) / sum;
    if (height <= row) {
      const isNearer = before / row < row / height;
      return isNearer ? { end: index, height: before } : { end: index + 1, height };
    }
    before = height;
  }
  return { end: ratios.length, height: before < row * 1.4 ? before : row };
}

/**
 * @param {number[]} ratios
 * @param {number} top
 * @param {number} height
 * @returns {Box[]}
 */
function inRow(ratios, top, height) {
  let left = 0;
  return ratios.map((ratio) => {
    const box = { left, top, width: ratio * height, height };
    left += box.width + GAP;
    return box;
  });
}

/** The first and the one after the last of the boxes that can be seen from one height to another.
 *
 * @param {Box[]} boxes
 * @param {number} from
 * @param {number} to
 */
export function seen(boxes, from, to) {
  const first = boxes.findIndex(({ top, height }) => top + height >= from);
  const end = boxes.findIndex(({ top }) => top > to);
  if (first < 0) return { first: boxes.length, end: boxes.length };
  return { first, end: end < 0 ? boxes.length : end };
}

/** The newest picture with what is beside it, together as wide as there is room: words in a card as
 * wide as `side`, and further pictures below them, down to where the large one ends. Where there is no
 * room beside it, `side` is 0; where there are no further pictures, `boxes` is empty.
 *
 * @param {number[]} ratios the newest first
 * @param {Room & {tall: number}} room `tall` is how high the large one is best
 * @returns {{large: {width: number, height: number}, side: number, boxes: Box[]}}
 */
export function leadOf([ratio, ...others], { width, row, tall }) {
  if (width < NARROW || alone(ratio, width, tall).height < CARD) {
    return { large: { width, height: Math.min(width / ratio, tall * 1.6) }, side: 0, boxes: [] };
  }
  const most = Math.min(others.length, MOST_BESIDE);
  let best = { large: alone(ratio, width, tall), side: 0, boxes: /** @type {Box[]} */ ([]) };
  best.side = width - best.large.width - GAP;
  let least = Infinity;
  for (let count = 1; count <= most; count += 1) {
    for (let rows = 1; rows <= Math.min(count, 4); rows += 1) {
      const found = fitted(ratio, split(others.slice(0, count), rows), width);
      const strain = found ? strainOf(found, row, tall) : Infinity;
      if (found && strain < least) [best, least] = [found, strain];
    }
  }
  return best;
}

/**
 * @param {number} ratio
 * @param {number} width
 * @param {number} tall
 */
function alone(ratio, width, tall) {
  const height = Math.min(tall * 1.5, (width - NARROWEST_CARD - GAP) / ratio);
  return { width: height * ratio, height };
}

/** In so many rows of about the same length.
 *
 * @param {number[]} ratios
 * @param {number} count
 */
function split(ratios, count) {
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  /** @type {number[][]} */
  const rows = Array.from({ length: count }, () => []);
  let sum = 0;
  for (const ratio of ratios) {
    rows[Math.min(count - 1, Math.floor(((sum + ratio / 2) / total) * count))].push(ratio);
    sum += ratio;
  }
  return rows;
}

/** The one width of the rows with which they end where the large one ends; null if they do not fit.
 *
 * @param {number} ratio
 * @param {number[][]} rows
 * @param {number} width
 */
function fitted(ratio, rows, width) {
  if (rows.some((row) => !row.length)) return null;
  const sums = rows.map((row) => row.reduce((sum, one) => sum + one, 0));
  const gaps = rows.map((row) => (row.length - 1) * GAP);
  const slope = sums.reduce((sum, one) => sum + 1 / one, 0);
  const fixed = CARD + sums.reduce((sum, one, index) => sum + GAP - gaps[index] / one, 0);
  const free = width - GAP;
  const side = (free / ratio - fixed) / (slope + 1 / ratio);
  const heights = sums.map((sum, index) => (side - gaps[index]) / sum);
  if (side < NARROWEST_CARD || heights.some((height) => height < LOWEST)) return null;
  let top = 0;
  const boxes = rows.flatMap((row, index) => {
    const boxesOfRow = inRow(row, top, heights[index]);
    top += heights[index] + GAP;
    return boxesOfRow;
  });
  return { large: { width: free - side, height: (free - side) / ratio }, side, boxes };
}

/** How far from what is best: 0 is best.
 *
 * @param {{large: {height: number}, boxes: Box[]}} lead
 * @param {number} row
 * @param {number} tall
 */
const strainOf = ({ large, boxes }, row, tall) =>
  2 * off(large.height, tall)
  + boxes.reduce((sum, { height }) => sum + off(height, row), 0) / boxes.length;

/**
 * @param {number} height
 * @param {number} wanted
 */
const off = (height, wanted) => Math.abs(Math.log2(height / wanted));
