/** What leaves the page: into files and into the clipboard. */

const LONGEST_SAVING = 60_000; // milliseconds

/**
 * @param {Blob} blob
 * @param {string} name of the file
 */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), LONGEST_SAVING);
}

/** Throws if the browser does not allow it. The promise of a picture goes in unawaited: Safari
 * forgets the click over an await.
 *
 * @param {Blob} blob
 */
export const copyPicture = async (blob) =>
  navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(blob) })]);

/** @param {Blob} blob */
const asPng = async (blob) => (await import("./pictures.js")).toPng(blob);

/** @param {string} text */
export const copyWords = async (text) => navigator.clipboard.writeText(text);
