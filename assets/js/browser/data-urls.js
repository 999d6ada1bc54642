/** Pictures as text, for a document of JSON. */

/** @param {Blob} blob
 * @returns {Promise<string>}
 */
export const toDataUrl = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

/** The picture of a data URL in base64. What is no base64 makes a file that is no picture.
 *
 * @param {string} url
 */
export function toFile(url) {
  const [head, data = ""] = url.trim().split(",");
  const type = head.slice("data:".length).split(";")[0];
  return new File([decoded(data)], `data:${type}`, { type });
}

/** @param {string} text */
function decoded(text) {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
