/** The prompt as JSON, with a form beside it. */

import { html } from "/vendor/lit-html/lit-html.js";
import { readPrompt } from "../model/json-prompt.js";
import { jsonEditor } from "./json-editor.js";
import { jsonForm } from "./json-form.js";

/** @import { Phrase, State } from "../model/state.js" */

/** A form and the JSON itself, each following the other. While the JSON has an error, the form shows
 * what it said before, and waits.
 *
 * @param {State} state
 * @param {Phrase | undefined} wrong
 */
export function jsonPrompt({ draft, readableJson }, wrong) {
  const reading = readPrompt(draft.json);
  const isBroken = Boolean(reading.problem);
  const { value } = isBroken ? readPrompt(readableJson) : reading;
  return html`
    <div class="json">
      ${jsonForm(value, isBroken)}
      ${jsonEditor(draft, reading, wrong)}
    </div>`;
}
