/** The page's own files: kept, so that it opens without a network, and told of when there are newer. */

import { keepWorker } from "../browser/worker.js";
import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";

export { renew } from "../browser/worker.js";

/** Where that cannot be, the page is as it was. */
export const keepUp = () => keepWorker(() => tell().catch(() => {})).catch(() => {});

async function tell() {
  await learnMore("version");
  store.update({ notice: { name: "version.ready", stays: true } });
}

export const putOff = () => store.update({ notice: null });
