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
