/** The images of the gallery, of which only those are on the page that can be seen, or nearly. */

import { html, nothing, render } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import { endSelection } from "../actions/selection.js";
import { remembering } from "../model/find.js";
import { CARD, GAP, leadOf, ratioShown, rowFor, rowsOf, seen } from "../model/rows.js";
import { store } from "../model/store.js";
import { drawBoxes } from "./drawing.js";
import { about, large, tile } from "./tile.js";

/** @import { Result } from "../model/state.js" */
/** @import { Box } from "../model/rows.js" */
/** @import { Selection } from "./tile.js" */

/** What is on the wall; `hasLead` means that the newest is large.
 *
 * @typedef {{results: Result[], selection: Selection, hasLead: boolean}} Content
 */

/** Where each image lies: the first of them beside the newest, the others in rows below that.
 *
 * @param {Result[]} results
 * @param {boolean} hasLead
 * @param {number} width
 * @param {number} height of the window
 */
function toPlan(results, hasLead, width, height) {
  const row = rowFor(width);
  const ratios = results.map(({ actual }) => ratioShown(actual.size));
  const tall = Math.min(640, Math.max(256, height * 0.48));
  const lead = hasLead ? leadOf(ratios, { width, row, tall }) : null;
  const before = lead ? 1 + lead.boxes.length : 0;
  return { lead, before, rows: rowsOf(ratios.slice(before), { width, row }) };
}

export class Wall extends HTMLElement {
  /** @type {Content} */
  #content = { results: [], selection: null, hasLead: false };
  #width = 0;
  #range = { first: 0, end: 0 };
  #isLooking = false;
  #plan = remembering(toPlan);
  #observer = new ResizeObserver(() => this.#look());
  #end = () => {};

  connectedCallback() {
    this.#observer.observe(this);
    document.addEventListener("scroll", this.#lookSoon, { capture: true, passive: true });
    window.addEventListener("resize", this.#lookSoon);
    document.addEventListener("keydown", leaveSelection);
    this.addEventListener("focusin", this.#drawAround);
    this.#end = drawBoxes(this, () => this.#places());
    this.#look();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    document.removeEventListener("scroll", this.#lookSoon, { capture: true });
    window.removeEventListener("resize", this.#lookSoon);
    document.removeEventListener("keydown", leaveSelection);
    this.#end();
  }

  /** What is beside what has the focus must be there to be reached by the Tab key. */
  #drawAround = () => this.#draw();

  /** @param {Content} content */
  set content(content) {
    this.#content = content;
    if (!this.isConnected) return;
    this.#draw();
    this.#lookSoon();
  }

  /** Once a frame: what is above it may have grown, or somebody scrolls. */
  #lookSoon = () => {
    if (this.#isLooking) return;
    this.#isLooking = true;
    requestAnimationFrame(() => {
      this.#isLooking = false;
      if (this.isConnected) this.#look();
    });
  };

  /** Draws if other images can be seen than before, or in other places. */
  #look() {
    const width = this.clientWidth;
    if (!width) return; // hidden
    const isOther = width !== this.#width;
    this.#width = width;
    if (isOther) this.#draw();
    const { rows } = this.#planned();
    const top = this.querySelector(".rows")?.getBoundingClientRect().top ?? 0;
    const spare = innerHeight / 2;
    const range = seen(rows.boxes, -top - spare, innerHeight - top + spare);
    if (range.first === this.#range.first && range.end === this.#range.end) return;
    this.#range = range;
    this.#draw();
  }

  #planned() {
    const { results, hasLead } = this.#content;
    return this.#plan(results, hasLead, this.#width, innerHeight);
  }

  /** Of all images, whether they are on the page or not, from the upper left corner on. */
  #places() {
    const { lead, rows } = this.#planned();
    const below = this.querySelector(".rows");
    const top = below instanceof HTMLElement ? below.offsetTop : 0;
    const beside = lead ? { left: lead.large.width + GAP, top: CARD + GAP } : { left: 0, top: 0 };
    const boxes = [
      ...(lead ? [{ left: 0, top: 0, ...lead.large }] : []),
      ...(lead?.boxes ?? []).map((box) => moved(box, beside)),
      ...rows.boxes.map((box) => moved(box, { left: 0, top })),
    ];
    const { results } = this.#content;
    return results.map(({ id }, index) => ({ id, box: boxes[index] }));
  }

  #draw() {
    if (!this.#width) return;
    const { results, selection } = this.#content;
    const { lead, before, rows } = this.#planned();
    const shown = [...this.#shown(before, rows.boxes.length)];
    const place = (/** @type {number} */ index) => ({ number: index + 1, of: results.length });
    render(html`
      ${lead && results.length ? html`
        <div class="newest" data-beside=${lead.side > 0} data-alone=${lead.side > 0 && !lead.boxes.length}
          .style=${`--side: ${lead.side}px`}>
          <article class="latest">${large(results[0], lead.large, selection)}${about(results[0])}</article>
          ${lead.boxes.length ? html`
            <ul class="tiles">${repeat(lead.boxes, (_, index) => results[index + 1].id, (box, index) =>
              tile(results[index + 1], box, selection, place(index + 1)))}</ul>` : nothing}
        </div>` : nothing}
      <ul class="tiles rows" .style=${`height: ${rows.height}px`}>
        ${repeat(shown, (index) => results[index + before].id, (index) =>
          tile(results[index + before], rows.boxes[index], selection, place(index + before)))}
      </ul>`, this);
  }

  /** The numbers of the images in the rows that are on the page: what has the focus is among them with
   * its neighbours, however far somebody scrolls.
   *
   * @param {number} before
   * @param {number} count
   */
  #shown(before, count) {
    const { first, end } = this.#range;
    const numbers = new Set();
    const add = (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let index = Math.max(0, from); index < Math.min(count, to); index += 1) numbers.add(index);
    };
    add(first, end);
    const focused = this.contains(document.activeElement) && document.activeElement?.closest("[data-id]");
    if (focused instanceof HTMLElement) {
      const { results } = this.#content;
      const index = results.findIndex(({ id }) => id === focused.dataset.id) - before;
      if (index >= 0) add(index - 1, index + 2);
    }
    return [...numbers].sort((a, b) => a - b);
  }
}

/**
 * @param {Box} box
 * @param {{left: number, top: number}} by
 * @returns {Box}
 */
const moved = (box, by) => ({ ...box, left: box.left + by.left, top: box.top + by.top });

/** @param {KeyboardEvent} event */
function leaveSelection({ key }) {
  if (key === "Escape" && store.state.selection && !store.state.dialog) endSelection();
}

customElements.define("gallery-wall", Wall);
