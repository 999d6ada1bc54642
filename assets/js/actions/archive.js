/** The gallery, or some of it, on its way to another browser. */

import { save } from "../browser/outside.js";
import { store } from "../model/store.js";
import { tell, warn } from "./notice.js";
import { putBack } from "./results.js";

/** @import { Result } from "../model/state.js" */

const archive = () => import("../browser/archive.js");

/** @param {Result[]} results */
export async function exportArchive(results) {
  const { pack } = await archive();
  const day = new Date().toISOString().slice(0, 10);
  try {
    save(await pack(results), `flux2-gallery-${day}.zip`);
  } catch (error) {
    warn("notice.notExported");
    reportError(error);
  }
}

/** What is there already stays as it is.
 *
 * @param {File} file
 */
export async function importArchive(file) {
  const { NotAnArchive, unpack } = await archive();
  try {
    const known = new Set(store.state.results.map(({ id }) => id));
    const results = (await unpack(file)).filter(({ id }) => !known.has(id));
    await putBack(results);
    tell("notice.imported", { count: results.length });
  } catch (error) {
    if (!(error instanceof NotAnArchive)) throw error;
    warn("notice.notAnArchive", { name: file.name });
  }
}
