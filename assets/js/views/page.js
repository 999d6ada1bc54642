/** The whole page. */

import { html, nothing } from "/vendor/lit-html/lit-html.js";
import * as act from "../actions/all.js";
import { warn } from "../actions/notice.js";
import { countGoing } from "../model/running.js";
import { store } from "../model/store.js";
import { counted, t } from "../words/language.js";
import { composer } from "./composer.js";
import { openDialog } from "./dialogs.js";
import { header } from "./header.js";
import { invitation } from "./invitation.js";
import { dressed, later } from "./later.js";
import { chip, jobs } from "./work.js";

/** @import { State } from "../model/state.js" */

const background = later(async () => (await dressed("batches", import("./background.js"))).background);
const giveUp = () => store.state.notice?.name !== "loading.failed" && warn("loading.failed");
const galleryModule = () => dressed("gallery", import("./gallery.js"));
if (act.hadResults()) galleryModule().catch(() => {}); // while they are looked for
const gallery = later(async () => {
  const view = await galleryModule();
  view.followAddress();
  return view.gallery;
}, { giveUp });

/** @param {State} state */
const isEmpty = ({ results, jobs: going, removed }) =>
  !results.length && !going.length && !removed.length;

/** Which half of the page a narrow screen shows.
 *
 * @param {State} state
 */
const tabs = (state, { tab, results } = state, going = countGoing(state)) => html`
  <nav class="tabs" aria-label=${t("tabs")}>
    <button aria-pressed=${tab === "create"} @click=${() => act.show("create")}>${t("tabs.create")}</button>
    <button id="tab-gallery" aria-pressed=${tab === "gallery"} @click=${() => act.show("gallery")}>
      ${t("gallery")}
      <span class="hint">${going ? counted("tabs.going", going) : results.length || nothing}</span>
    </button>
  </nav>`;

/** @param {State} state */
export const page = (state) => html`
  ${header(state)}
  ${tabs(state)}
  <main data-mode=${state.draft.mode} data-tab=${state.tab}>
    ${composer(state)}
    <div class="stage">
      ${state.batches?.length || state.unsent ? background(state) : nothing}
      ${jobs(state)}
      ${isEmpty(state) ? invitation(state) : gallery(state)}
      ${chip(state)}
    </div>
  </main>
  ${openDialog(state)}
  <div class="notices" role="status" popover="manual">
    ${state.notice ? html`<p data-bad=${Boolean(state.notice.isBad)}>${t(state.notice.name, state.notice.values)}</p>` : nothing}
  </div>
  <p class="unseen" role="status">${state.news ? t(`news.${state.news.name}`, state.news.values) : nothing}</p>`;
