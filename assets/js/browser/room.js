/** How much this browser lets the page keep (WHATWG Storage). */

/** In bytes; null where that is not told, as by plain HTTP. */
export async function room() {
  const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return usage === undefined || !quota ? null : { usage, quota };
}
