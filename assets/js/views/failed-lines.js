/** Why lines of a batch failed. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { counted, has, t } from "../words/language.js";

/** @import { FailedLine } from "../model/wire.js" */

const MOST = 10;

/** @param {FailedLine[]} lines */
export const failed = (lines) => html`
  <ul class="reasons">
    ${lines.slice(0, MOST).map((one) => html`
      <li><b>${/^\d+$/.test(one.line) ? t("batches.line", { line: one.line }) : `${one.line}:`}</b> ${reason(one)}</li>`)}
    ${lines.length > MOST ? html`<li>${counted("batches.more", lines.length - MOST)}</li>` : nothing}
  </ul>`;

/** In words of the page where a line could fail for that reason, or else in those of the API.
 *
 * @param {FailedLine} line
 */
function reason({ code, message }) {
  if (has(`batches.reason.${code}`)) return t(`batches.reason.${code}`);
  if (message) return html`<span lang="en">${message}</span>`;
  return t(has(`error.${code}`) ? `error.${code}` : "error.other");
}
