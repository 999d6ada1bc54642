/** Whether the server is there and set up. */

import { readHealth } from "../browser/api.js";
import { isOffline } from "../browser/device.js";
import { ApiError } from "../model/errors.js";
import { isFine } from "../model/health.js";
import { store } from "../model/store.js";
import { closeDialog } from "./dialogs.js";

export async function checkHealth() {
  try {
    store.update({ health: await readHealth() });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const light = isOffline() ? "offline" : "unreachable";
    store.update({ health: { light, missing: [], malformed: [] } });
  }
  const { health, dialog } = store.state;
  if (isFine(health) && dialog?.name === "setup") closeDialog();
}
