/** One Blob URL for each Blob that is shown, until it is let go. */

const urls = new Map();

export function urlOf(blob) {
  if (!urls.has(blob)) urls.set(blob, URL.createObjectURL(blob));
  return urls.get(blob);
}

export function letGo(blob) {
  URL.revokeObjectURL(urls.get(blob));
  urls.delete(blob);
}
