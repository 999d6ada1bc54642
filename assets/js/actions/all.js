/** All that a person can do, as the views have it. */

import * as appearance from "./appearance.js";
import * as archive from "./archive.js";
import * as code from "./code.js";
import * as dialogs from "./dialogs.js";
import * as draft from "./draft.js";
import * as generate from "./generate.js";
import * as health from "./health.js";
import * as key from "./key.js";
import * as queue from "./queue.js";
import * as references from "./references.js";
import * as results from "./results.js";
import * as selection from "./selection.js";
import * as viewer from "./viewer.js";

export const act = {
  ...appearance, ...archive, ...code, ...dialogs, ...draft, ...generate, ...health, ...key,
  ...queue, ...references, ...results, ...selection, ...viewer,
};

/** @typedef {typeof act} Act */
