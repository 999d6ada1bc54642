/** The way in: rooms are connected, what was kept comes back, and time passes. */

import * as act from "./actions/all.js";
import { isDeployed, whenIdle } from "./browser/device.js";
import { isTimed } from "./model/queue.js";
import { store } from "./model/store.js";
import { perform } from "./views/gestures.js";
import { listen } from "./views/input.js";
import { showSoon } from "./views/screen.js";

/** @import { Gesture } from "./model/state.js" */

const TICK = 500; // milliseconds

store.addEventListener("change", showSoon);
store.addEventListener("gesture", (event) => {
  perform(/** @type {CustomEvent<Gesture>} */ (event).detail);
});

await act.restoreAppearance(); // nothing is shown before its words are there
listen();
act.restoreDraft();
store.update({ now: Date.now() });
setInterval(() => {
  if (isTimed(store.state)) store.update({ now: Date.now() });
}, TICK);
act.checkHealth();
act.findKey();
act.restoreJobs();
act.restoreResults();
if (isDeployed()) whenIdle(() => import("./browser/worker.js").then(({ keepWorker }) => keepWorker(), () => {}));
