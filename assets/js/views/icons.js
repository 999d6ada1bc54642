/** Line drawings of 24 by 24, for the eye only: what they mean stands beside them or in a label. */

import { html, svg } from "/vendor/lit-html/lit-html.js";

const DRAWINGS = {
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  unlock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 7.7-1.5"/>`,
  key: svg`<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8m-3 3 3 3"/>`,
  chart: svg`<path d="M4 20h16M7 16v-5m5 5V5m5 11V9"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4m0-12.8L17 7M7 17l-1.4 1.4"/>`,
  moon: svg`<path d="M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  minus: svg`<path d="M5 12h14"/>`,
  cross: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  left: svg`<path d="m15 5-7 7 7 7"/>`,
  right: svg`<path d="m9 5 7 7-7 7"/>`,
  up: svg`<path d="m6 15 6-6 6 6"/>`,
  clock: svg`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`,
  code: svg`<path d="m8 7-5 5 5 5m8-10 5 5-5 5"/>`,
};

/** @import { MORE } from "./more-icons.js" */
/** @typedef {keyof typeof DRAWINGS | keyof typeof MORE} Drawing */

/** @type {Partial<Record<Drawing, unknown>>} */
let drawings = DRAWINGS;

/** Those of views that are loaded later. */
export async function drawMore() {
  drawings = { ...DRAWINGS, ...(await import("./more-icons.js")).MORE };
}

/** @param {Drawing} name */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${drawings[name]}</svg>`;
