/** The whole page. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../language.js";
import { composer } from "./composer.js";
import { openDialog } from "./dialogs.js";
import { gallery } from "./gallery.js";
import { header } from "./header.js";
import { jobs } from "./jobs.js";

export const page = (state, act) => html`
  ${header(state, act)}
  <main data-mode=${state.draft.mode}>
    ${composer(state, act)}
    <div class="stage">
      ${jobs(state, act)}
      ${gallery(state, act)}
    </div>
  </main>
  ${openDialog(state, act)}
  <div class="notices" role="status" popover="manual">
    ${state.notice ? html`<p data-bad=${Boolean(state.notice.isBad)}>${t(state.notice.name, state.notice.values)}</p>` : nothing}
  </div>
  <p class="unseen" role="status">${state.news ? t(`news.${state.news.name}`, state.news.values) : nothing}</p>`;
