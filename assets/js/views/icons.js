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
  download: svg`<path d="M12 4v11m-5-4 5 5 5-5M5 20h14"/>`,
  copy: svg`<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 5H6a2 2 0 0 0-2 2v9"/>`,
  bin: svg`<path d="M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13"/>`,
  dice: svg`<rect x="4" y="4" width="16" height="16" rx="3"/><path d="M8.5 8.5h.01m6.99 0h.01M12 12h.01M8.5 15.5h.01m6.99 0h.01"/>`,
  again: svg`<path d="M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4"/>`,
  image: svg`<rect x="4" y="4" width="16" height="16" rx="2"/><circle cx="9" cy="9.5" r="1.5"/><path d="m5 18 5-5 3 3 3-3 3 3"/>`,
  find: svg`<circle cx="11" cy="11" r="6"/><path d="m20 20-4.5-4.5"/>`,
  filter: svg`<path d="M4 7h16M7 12h10m-7 5h4"/>`,
  star: svg`<path d="m12 4 2.5 5.1 5.6.8-4 4 .9 5.6-5-2.7-5 2.7.9-5.6-4-4 5.6-.8z"/>`,
  compare: svg`<rect x="3" y="5" width="8" height="14" rx="1.5"/><rect x="13" y="5" width="8" height="14" rx="1.5"/>`,
};

/** @typedef {keyof typeof DRAWINGS} Drawing */

/** @param {Drawing} name */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${DRAWINGS[name]}</svg>`;
