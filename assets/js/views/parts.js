/** Pieces that several views share. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { seconds, t } from "../language.js";
import { icon } from "./icons.js";

/** Why a field is not right; `id` is for its aria-describedby. */
export const complaint = (id, problem) =>
  html`<p class="complaint" id="${id}-problem">${problem ? t(problem.name, problem.values) : nothing}</p>`;

/** A dialog is open as long as it is on the page; see app.js. */
export const dialog = ({ name, title, act, className = "" }, content) => html`
  <dialog class="dialog ${className}" data-dialog=${name} aria-labelledby="dialog-title"
    @close=${act.dialogClosed} @mousedown=${(event) => event.target === event.currentTarget && act.closeDialog()}>
    <div class="sheet">
      <header>
        <h2 id="dialog-title">${title}</h2>
        <button class="quiet square" aria-label=${t("close")} @click=${act.closeDialog}>${icon("cross")}</button>
      </header>
      ${content}
    </div>
  </dialog>`;

export const ratioOf = (size) => {
  const [width, height] = size.split("x").map(Number);
  return width / height;
};

export const sizeText = (size) => size.replace("x", " × ");

export const elapsed = (started, now) => seconds(Math.max(0, Math.floor((now - started) / 1000)));

/** The prompt in one line, as a person would say it. */
export const promptText = ({ mode, text, json }) => (mode === "json" ? json.replace(/\s+/g, " ") : text);
