/** Settings that go with an image into its file, and come back from there. Loaded with the first. */

import { packetIn, withPacket } from "../model/packets.js";
import { packetOf, settingsIn } from "../model/xmp.js";
import { store } from "../model/store.js";
import { learnMore } from "../words/language.js";
import { take } from "./draft.js";
import { tell } from "./notice.js";

/** @import { Result } from "../model/state.js" */

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** The image with its settings in it, or as it is where they find no room.
 *
 * @param {Result} result
 */
export async function described(result) {
  const { blob } = result;
  const whole = withPacket(await bytesOf(blob), packetOf(result));
  return whole ? new Blob([whole], { type: blob.type }) : blob;
}

/** Nothing if there were settings in the file, which are in the form then; else the file.
 *
 * @param {File} file
 */
export async function unlessRestored(file) {
  try {
    return (await isRestored(file)) ? [] : [file];
  } catch (error) {
    reportError(error);
    return [file];
  }
}

/** Reference images are not in the file: those that are there stay if it was made from any.
 *
 * @param {File} file
 */
async function isRestored(file) {
  const packet = packetIn(await bytesOf(file));
  const found = packet && settingsIn(packet);
  if (!found) return false;
  const { draft, references: count } = found;
  await learnMore("viewer");
  take(draft, count ? store.state.references : []);
  if (count) tell("notice.restoredWithout", { name: file.name, count });
  else tell("notice.restored", { name: file.name });
  return true;
}
