/** A notification when all is done and nobody sees the page; loaded when somebody may want one. */

import { allowNotifications, notify } from "../browser/notifications.js";
import { remember } from "../browser/memory.js";
import { failedOf } from "../model/queue.js";
import { store } from "../model/store.js";
import { counted, t } from "../words/language.js";
import { warn } from "./notice.js";

/** The browser asks the person when this is switched on for the first time, and never before. */
export async function toggleNotifies() {
  const notifies = !store.state.notifies && (await allowNotifications());
  if (!notifies && !store.state.notifies) warn("jobs.notifies.refused");
  store.update({ notifies });
  remember("notifies", notifies);
}

/** What has come while nobody saw the page, and whether something did not. */
export function announce() {
  const { jobs, unseen } = store.state;
  const failed = failedOf(jobs).length;
  const lines = [
    unseen ? counted("jobs.notify.ready", unseen) : "",
    failed ? counted("jobs.notify.failed", failed) : "",
  ];
  notify(lines.filter(Boolean).join(" ") || t("jobs.notify.stopped"), t("title"));
}
