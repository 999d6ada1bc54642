/** The whole page. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { warn } from "../actions/notice.js";
import { store } from "../model/store.js";
import { t } from "../words/language.js";
import { composer } from "./composer.js";
import { openDialog } from "./dialogs.js";
import { header } from "./header.js";
import { invitation } from "./invitation.js";
import { jobs } from "./jobs.js";
import { dressed, later } from "./later.js";

/** @import { State } from "../model/types.js" */

const background = later(async () => (await dressed("batches", import("./background.js"))).background);
const galleryModule = () => dressed("gallery", import("./gallery.js"));
if (act.hadResults()) galleryModule().catch(() => {}); // while they are looked for
const gallery = later(async () => {
  const view = await galleryModule();
  view.followAddress();
  return view.gallery;
}, {
  giveUp: () => store.state.notice?.name !== "loading.failed" && warn("loading.failed"),
});

/** @param {State} state */
const isEmpty = ({ results, jobs: going, removed }) =>
  !results.length && !going.length && !removed.length;

/** @param {State} state */
export const page = (state) => html`
  ${header(state)}
  <main data-mode=${state.draft.mode}>
    ${composer(state)}
    <div class="stage">
      ${state.batches?.length || state.unsent ? background(state) : nothing}
      ${jobs(state)}
      ${isEmpty(state) ? invitation() : gallery(state)}
    </div>
  </main>
  ${openDialog(state)}
  <div class="notices" role="status" popover="manual">
    ${state.notice ? html`<p data-bad=${Boolean(state.notice.isBad)}>${t(state.notice.name, state.notice.values)}</p>` : nothing}
  </div>
  <p class="unseen" role="status">${state.news ? t(`news.${state.news.name}`, state.news.values) : nothing}</p>`;
