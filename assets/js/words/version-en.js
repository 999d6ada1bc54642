/** What the page says of newer versions of itself. */

/** @type {Record<string, string>} */
export const words = {
  "version.ready": "A newer version of this page is ready.",
  "version.reload": "Reload",
  "version.later": "Not now",
};
