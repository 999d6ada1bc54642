/** How far away something is, as the reader says it. */

import { spoken } from "./language.js";

/** How far away that is: in 5 hours, or as the language has it.
 *
 * @param {number} at seconds since 1970
 * @param {number} now milliseconds since 1970
 */
export function fromNow(at, now) {
  const minutes = Math.max(1, Math.round((at - now / 1000) / 60));
  const { unit, size } = SPANS.find(({ below }) => minutes < below) ?? SPANS[2];
  return new Intl.RelativeTimeFormat(spoken()).format(Math.round(minutes / size), unit);
}

/** @type {{below: number, unit: Intl.RelativeTimeFormatUnit, size: number}[]} */
const SPANS = [
  { below: 90, unit: "minute", size: 1 },
  { below: 36 * 60, unit: "hour", size: 60 },
  { below: Infinity, unit: "day", size: 24 * 60 },
];
