/** Whether the server is there and set up. */

import { missingVariables } from "../browser/api.js";
import { ApiError } from "../model/errors.js";
import { store } from "../model/store.js";
import { closeDialog } from "./dialogs.js";

export async function checkHealth() {
  try {
    const missing = await missingVariables();
    store.update({ health: { light: missing.length ? "bad" : "good", missing } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    store.update({ health: { light: "unreachable", missing: [] } });
  }
  const { health, dialog } = store.state;
  if (health.light === "good" && dialog?.name === "setup") closeDialog();
}
