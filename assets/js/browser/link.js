/** The address of the page, and what stands behind its #, which never reaches a server. */

const said = () => new URLSearchParams(location.hash.slice(1));

/** The key of a link such as `#key=…`; the address loses it. */
export function takeKey() {
  const key = said().get("key");
  if (key !== null) give({ key: "" }, false);
  return key;
}

export const hasKey = () => said().has("key");

/** @returns {Record<string, string>} what stands there, by name */
export const given = () => Object.fromEntries(said());

/** Puts values there, and takes away those that are "".
 *
 * @param {Record<string, string>} values by name
 * @param {boolean} isNew whether Back leads to what stood there before
 */
export function give(values, isNew) {
  const all = said();
  for (const [name, value] of Object.entries(values)) value ? all.set(name, value) : all.delete(name);
  const hash = String(all) && `#${all}`;
  try {
    history[isNew ? "pushState" : "replaceState"](null, "", location.pathname + location.search + hash);
  } catch {
    // Safari allows a hundred of these in half a minute.
  }
}

/** Calls `turned` when somebody goes back or forth in the history.
 *
 * @param {() => void} turned
 */
export const onTurn = (turned) => window.addEventListener("popstate", turned);

export const origin = () => location.origin;
