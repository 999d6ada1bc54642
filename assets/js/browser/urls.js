/** One Blob URL for each Blob that is shown, until it is let go. */

/** @type {Map<Blob, string>} */
const urls = new Map();

/** @param {Blob} blob */
export function urlOf(blob) {
  const url = urls.get(blob) ?? URL.createObjectURL(blob);
  urls.set(blob, url);
  return url;
}

/** @param {Blob} blob */
export function letGo(blob) {
  const url = urls.get(blob);
  if (url) URL.revokeObjectURL(url);
  urls.delete(blob);
}
