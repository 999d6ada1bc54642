/** Styles that are loaded when they are first needed. */

/** Done when it is there: nothing is shown without its looks.
 *
 * @param {string} href
 * @returns {Promise<unknown>}
 */
export function addSheet(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new Error(`no ${href}`));
    };
  });
}
