/** Line drawings like those of icons.js, which only views that are loaded later show. */

import { svg } from "/vendor/lit-html/lit-html.js";

export const MORE = {
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
