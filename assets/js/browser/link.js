/** The address that the page was opened with. */

/** The key of a link such as `#key=…`, which never reaches a server; the address loses it. */
export function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given !== null) history.replaceState(null, "", location.pathname + location.search);
  return given;
}

export const origin = () => location.origin;
